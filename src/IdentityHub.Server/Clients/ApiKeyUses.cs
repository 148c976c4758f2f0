using IdentityHub.Storage;
using IdentityHub.Storage.ApiKeys;

namespace IdentityHub.Server.Clients;

/// <summary>When API keys were last used, by their names.</summary>
internal sealed class ApiKeyUses(ApiKeyStore store, HubDatabase database, ILogger<ApiKeyUses> log) : LastUses<string>
{
    protected override Task StoreAsync(string key, DateTimeOffset at, CancellationToken cancellationToken) =>
        store.WriteUseAsync(key, at, cancellationToken);

    protected override void LogFailure(string key, Exception failure) =>
        Log.UseNotWritten(log, key, database.IsUnavailable(failure) ? null : failure);
}
