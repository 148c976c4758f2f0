using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace IdentityHub.Storage.DataProtection;

/// <summary>The first key of the Data Protection ring. The framework looks after all that follow, days before they are needed.</summary>
public sealed class DataProtectionKeys(HubDatabase database, IKeyManager keys)
{
    /// <summary>
    /// Makes a key where there is none that is good, while no other node can do the same: left to itself each of two new nodes would make one,
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

    private bool HasGoodKey(DateTimeOffset now) => keys.GetAllKeys().Any(key => !key.IsRevoked && key.ActivationDate <= now && key.ExpirationDate > now);
}
