using System.Security.Cryptography;
using IdentityHub.Storage.DataProtection;
using IdentityHub.Storage.SigningKeys;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityHub.Testing;

/// <summary>
/// The signing keys that a server made when its clock stood at <see cref="FakeTime.Start"/>, its key for cookies, and the key-protection
/// key that they are wrapped with: made once a process and copied into the database of every installation.
/// </summary>
internal static class SharedKeys
{
    private static readonly Lazy<Task<Keys>> Made = new(MakeAsync);

    /// <summary>The content of <c>IdentityHub:KeyProtection:KeyFile</c>.</summary>
    public static string KeyFile { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>Stores the keys where no node has started yet.</summary>
    public static async Task AddToAsync(TestDatabase database)
    {
        var (signing, protection) = await Made.Value;
        await using var opened = database.OpenOnce();
        await new SigningKeyStore(opened).AddMissingAsync(ring => ring.Count == 0 ? signing : [], FakeTime.Start, CancellationToken.None);
        foreach (var key in protection)
        {
            await opened
                .Call("INSERT INTO data_protection_keys (friendly_name, wrapped_xml) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .With(key.FriendlyName)
                .With(key.WrappedXml)
                .ExecuteAsync(CancellationToken.None);
        }
    }

    private static async Task<Keys> MakeAsync()
    {
        await using var installation = await Installation.CreateAsync("", makesOwnKeys: true);
        var hub = await installation.StartNodeAsync();
        await using var context = hub.NewContext();
        return new(
            await hub.Services.GetRequiredService<SigningKeyStore>().ListPublishedAsync(FakeTime.Start, CancellationToken.None),
            await context.DataProtectionKeys.ToListAsync());
    }

    private sealed record Keys(IReadOnlyList<SigningKey> Signing, IReadOnlyList<DataProtectionKey> Protection);
}
