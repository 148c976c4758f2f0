using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.AuthorizationCodes;

namespace IdentityHub.Server.Grants.AuthorizationCode;

/// <summary>
/// Exchanges an authorization code for tokens. RFC 6749 §4.1.3, RFC 7636 §4.6, OpenID Connect Core §3.1.3. One read, one compare-and-swap.
/// A code that comes twice ends what was issued on it.
/// </summary>
internal sealed class AuthorizationCodeGrant(AuthorizationCodeStore codes, UserTokens tokens, AuditTrail audit) : IGrant
{
    public string GrantType => GrantTypes.AuthorizationCode;

    public async ValueTask<Outcome<TokenResponse>> HandleAsync(GrantRequest request, CancellationToken cancellationToken)
    {
        var (client, parameters, context, _, _) = request;
        if (parameters["code"] is not { } presented)
            return Refusal.InvalidRequest("Parameter 'code' is missing.", Reasons.CodeMissing);
        if (!OpaqueToken.IsWellFormed(presented, OpaqueTokenType.AuthorizationCode))
            return Refusal.InvalidGrant(Reasons.CodeMalformed, "not an authorization code, or its checksum is wrong");

        // Nothing below uses the code up, so that its owner can still use it.
        if (await codes.FindAsync(TokenHash.Of(presented), cancellationToken) is not { Code: var code } stored)
            return Refusal.InvalidGrant(Reasons.CodeUnknown, "no such authorization code");
        if (code.ClientId != client.Id)
            return Refusal.InvalidGrant(Reasons.CodeForeign, "the code belongs to another client");
        if (parameters["redirect_uri"] != code.RedirectUri
            && !(code.RedirectUri is null && client.RedirectUris.Contains(parameters["redirect_uri"], StringComparer.Ordinal)))
            return Refusal.InvalidGrant(Reasons.RedirectUriMismatch, "redirect_uri is not the one that the code was asked for with");
        if (RefusalOfVerifier(code.CodeChallenge, parameters["code_verifier"]) is { } unproven)
            return unproven;
        if (code.UsedAt is not null)
            return await ReplayAsync(stored, client, context, cancellationToken);
        if (stored.Refusal(context.Now) is { } reason)
            return Refusal.InvalidGrant(reason, $"refused: {reason}");

        var claims = ClaimsRequest.Restore(code.ClaimsRequest);
        var grant = Grant(stored, client, claims);
        if (request.Resources.RefusalOf(grant.Scopes) is { } unreachable)
            return unreachable;
        var family = UserTokens.NewFamily(grant, UserInfoClaims(claims), UserTokens.EndOf(client, grant.Scopes, context.Now), context.Now);

        // Last, because it changes state; of many calls at once one wins.
        return await codes.TryRedeemAsync(code.CodeHash, family.Family, family.Token, context.Now, cancellationToken)
            ? await tokens.IssueAsync(grant, family.RefreshToken, request, cancellationToken)
            : await ReplayAsync(stored, client, context, cancellationToken);
    }

    private static UserGrant Grant(StoredAuthorizationCode stored, Client client, ClaimsRequest? claims)
    {
        var code = stored.Code;
        var user = new TokenUser(code.UserId, code.SessionId, code.FamilyId, stored.OrganizationId, code.AuthenticatedAt)
        {
            ContextClass = AuthenticationContext.Of(code.AuthenticationMethods),
        };
        IReadOnlyList<string> scopes = [.. (ScopeSet.Parse(code.Scopes) ?? []).Intersect(client.Scopes, StringComparer.Ordinal)];
        return new UserGrant(client, user, code.AuthenticationMethods, scopes)
        {
            Nonce = code.Nonce,
            IdTokenClaims = claims?.IdToken ?? [],
        };
    }

    private static string? UserInfoClaims(ClaimsRequest? claims) =>
        claims is { UserInfo: { Count: > 0 } names } ? string.Join(' ', names) : null;

    // RFC 7636 §4.6; a verifier where no challenge was sent is an attack or a bug. RFC 9700 §2.1.1.
    private static Refusal? RefusalOfVerifier(string? challenge, string? verifier) => (challenge, verifier) switch
    {
        (null, null) => null,
        (null, _) => Refusal.InvalidGrant(Reasons.CodeVerifierUnexpected, "code_verifier was sent, but no code_challenge was"),
        (_, null) => Refusal.InvalidGrant(Reasons.CodeVerifierMissing, "code_verifier is missing"),
        _ => Pkce.Verify(verifier, challenge)
            ? null
            : Refusal.InvalidGrant(Reasons.CodeVerifierWrong, "code_verifier does not fit the code_challenge"),
    };

    // RFC 6749 §4.1.2, RFC 9700 §2.1.1.1: the server cannot tell which of the two callers is the attacker.
    private async ValueTask<Outcome<TokenResponse>> ReplayAsync(
        StoredAuthorizationCode stored, Client client, RequestContext context, CancellationToken cancellationToken)
    {
        var code = stored.Code;
        var end = UserTokens.EndOf(client, ScopeSet.Parse(code.Scopes) ?? [], context.Now);
        if (await codes.TryKillAsync(code, end, context.Now, cancellationToken))
            await audit.WriteAsync(
                context, AuditTypes.FamilyRevoked, code.UserId, code.SessionId, Reasons.CodeUsed,
                "the authorization code was presented again");
        return Refusal.InvalidGrant(Reasons.CodeUsed, "the code was used before; what was issued on it is revoked");
    }
}
