using IdentityHub.Server.Clients;
using IdentityHub.Server.Rights;
using IdentityHub.Storage.AccessTokens;

namespace IdentityHub.Server.Tokens;

/// <summary>What the rows of an access token do not say about its life: the rights of who acts for its user, and the configuration of its client.</summary>
internal sealed class AccessTokenValidation(ActingCheck acting, ClientRegistry registry, TimeProvider time)
{
    /// <summary>The token, marked as dead where it is.</summary>
    public async ValueTask<StoredAccessToken> ValidateAsync(StoredAccessToken token, CancellationToken cancellationToken)
    {
        if (token.OutlivesLogout && registry.Current.Find(token.ClientId) is not { OfflineAccessOutlivesLogout: true })
            token = token with { OutlivesLogout = false };

        // A token that was got while somebody acted as its user is worth no more than the right to do so.
        return token is { ActingUserId: { } actor, UserId: { } user, IdentityChanged: false }
            && !await acting.IsGoodAsync(actor, user, token.OrganizationId, time.GetUtcNow(), cancellationToken)
            ? token with { IdentityChanged = true }
            : token;
    }
}
