using System.Security.Cryptography;
using IdentityHub.Storage.SigningKeys;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityHub.Testing;

/// <summary>
/// The signing keys that a server made when its clock stood at <see cref="FakeTime.Start"/>, and the key-protection key that they are
/// wrapped with: made once a process and copied into the database of every installation.
/// </summary>
internal static class SharedKeys
{
    private static readonly Lazy<Task<IReadOnlyList<SigningKey>>> Made = new(MakeAsync);

    /// <summary>The content of <c>IdentityHub:KeyProtection:KeyFile</c>.</summary>
    public static string KeyFile { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>Stores the keys where no node has started yet.</summary>
    public static async Task AddToAsync(TestDatabase database)
    {
        var keys = await Made.Value;
        await using var opened = database.OpenOnce();
        await new SigningKeyStore(opened).AddMissingAsync(ring => ring.Count == 0 ? keys : [], FakeTime.Start, CancellationToken.None);
    }

    private static async Task<IReadOnlyList<SigningKey>> MakeAsync()
    {
        await using var installation = await Installation.CreateAsync("", makesOwnKeys: true);
        var hub = await installation.StartNodeAsync();
        return await hub.Services.GetRequiredService<SigningKeyStore>().ListPublishedAsync(FakeTime.Start, CancellationToken.None);
    }
}
