using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Sessions;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.Grants;

/// <summary>
/// A token for an access token of the client's own: RFC 8693. The subject is an access token of this server or an LSID (then <c>sub</c> is
/// the user that the session acts as, and <c>act.sub</c> the user who has logged in); an actor is an access token too. What a client may
/// present is its <c>token_exchange</c>. The new token has no more scopes, lives no longer, and ends with the same session.
/// </summary>
internal sealed class TokenExchangeGrant(AccessTokenReader reader, LsidSessions sessions, TokenIssuer tokens)
    : IGrant
{
    /// <summary>RFC 8693 §3.</summary>
    public const string AccessTokenType = "urn:ietf:params:oauth:token-type:access_token";

    /// <summary>A JWT access token of this server may be called that as well. RFC 8693 §3.</summary>
    public const string JwtType = "urn:ietf:params:oauth:token-type:jwt";

    /// <summary>contracts/lsid-sessions.md.</summary>
    public const string LsidType = "urn:identityhub:params:oauth:token-type:lsid";

    public string GrantType => GrantTypes.TokenExchange;

    public async ValueTask<Outcome<TokenResponse>> HandleAsync(GrantRequest request, CancellationToken cancellationToken)
    {
        var (client, parameters, context, _, _) = request;
        if (parameters["subject_token"] is not { } subjectToken)
            return Refusal.InvalidRequest("Parameter 'subject_token' is missing.", Reasons.SubjectTokenMissing);
        if (parameters["subject_token_type"] is not { } subjectType)
            return Refusal.InvalidRequest("Parameter 'subject_token_type' is missing.", Reasons.SubjectTokenTypeMissing);
        if (parameters["requested_token_type"] is { } wanted && wanted is not (AccessTokenType or JwtType))
            return Refusal.InvalidRequest("Parameter 'requested_token_type' must be an access token.", Reasons.RequestedTokenType);
        if (parameters["actor_token"] is null != parameters["actor_token_type"] is null)
            return Refusal.InvalidRequest(
                "'actor_token' and 'actor_token_type' stand together, or not at all.", Reasons.ActorTokenTypeMissing);
        if (!MayPresent(client, subjectType))
            return Refusal.InvalidRequest("The client may not exchange subject tokens of this type.", Reasons.SubjectTokenTypeRefused);
        var scopes = RequestedScopes.ForUser(request);
        if (!scopes.Succeeded)
            return scopes.Error;

        var found = subjectType == LsidType
            ? await FindLsidAsync(subjectToken, client, context, cancellationToken)
            : await FindTokenAsync(subjectToken, client, context, cancellationToken);
        if (!found.Succeeded)
            return found.Error;
        var granted = Narrow(scopes.Value, found.Value.Scopes, isAsked: parameters["scope"] is not null);
        if (!granted.Succeeded)
            return granted.Error;

        var actor = await ActorAsync(found.Value, request, cancellationToken);
        if (!actor.Succeeded)
            return actor.Error;
        var audiences = AudiencesOf(request.Client.Registry, granted.Value, parameters);
        if (!audiences.Succeeded)
            return audiences.Error;
        return await IssueAsync(actor.Value, granted.Value, audiences.Value, request, cancellationToken);
    }

    private static bool MayPresent(Client client, string type) => type switch
    {
        AccessTokenType or JwtType => client.ExchangePolicy.SubjectTokens.Contains(SubjectTokens.AccessToken, StringComparer.Ordinal),
        LsidType => client.ExchangePolicy.SubjectTokens.Contains(SubjectTokens.Lsid, StringComparer.Ordinal),
        _ => false,
    };

    private async ValueTask<Outcome<Subject>> FindLsidAsync(
        string lsid, Client client, RequestContext context, CancellationToken cancellationToken)
    {
        if (await sessions.UseAsync(lsid, context.Now, cancellationToken) is not { } session)
            return Refusal.InvalidGrant(Reasons.LsidDead, "the login session is unknown, ended or expired");
        if (client.MfaRequiredFrom <= context.Now && AuthenticationContext.LevelOf(session.AuthenticationMethods) < 2)
            return Refusal.InvalidGrant(Reasons.MfaRequired, "the client requires a login with a second factor");
        var user = new TokenUser(session.EffectiveUserId, session.Id, null, session.EffectiveOrganizationId, session.AuthenticatedAt)
        {
            Actor = session.IsAssumed ? new TokenActor(session.UserId.ToString()) : null,
            ContextClass = AuthenticationContext.Of(session.AuthenticationMethods),
        };
        return new Subject(user, null, session.AuthenticatedAt, session.HandleExpiresAt ?? session.SessionExpiresAt);
    }

    // A token of another client is this one's to exchange only where the configuration says so.
    private async ValueTask<Outcome<Subject>> FindTokenAsync(
        string token, Client client, RequestContext context, CancellationToken cancellationToken)
    {
        var outcome = await ReadAsync(token, client, context, cancellationToken);
        if (!outcome.Succeeded)
            return outcome.Error;
        var read = outcome.Value;
        if (read.Stored is not { UserId: { } userId, SessionId: { } sessionId } stored)
            return Refusal.InvalidGrant(Reasons.SubjectTokenWithoutUser, "the subject token has no user");
        // A token that does not say when its user logged in is no proof of a login that is newer than the one that it comes from.
        var authenticatedAt = read.AuthenticatedAt ?? stored.LoginAt ?? stored.IssuedAt;
        return new Subject(
            new TokenUser(userId, sessionId, stored.FamilyId, stored.OrganizationId, authenticatedAt)
            {
                Actor = read.Actor,
                ContextClass = read.ContextClass,
            },
            ScopeSet.Parse(stored.Scopes) ?? [], stored.IssuedAt, stored.ExpiresAt);
    }

    private async ValueTask<Outcome<Subject>> ActorAsync(Subject subject, GrantRequest request, CancellationToken cancellationToken)
    {
        if (request.Parameters["actor_token"] is not { } token)
            return subject;
        if (!request.Client.ExchangePolicy.Delegation)
            return Refusal.InvalidRequest("The client may not name an actor.", Reasons.ActorRefused);
        if (request.Parameters["actor_token_type"] is not (AccessTokenType or JwtType))
            return Refusal.InvalidRequest("Parameter 'actor_token_type' must be an access token.", Reasons.ActorTokenType);
        var read = await ReadAsync(token, request.Client, request.Context, cancellationToken);
        if (!read.Succeeded)
            return read.Error;

        var stored = read.Value.Stored;
        var actor = new TokenActor(stored.UserId?.ToString() ?? stored.ClientId, subject.User.Actor);
        if (actor.Depth > TokenActor.MaxDepth)
            return Refusal.InvalidRequest($"More than {TokenActor.MaxDepth} act for one another.", Reasons.ActorChainTooLong);
        return subject with
        {
            User = subject.User with { Actor = actor },
            EndsAt = stored.ExpiresAt < subject.EndsAt ? stored.ExpiresAt : subject.EndsAt,
        };
    }

    private async ValueTask<Outcome<ReadAccessToken>> ReadAsync(
        string token, Client client, RequestContext context, CancellationToken cancellationToken)
    {
        if (await reader.ReadAsync(token, cancellationToken) is not { } read)
            return Refusal.InvalidGrant(Reasons.TokenUnknown, "no such token");
        var owner = read.Stored.ClientId;
        if (owner != client.Id && !client.ExchangePolicy.Clients.Contains(owner, StringComparer.Ordinal))
            return Refusal.InvalidGrant(Reasons.TokenForeign, "the token belongs to another client");
        if (read.Stored.Refusal(context.Now) is { } reason)
            return Refusal.InvalidGrant(reason, $"refused: {reason}");
        return client.Registry.Find(owner) is { Enabled: true }
            ? read
            : Refusal.InvalidGrant(Reasons.ClientDisabled, "the token's client is disabled");
    }

    // No more than the subject token has; an LSID has none of its own.
    private static Outcome<IReadOnlyList<string>> Narrow(IReadOnlyList<string> scopes, IReadOnlyList<string>? held, bool isAsked)
    {
        if (held is null)
            return Outcome.Of(scopes);
        if (isAsked && scopes.FirstOrDefault(scope => !held.Contains(scope, StringComparer.Ordinal)) is { } more)
            return Refusal.InvalidScope($"The subject token does not have scope '{more}'.");
        return Outcome.Of<IReadOnlyList<string>>([.. scopes.Where(scope => held.Contains(scope, StringComparer.Ordinal))]);
    }

    // RFC 8693 §2.2.2: a target that the server will not issue for.
    private static Outcome<IReadOnlyList<string>> AudiencesOf(
        RegistrySnapshot registry, IReadOnlyList<string> scopes, Parameters parameters)
    {
        var all = registry.AudiencesOf(scopes);
        string[] targets = [.. parameters.All("audience").Concat(parameters.All("resource")).Distinct(StringComparer.Ordinal)];
        if (targets.Length == 0)
            return Outcome.Of(all);
        return targets.All(target => all.Contains(target, StringComparer.Ordinal))
            ? Outcome.Of<IReadOnlyList<string>>(targets)
            : RequestedResources.TargetError("None of the granted scopes belongs to an API that is named by 'audience' or 'resource'.");
    }

    private async ValueTask<Outcome<TokenResponse>> IssueAsync(
        Subject subject, IReadOnlyList<string> scopes, IReadOnlyList<string> audiences, GrantRequest request,
        CancellationToken cancellationToken)
    {
        var wanted = new AccessTokenRequest(request.Client, scopes, request.Endpoint, subject.User)
        {
            Audiences = audiences,
            NotAfter = subject.EndsAt,
        };
        var now = request.Context.Now > subject.BeginsAt ? request.Context.Now : subject.BeginsAt;
        var (token, lifetime) = await tokens.IssueAsync(wanted, now, cancellationToken);
        return new TokenResponse(token, lifetime, scopes, UserId: subject.User.UserId, SessionId: subject.User.SessionId)
        {
            IssuedTokenType = AccessTokenType,
        };
    }

    /// <summary>Whose token it will be.</summary>
    /// <param name="Scopes">Those of the subject token; null for a subject that has none of its own.</param>
    /// <param name="BeginsAt">No token made of it is older, should the clock of this node be behind that of another: what is older than the
    /// password ends with the one before.</param>
    /// <param name="EndsAt">No token made of it lives longer.</param>
    private sealed record Subject(TokenUser User, IReadOnlyList<string>? Scopes, DateTimeOffset BeginsAt, DateTimeOffset EndsAt);
}
