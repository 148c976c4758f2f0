using System.Text;
using IdentityHub.Protocol;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Identity;

namespace IdentityHub.Server.Users;

/// <summary>Passwords that users choose: judged by <see cref="UserPolicy"/>, then hashed in the lane.</summary>
internal sealed class NewPasswords(IPasswordHasher<User> hasher, HashingLane lane)
{
    private static readonly TimeSpan BusyRetryAfter = TimeSpan.FromSeconds(2);
    private static readonly User Nobody = new();

    /// <summary>What is wrong with a password, whoever wants it; null when nothing is. Depends on what was sent only.</summary>
    public static OAuthError? Refusal(string password, string userName)
    {
        if (password.Length < UserPolicy.MinPasswordLength)
            return OAuthError.InvalidRequest($"A password has at least {UserPolicy.MinPasswordLength} characters.", "password_too_short");
        if (Encoding.UTF8.GetByteCount(password) > UserPasswordHasher.MaxPasswordBytes)
            return OAuthError.InvalidRequest($"A password has at most {UserPasswordHasher.MaxPasswordBytes} bytes.", "password_too_long");
        return NameNormalizer.Normalize(password) == NameNormalizer.Normalize(userName)
            ? OAuthError.InvalidRequest("The password is the user name.", "password_is_user_name")
            : null;
    }

    /// <summary>The hash of a password that has passed <see cref="Refusal"/>; the refusal when too many are being hashed.</summary>
    public async Task<Outcome<string>> HashAsync(string password) =>
        lane.TryRun(() => hasher.HashPassword(Nobody, password)) is { } hashing
            ? await hashing
            : OAuthError.TemporarilyUnavailable("hashing_lane_full", "too many passwords are being hashed", BusyRetryAfter);
}
