using IdentityHub.Server.Clients;
using IdentityHub.Server.Rights;
using IdentityHub.Storage.AccessTokens;

namespace IdentityHub.Server.Tokens;

/// <summary>
/// What the rows of an access token do not say about its life: the rights of who acts for its user, and the configuration of its client.
/// </summary>
internal sealed class AccessTokenValidation(ActingCheck acting, ClientRegistry registry, TimeProvider time)
{
    /// <summary>The token, marked when it is no longer valid.</summary>
    public async ValueTask<StoredAccessToken> ValidateAsync(StoredAccessToken token, CancellationToken cancellationToken)
    {
        if (token.OutlivesLogout && registry.Current.Find(token.ClientId) is not { OfflineAccessOutlivesLogout: true })
            token = token with { OutlivesLogout = false };

        // A token that was issued while another user acted as its user is valid only as long as the right to do so.
        return token is { ActingUserId: { } actor, UserId: { } user, IdentityChanged: false }
            && !await acting.IsGoodAsync(actor, user, token.OrganizationId, time.GetUtcNow(), cancellationToken)
            ? token with { IdentityChanged = true }
            : token;
    }
}
