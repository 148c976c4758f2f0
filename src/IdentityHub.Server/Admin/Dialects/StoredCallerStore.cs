using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Storage.ApiKeys;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Admin.Dialects;

/// <summary>Reads the callers of older APIs that the configuration alone does not name.</summary>
internal sealed class StoredCallerStore(ServiceUserStore serviceUsers, ApiKeyStore keys)
{
    /// <summary>Service users, and API keys of the configuration and of the database that are good at the moment.</summary>
    public async Task<StoredCallers> ReadAsync(RegistrySnapshot snapshot, DateTimeOffset now, CancellationToken cancelled)
    {
        var issued = await keys.ListAsync(cancelled);
        return new(
            await serviceUsers.ListHoldersAsync(BuiltInRoles.Service, cancelled),
            [
                .. snapshot.Document.ApiKeys
                    .Where(key => key.Enabled && !(key.NotBefore > now) && !(key.ExpiresAt <= now))
                    .Select(key => key.Name)
                    .Concat(issued.Where(key => key.RevokedAt is null && !(key.ExpiresAt <= now)).Select(key => key.Name))
                    .Distinct(StringComparer.Ordinal),
            ]);
    }
}
