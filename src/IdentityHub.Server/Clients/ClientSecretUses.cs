using IdentityHub.ConfigAsCode;
using IdentityHub.Storage;
using IdentityHub.Storage.Clients;

namespace IdentityHub.Server.Clients;

/// <summary>One secret of a client.</summary>
/// <param name="Fingerprint"><see cref="SecretDigest.Fingerprint"/>.</param>
internal readonly record struct ClientSecretKey(string ClientId, string Fingerprint);

/// <summary>When the secrets of clients were last used.</summary>
internal sealed class ClientSecretUses(ClientSecretUseStore store, HubDatabase database, ILogger<ClientSecretUses> log)
    : LastUses<ClientSecretKey>
{
    protected override Task StoreAsync(ClientSecretKey key, DateTimeOffset at, CancellationToken cancellationToken) =>
        store.WriteAsync(
            new ClientSecretUse { ClientId = key.ClientId, Fingerprint = key.Fingerprint, LastUsedAt = at }, cancellationToken);

    protected override void LogFailure(ClientSecretKey key, Exception failure) =>
        Log.SecretUseNotWritten(log, key.ClientId, database.IsUnavailable(failure) ? null : failure);
}
