using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace IdentityHub.Storage.DataProtection;

/// <summary>The first key of the Data Protection ring. The framework looks after all that follow, days before they are needed.</summary>
public sealed class DataProtectionKeys(HubDatabase database, IKeyManager keys)
{
    /// <summary>
    /// Makes a key where no valid one exists, while no other node can do the same: left to itself each of two new nodes would make one,
    /// and learn of the other's hours later.
    /// </summary>
    public async Task EnsureAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (HasGoodKey(now))
            return;
        await using var hold = await database.HoldLockAsync("data-protection-keys", cancellationToken);
        if (!HasGoodKey(now))
            keys.CreateNewKey(now, now + KeyLifetime);
    }

    // What the framework gives its own.
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromDays(90);

    // One of a faster node, or made while this one waited for the lock, is as good. The framework allows the same difference.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    private bool HasGoodKey(DateTimeOffset now) =>
        keys.GetAllKeys().Any(key => !key.IsRevoked && key.ActivationDate <= now + Skew && key.ExpirationDate > now);
}
