using IdentityHub.Protocol;
using IdentityHub.Server.Authentication.SecondFactors;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.Consents;
using IdentityHub.Storage.Sessions;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Grants.AuthorizationCode;

/// <summary>What is to be done next about an authorization request.</summary>
internal enum AuthorizationStep
{
    /// <summary>Issue a code for <see cref="AuthorizationVerdict.Scopes"/>.</summary>
    Issue,

    /// <summary>The user must log in (again).</summary>
    Login,

    /// <summary>The user must choose an account. OpenID Connect Core §3.1.2.1, <c>select_account</c>.</summary>
    SelectAccount,

    /// <summary>The user must say what the client may see.</summary>
    Consent,

    /// <summary>The client is told <see cref="AuthorizationVerdict.Error"/>.</summary>
    Refuse,
}

/// <summary>The next step, with what it needs.</summary>
/// <param name="WasAsked">True when the user has said on the consent page what the client may see.</param>
internal sealed record AuthorizationVerdict(
    AuthorizationStep Step, IReadOnlyList<string> Scopes, Refusal? Error = null, bool WasAsked = false);

/// <summary>What the user has done about this request so far.</summary>
/// <param name="HasLoggedIn">The user has logged in since the request arrived first.</param>
/// <param name="ChosenSessionId">The session that the user has chosen to go on with.</param>
/// <param name="HasCancelled">The user does not want to log in, or to grant the client anything.</param>
/// <param name="GrantedScopes">What the user has agreed to on the consent page; null: not yet.</param>
internal sealed record UserActions(bool HasLoggedIn, Guid? ChosenSessionId, bool HasCancelled, IReadOnlyList<string>? GrantedScopes);

/// <summary>
/// Decides what an authorization request still needs of its user: <c>prompt</c>, <c>max_age</c>, <c>acr</c>, <c>id_token_hint</c>, the
/// <c>sub</c> of the <c>claims</c> parameter, and consent. OpenID Connect Core §3.1.2.3 to §3.1.2.6.
/// </summary>
internal sealed class AuthorizationDecision(
    ConsentStore consents, MfaRequirement requirement, BrowserRemembering remembering, IOptions<HubSettings> settings)
{
    /// <param name="session">The session of the signed-in user; null when there is none.</param>
    public async Task<AuthorizationVerdict> DecideAsync(
        AuthorizationRequest request, StoredBrowserSession? session, UserActions actions, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (actions.HasCancelled)
            return Refuse(AuthorizationRefusals.AccessDenied("the user does not want to go on"));
        if (session is null)
            return Interact(request, AuthorizationStep.Login, AuthorizationRefusals.LoginRequired("no user is signed in"));
        var required = await RequiredLevelAsync(request, session, now, cancellationToken);
        if (NeedsLogin(request, session, required, actions, now) is { } why)
            return Interact(request, AuthorizationStep.Login, AuthorizationRefusals.LoginRequired(why));

        if (AuthenticationContext.LevelOf(session.AuthenticationMethods) < required)
            return Refuse(
                AuthorizationRefusals.UnmetAuthenticationRequirements(
                    "the user has logged in, but not with the factors that the client insists on"));

        if (IsSomebodyElse(request, session))
        {
            // A user who has just logged in as another user is not asked again.
            return actions.HasLoggedIn
                ? Refuse(AuthorizationRefusals.LoginRequired("another user is signed in than the one that the client named"))
                : Interact(
                    request, AuthorizationStep.Login,
                    AuthorizationRefusals.LoginRequired("another user is signed in than the one that the client named"));
        }

        if (request.Prompt.SelectAccount && !actions.HasLoggedIn && actions.ChosenSessionId != session.Id)
            return new AuthorizationVerdict(AuthorizationStep.SelectAccount, request.Scopes);
        return await DecideConsentAsync(request, session, actions, cancellationToken);
    }

    private async Task<AuthorizationVerdict> DecideConsentAsync(
        AuthorizationRequest request, StoredBrowserSession session, UserActions actions, CancellationToken cancellationToken)
    {
        if (actions.GrantedScopes is { } granted)
        {
            IReadOnlyList<string> scopes = [.. request.Scopes.Intersect(granted, StringComparer.Ordinal)];
            return scopes.Count == 0 && request.Scopes.Count > 0
                ? Refuse(AuthorizationRefusals.AccessDenied("the user has refused"))
                : new AuthorizationVerdict(AuthorizationStep.Issue, scopes, WasAsked: true);
        }

        if (IsImpersonable(request.Target) && (request.Client.RequireConsent || !actions.HasLoggedIn))
            return Interact(
                request,
                AuthorizationStep.Consent,
                AuthorizationRefusals.ConsentRequired(
                    "any app may pose as a public client at this redirect_uri: the user is asked each time"));
        if (request.Prompt.Consent || (request.Client.RequireConsent && !await IsCoveredAsync(request, session, cancellationToken)))
            return Interact(
                request, AuthorizationStep.Consent, AuthorizationRefusals.ConsentRequired("the user has not agreed to these scopes yet"));
        return new AuthorizationVerdict(AuthorizationStep.Issue, request.Scopes);
    }

    // Nothing proves which app on the user's device listens there: what it gets, it does not get unseen. RFC 8252 §8.6. On a developer's
    // own machine every single-page application is one of these.
    private bool IsImpersonable(AuthorizationTarget target) =>
        target.Client.IsPublic && !settings.Value.IsDevelopment && !RedirectUris.IsClaimed(target.RedirectUri);

    private async Task<bool> IsCoveredAsync(AuthorizationRequest request, StoredBrowserSession session, CancellationToken cancellationToken)
    {
        var given = ScopeSet.Parse(await consents.FindScopesAsync(session.UserId, request.Client.Id, cancellationToken));
        return given is { Count: > 0 } && request.Scopes.All(scope => given.Contains(scope, StringComparer.Ordinal));
    }

    private static string? NeedsLogin(
        AuthorizationRequest request, StoredBrowserSession session, int required, UserActions actions, DateTimeOffset now)
    {
        if (actions.HasLoggedIn)
            return null;
        if (request.Prompt.Login)
            return "the client asks for a login";
        if (request.Prompt.Create)
            return "the client asks for an account to be made";
        if (request.MaxAge is { } age && now - session.AuthenticatedAt > age)
            return "the login is older than max_age";
        if (request.MaxAge is not null && session.HasRememberedFactor)
            return "the client asks for a fresh login, and the browser stood for the second factor";
        var level = AuthenticationContext.LevelOf(session.AuthenticationMethods);
        if (level < required)
            return "the client insists on a login with more factors";

        // A wish: a user who cannot meet it is not asked in vain, and prompt=none goes on without.
        return level < request.PreferredLevel && session.HasSecondFactor && !request.Prompt.None
            ? "the client prefers a login with more factors"
            : null;
    }

    // A remembered browser stands for the second factor that is required, and for no level that the client asks for by name. While users
    // may put the set-up off, the login page has asked them.
    private async ValueTask<int> RequiredLevelAsync(
        AuthorizationRequest request, StoredBrowserSession session, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (AuthenticationContext.LevelOf(session.AuthenticationMethods) > 1)
            return request.RequiredLevel;
        var isAsked = session.HasRememberedFactor
            ? !remembering.IsAllowed(session.OrganizationId, request.Client.Id)
            : await requirement.RequiredFromAsync(
                session.UserId, session.OrganizationId, request.Client.Id, cancellationToken) is { } from && from <= now;
        return Math.Max(request.RequiredLevel, isAsked ? 2 : 1);
    }

    private static bool IsSomebodyElse(AuthorizationRequest request, StoredBrowserSession session) =>
        (request.Hint is { } hint && hint.UserId != session.UserId)
        || (request.Claims?.Subject is { } subject && subject != session.UserId.ToString());

    // prompt=none: no page is shown. OpenID Connect Core §3.1.2.6.
    private static AuthorizationVerdict Interact(AuthorizationRequest request, AuthorizationStep step, Refusal error) =>
        request.Prompt.None ? Refuse(error) : new AuthorizationVerdict(step, request.Scopes);

    private static AuthorizationVerdict Refuse(Refusal error) => new(AuthorizationStep.Refuse, [], error);
}
