using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.AuthorizationCodes;
using IdentityHub.Storage.Sessions;
using StoredCode = IdentityHub.Storage.AuthorizationCodes.AuthorizationCode;

namespace IdentityHub.Server.Grants.AuthorizationCode;

/// <summary>An authorization code, for the client only.</summary>
internal sealed record IssuedCode(string Value)
{
    public override string ToString() => nameof(IssuedCode);
}

/// <summary>Issues authorization codes. RFC 6749 §4.1.2.</summary>
internal sealed class CodeIssue(AuthorizationCodeStore codes, AuditTrail audit)
{
    /// <summary>The code; the refusal when the pushed request was used, or the session ended, in between.</summary>
    /// <param name="wasAsked">
    /// True when the user has consented. Claims that are asked for by name are then limited to the consent. Without a consent they are
    /// limited to what the administrator lets the client see.
    /// </param>
    public async Task<Outcome<IssuedCode>> IssueAsync(
        AuthorizationRequest request, IReadOnlyList<string> scopes, bool wasAsked, StoredBrowserSession session, RequestContext context,
        CancellationToken cancellationToken)
    {
        var (client, now) = (request.Client, context.Now);
        var code = OpaqueToken.Create(OpaqueTokenType.AuthorizationCode);
        var row = new StoredCode
        {
            CodeHash = TokenHash.Of(code),
            ClientId = client.Id,
            UserId = session.UserId,
            SessionId = session.Id,
            FamilyId = Identifiers.NewId(now),
            Scopes = ScopeSet.Format(scopes),
            RedirectUri = request.Target.SentRedirectUri,
            CodeChallenge = request.CodeChallenge,
            Nonce = request.Nonce,
            ClaimsRequest = request
                .Claims?.Where(names =>
                    client.Registry.Claims.Covered(names, wasAsked || client.RequireConsent ? scopes : client.Scopes))
                .ToString(),
            AuthenticatedAt = session.AuthenticatedAt,
            AuthenticationMethods = session.AuthenticationMethods,
            IssuedAt = now,
            ExpiresAt = now + client.AuthorizationCodeLifetime,
        };

        var refusal = await codes.IssueAsync(
            row, request.PushedRequestHash, UserTokens.EndOf(client, scopes, row.ExpiresAt), cancellationToken);
        switch (refusal)
        {
            case null:
                await audit.WriteAsync(context, AuditTypes.CodeIssued, session.UserId, session.Id);
                return new IssuedCode(code);
            case Reasons.SessionEnded:
                return AuthorizationRefusals.LoginRequired("the session ended while the code was made");
            default:
                return AuthorizationRefusals.InvalidRequestUri(refusal, "the pushed request was used before");
        }
    }
}
