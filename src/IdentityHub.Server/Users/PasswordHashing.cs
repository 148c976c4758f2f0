using IdentityHub.Protocol;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Identity;

namespace IdentityHub.Server.Users;

/// <summary>Hashes a new password, on the lane on which passwords are checked.</summary>
internal sealed class PasswordHashing(HashingLane lane, IPasswordHasher<User> hasher)
{
    private static readonly TimeSpan BusyRetryAfter = TimeSpan.FromSeconds(2);
    private static readonly User Nobody = new();

    /// <summary>The hash; the refusal when too many passwords wait for a core.</summary>
    /// <param name="password">Good enough: <see cref="UserPolicy.FaultOf"/>.</param>
    public async Task<Outcome<string>> HashAsync(string password) =>
        lane.TryRun(() => hasher.HashPassword(Nobody, password)) is { } hashing
            ? await hashing
            : OAuthError.TemporarilyUnavailable("hashing_lane_full", "too many passwords are being checked", BusyRetryAfter);
}
