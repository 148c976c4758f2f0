using IdentityHub.Server.Tokens;
using IdentityHub.Storage;
using IdentityHub.Storage.SigningKeys;

namespace IdentityHub.Server.Background;

/// <summary>
/// Keeps the key ring's life cycle going: announces the next key in time, drops retired ones, learns of keys of other nodes.
/// </summary>
internal sealed class KeyRotation(KeyRing keys, HubDatabase database, TimeProvider time, ILogger<KeyRotation> log)
    : RepeatedWork(SigningKeyLifeCycle.Interval, database, time, log)
{
    public override Task RunOnceAsync(CancellationToken cancellationToken) => keys.RefreshAsync(cancellationToken);
}
