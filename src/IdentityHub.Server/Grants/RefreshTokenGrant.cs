using System.Security.Cryptography;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Rights;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.RefreshTokens;

namespace IdentityHub.Server.Grants;

/// <summary>
/// Exchanges a refresh token for an access token and the token's successor. RFC 6749 §6, RFC 9700 §4.14. Inside the client's grace window
/// the same successor is given again; a reuse outside it ends the family.
/// </summary>
internal sealed class RefreshTokenGrant(
    RefreshTokenStore store, RefreshTokenSecret secret, UserTokens tokens, ActingCheck acting, AuditTrail audit) : IGrant
{
    // Not of RFC 6749: the hub's own.
    private const string Organization = "organization";
    private const int MaxOrganizationLength = 64;

    public string GrantType => GrantTypes.RefreshToken;

    public async ValueTask<Outcome<TokenResponse>> HandleAsync(GrantRequest request, CancellationToken cancellationToken)
    {
        var (client, parameters, context, _, _) = request;
        if (parameters["refresh_token"] is not { } presented)
            return Refusal.InvalidRequest("Parameter 'refresh_token' is missing.", Reasons.RefreshTokenMissing);
        if (!OpaqueToken.IsWellFormed(presented, OpaqueTokenType.RefreshToken))
            return Refusal.InvalidGrant(Reasons.RefreshTokenMalformed, "not a refresh token, or its checksum is wrong");
        if (parameters["scope"] is { } asked && ScopeSet.Parse(asked) is null)
            return Refusal.InvalidScope("Parameter 'scope' is malformed.");

        // A narrower scope or audience is decided before the token is used up, an unchanged one in the same statement.
        var hash = TokenHash.Of(presented);
        if (!client.RefreshToken.Rotation
            || parameters["scope"] is not null
            || parameters[Organization] is not null
            || request.Resources.Audiences is not null)
        {
            if (await store.FindAsync(hash, client.Id, context.Now, cancellationToken) is not { } found)
                return Unknown();
            if (RefusalOf(found, client, context) is { } refusal)
                return refusal;
            var narrowed = RequestedScopes.Narrowed(found.Scopes, client, parameters);
            if (!narrowed.Succeeded)
                return narrowed.Error;
            if (request.Resources.RefusalOf(narrowed.Value) is { } unreachable)
                return unreachable;
            if (await RefusalInAsync(found, parameters[Organization], cancellationToken) is { } foreign)
                return foreign;
            if (!client.RefreshToken.Rotation && found.UsedAt is null)
                return await UseAgainAsync(found, presented, request, cancellationToken);
        }

        var successor = secret.SuccessorOf(presented);
        var successorHash = TokenHash.Of(successor);
        var rotated = await store.RotateAsync(
            hash, client.Id, successorHash, context.Now + client.RefreshToken.IdleLifetime, context.Now, cancellationToken);
        if (rotated is null)
            return Unknown();
        if (RefusalOf(rotated, client, context) is { } invalid)
            return invalid;
        if (!rotated.Rotated && await ReuseAsync(rotated, successorHash, client, context, cancellationToken) is { } reused)
            return reused;

        return await IssueAsync(rotated, successor, request, cancellationToken);
    }

    // Without rotation: the token stays, and its idle time begins anew.
    private async Task<Outcome<TokenResponse>> UseAgainAsync(
        StoredRefreshToken token, string presented, GrantRequest request, CancellationToken cancellationToken)
    {
        var idleEnd = request.Context.Now + request.Client.RefreshToken.IdleLifetime;
        await store.ProlongAsync(
            TokenHash.Of(presented), idleEnd < token.FamilyExpiresAt ? idleEnd : token.FamilyExpiresAt, cancellationToken);
        return await IssueAsync(token, presented, request, cancellationToken);
    }

    private static Refusal? RefusalOf(StoredRefreshToken token, Client client, RequestContext context)
    {
        if (token.ClientId != client.Id)
            return Refusal.InvalidGrant(Reasons.RefreshTokenForeign, "the refresh token belongs to another client");
        if (token.OutlivesLogout && !client.OfflineAccessOutlivesLogout)
            token = token with { OutlivesLogout = false };
        return token.Refusal(context.Now) is { } reason ? Refusal.InvalidGrant(reason, $"refused: {reason}") : null;
    }

    private async Task<Refusal?> ReuseAsync(
        StoredRefreshToken token, byte[] successorHash, Client client, RequestContext context, CancellationToken cancellationToken)
    {
        if (token.UsedAt is not { } usedAt)
            throw new InvalidOperationException("A refresh token that is valid and unused was not rotated.");

        var same = token.SuccessorHash is { } stored && CryptographicOperations.FixedTimeEquals(stored, successorHash);
        var grace = client.RefreshToken.Grace;
        if (same && grace > TimeSpan.Zero && context.Now <= usedAt + grace)
            return null;

        // Another party has or had the token, and the server cannot tell which of the two is the owner. RFC 9700 §4.14.2.
        if (await store.TryRevokeFamilyAsync(token.FamilyId, SessionEndReasons.ReuseDetected, context.Now, cancellationToken))
            await audit.WriteAsync(
                context, AuditTypes.FamilyRevoked, token.UserId, token.SessionId, Reasons.RefreshTokenReused,
                "a used refresh token was presented after its grace window");
        return Refusal.InvalidGrant(Reasons.RefreshTokenReused, "the refresh token was used before; its family is revoked");
    }

    private async Task<Outcome<TokenResponse>> IssueAsync(
        StoredRefreshToken token, string refreshToken, GrantRequest request, CancellationToken cancellationToken)
    {
        var (client, parameters, _, _, _) = request;
        var scopes = RequestedScopes.Narrowed(token.Scopes, client, parameters);
        if (!scopes.Succeeded)
            return scopes.Error;

        var organization = await OrganizationAsync(token, parameters[Organization], cancellationToken);
        if (organization != token.OrganizationId)
        {
            await store.SwitchOrganizationAsync(token.FamilyId, organization, cancellationToken);
            await audit.WriteAsync(
                request.Context, AuditTypes.OrganizationChosen, token.UserId, token.SessionId,
                detail: $"acts in organization {organization ?? "none"}");
        }

        // The id_token of a refresh has no nonce, and says again what the first one said about the login. OpenID Connect Core §12.2.
        var user = new TokenUser(token.UserId, token.SessionId, token.FamilyId, organization, token.AuthenticatedAt)
        {
            ContextClass = AuthenticationContext.Of(token.AuthenticationMethods),
        };
        var grant = new UserGrant(client, user, token.AuthenticationMethods, scopes.Value)
        {
            IdTokenClaims = token.IdTokenClaims?.Split(' ') ?? [],
        };
        return await tokens.IssueAsync(grant, refreshToken, request, cancellationToken);
    }

    // An organization that was chosen earlier is checked each time: a user who has left it acts in their own organization again.
    // One that is named now was checked before.
    private async Task<string?> OrganizationAsync(StoredRefreshToken token, string? named, CancellationToken cancellationToken)
    {
        if (named is not null)
            return named;
        return token.OrganizationId is { } chosen && chosen != token.HomeOrganizationId
            && await acting.FindRefusalAsync(token.UserId, token.UserId, chosen, cancellationToken) is not null
            ? token.HomeOrganizationId
            : token.OrganizationId;
    }

    // The user's own organizations, and what is below them; decided before the token is used up.
    private async Task<Refusal?> RefusalInAsync(StoredRefreshToken token, string? organization, CancellationToken cancellationToken)
    {
        if (organization is null)
            return null;
        return organization.Length <= MaxOrganizationLength
            && await acting.FindRefusalAsync(token.UserId, token.UserId, organization, cancellationToken) is null
            ? null
            : Refusal.InvalidRequest("Parameter 'organization' names none that the user may act in.", Reasons.OrganizationOutOfReach);
    }

    private static Refusal Unknown() => Refusal.InvalidGrant(Reasons.RefreshTokenUnknown, "no such refresh token");
}
