using System.Text.Json;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Identity;

namespace IdentityHub.ConfigAsCode;

/// <summary>Hashes the passwords of the files' users, each at most once a run and only when it is another than before.</summary>
internal sealed class UserPasswords(IPasswordHasher<User> hasher)
{
    private readonly Dictionary<Guid, string> _hashes = [];

    /// <summary>The hash of the user's password; null for a user without one.</summary>
    public string? HashOf(UserDefinition user)
    {
        if (user.Password is not { } password)
            return null;
        if (!_hashes.TryGetValue(user.Id, out var hash))
            _hashes[user.Id] = hash = hasher.HashPassword(new User(), password.Reveal());
        return hash;
    }

    /// <summary>True when the password is another than that of the stored document.</summary>
    /// <param name="stored">What was applied before; null when nothing was.</param>
    public static bool IsNew(DesiredObject desired, string? stored) =>
        stored is null || FingerprintOf(stored) != FingerprintOf(desired.Fingerprint);

    private static string? FingerprintOf(string document)
    {
        using var json = JsonDocument.Parse(document);
        return json.RootElement.TryGetProperty("password", out var password) ? password.GetString() : null;
    }
}
