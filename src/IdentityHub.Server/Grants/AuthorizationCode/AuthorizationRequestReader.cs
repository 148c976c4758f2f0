using System.Globalization;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Tokens;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Grants.AuthorizationCode;

/// <summary>What was read of an authorization request: one of the two.</summary>
internal sealed record ReadAuthorizationRequest(AuthorizationRequest? Request, AuthorizationRefusal? Refusal);

/// <summary>
/// Reads an authorization request in the order in which it can be trusted: whose it is, where its answer may go, and then all the rest,
/// whose faults are told there. RFC 6749 §4.1.2.1, RFC 9101, RFC 9126, OpenID Connect Core §3.1.2.2.
/// </summary>
internal sealed class AuthorizationRequestReader(
    ClientRegistry registry, PushedRequests pushed, RequestObjects objects, IdTokenReader idTokens, IOptions<HubSettings> settings)
{
    /// <summary>
    /// Some clients keep what they know of a login encrypted in <c>state</c>. Longest one in characters; logout has the same limit.
    /// </summary>
    public const int MaxStateLength = 8192;

    private const int MaxNonceLength = 1024;

    /// <summary>Reads what came through the browser.</summary>
    public async Task<ReadAuthorizationRequest> ReadAsync(
        Parameters parameters, RequestContext context, CancellationToken cancellationToken)
    {
        context.ClientId = parameters["client_id"];
        if (parameters["client_id"] is not { } clientId)
            return Page(Refusal.InvalidRequest("Parameter 'client_id' is missing.", Reasons.ClientIdMissing));
        if (registry.Current.Find(clientId) is not { IsResource: false } client)
            return Page(Refusal.InvalidRequest("There is no client with this client_id.", Reasons.ClientUnknown));
        context.Generation = client.Registry.Label;
        if (!client.Enabled)
            return Page(Refusal.InvalidRequest("The client is disabled.", Reasons.ClientDisabled));

        if (parameters["request_uri"] is not { } requestUri)
        {
            return client.RequirePushedAuthorizationRequests
                ? Tell(
                    client, parameters,
                    Refusal.InvalidRequest("The client must push its authorization requests (RFC 9126).", Reasons.PushedRequestRequired))
                : await ReadAsync(client, parameters, context, cancellationToken);
        }

        if (parameters["request"] is not null)
            return Tell(
                client, parameters,
                Refusal.InvalidRequest("Parameters 'request' and 'request_uri' exclude each other.", Reasons.RequestAndRequestUri));
        var stored = await pushed.ReadAsync(client, requestUri, context, cancellationToken);
        if (!stored.Succeeded)
            return Tell(client, parameters, stored.Error);
        var read = await ValidateAsync(client, stored.Value.Parameters, context, cancellationToken);
        return read with { Request = read.Request is null ? null : read.Request with { PushedRequestHash = stored.Value.Hash } };
    }

    /// <summary>Reads what a client pushes, or sends through the browser without having pushed it.</summary>
    public Task<ReadAuthorizationRequest> ReadAsync(
        Client client, Parameters parameters, RequestContext context, CancellationToken cancellationToken)
    {
        var resolved = parameters["request"] is { } requestObject ? objects.Read(client, requestObject, context) : parameters;
        return resolved.Succeeded
            ? ValidateAsync(client, resolved.Value, context, cancellationToken)
            : Task.FromResult(Tell(client, parameters, resolved.Error));
    }

    private async Task<ReadAuthorizationRequest> ValidateAsync(
        Client client, Parameters sent, RequestContext context, CancellationToken cancellationToken)
    {
        var parameters = sent.Only([.. AuthorizationParameters.All]);
        var found = FindTarget(client, parameters);
        if (found.Refusal is not null)
            return new ReadAuthorizationRequest(null, found.Refusal);

        var target = found.Target!;
        if (RefusalOf(client, parameters) is { } refusal)
            return Redirect(refusal, target);
        var scopes = settings.Value.Authorization.RefuseUnknownScopes
            ? RequestedScopes.ForUser(client, parameters)
            : RequestedScopes.ForUser(client, parameters, client.Registry.KnowsScope);
        if (!scopes.Succeeded)
            return Redirect(scopes.Error, target);
        var resources = RequestedResources.Of(parameters, client.Registry);
        var granted = resources.Succeeded ? resources.Value.Narrow(scopes.Value) : resources.Error;
        if (!granted.Succeeded)
            return Redirect(granted.Error, target);
        var prompt = PromptSet.Parse(parameters["prompt"]);
        if (!prompt.Succeeded)
            return Redirect(prompt.Error, target);
        var claims = ReadClaims(parameters);
        if (claims is { Succeeded: false, Error: var malformed })
            return Redirect(malformed!, target);
        var hint = parameters["id_token_hint"] is { } hintText ? await idTokens.ReadAsync(hintText, cancellationToken) : null;
        if (hint is null && parameters["id_token_hint"] is not null)
            return Redirect(
                Refusal.InvalidRequest("Parameter 'id_token_hint' is no id_token of this server.", Reasons.IdTokenHint), target);

        return new ReadAuthorizationRequest(
            new AuthorizationRequest(target, granted.Value, prompt.Value)
            {
                Parameters = parameters,
                CodeChallenge = parameters["code_challenge"],
                Nonce = parameters["nonce"],
                MaxAge = MaxAgeOf(parameters),
                Claims = claims?.Value,
                RequiredLevel = LevelsOf(claims?.Value?.EssentialContextClasses ?? []).DefaultIfEmpty(1).Min(),

                // Whether a user who has a second factor has a passkey is not known here: a wish for one is a wish for two factors.
                PreferredLevel = Math.Min(LevelsOf(parameters["acr_values"]?.Split(' ') ?? []).FirstOrDefault(1), 2),
                Hint = hint,
                LoginHint = parameters["login_hint"],
                UiLocales = parameters["ui_locales"],
                Hash = AuthorizationRequest.HashOf(client, parameters),
            },
            null);
    }

    private static (AuthorizationTarget? Target, AuthorizationRefusal? Refusal) FindTarget(Client client, Parameters parameters)
    {
        var sent = parameters["redirect_uri"];
        var uri = sent ?? (client.RedirectUris is [var only] ? only : null);
        if (uri is null)
            return (
                null,
                new AuthorizationRefusal(Refusal.InvalidRequest("Parameter 'redirect_uri' is missing.", Reasons.RedirectUriMissing), null));
        if (!client.RedirectUris.Any(registered => RedirectUris.Matches(registered, uri)))
        {
            var error = Refusal.InvalidRequest("Parameter 'redirect_uri' is not registered for this client.", Reasons.RedirectUriMismatch);
            return (null, new AuthorizationRefusal(error, null) { NearestRedirectUri = RedirectUris.Nearest(client.RedirectUris, uri) });
        }

        // A mode that is not known cannot carry its own refusal: the default does.
        var mode =
            parameters["response_mode"] is { } asked && ResponseModes.All.Contains(asked, StringComparer.Ordinal)
                ? asked
                : ResponseTypes.DefaultModeOf(parameters["response_type"]);
        return (new AuthorizationTarget(client, uri, sent, parameters["state"], mode), null);
    }

    private static Refusal? RefusalOf(Client client, Parameters parameters)
    {
        if (parameters["state"] is { Length: > MaxStateLength })
            return Refusal.InvalidRequest($"Parameter 'state' is longer than {MaxStateLength} characters.", Reasons.StateTooLong);
        if (parameters["nonce"] is { Length: > MaxNonceLength })
            return Refusal.InvalidRequest($"Parameter 'nonce' is longer than {MaxNonceLength} characters.", Reasons.NonceTooLong);
        if (!client.GrantTypes.Contains(GrantTypes.AuthorizationCode))
            return Refusal.UnauthorizedClient("The client may not use the authorization code grant.");
        if (parameters["response_type"] is not { } type)
            return Refusal.InvalidRequest("Parameter 'response_type' is missing.", Reasons.ResponseTypeMissing);
        if (!ResponseTypes.All.Contains(type, StringComparer.Ordinal))
            return AuthorizationRefusals.UnsupportedResponseType(
                $"Only response_type={string.Join(", ", ResponseTypes.All)} is supported.");
        if (parameters["response_mode"] is { } mode && !ResponseModes.All.Contains(mode, StringComparer.Ordinal))
            return Refusal.InvalidRequest(
                $"Parameter 'response_mode' must be one of {string.Join(", ", ResponseModes.All)}.", Reasons.ResponseMode);
        if (parameters["registration"] is not null)
        {
            return new Refusal(
                RefusalKind.RegistrationNotSupported, "Parameter 'registration' is not supported.",
                Reasons.Registration, "registration was sent");
        }

        if (parameters["max_age"] is not null && MaxAgeOf(parameters) is null)
            return Refusal.InvalidRequest("Parameter 'max_age' must be a number of seconds.", Reasons.MaxAge);
        return RefusalOfChallenge(client, parameters);
    }

    // RFC 7636 §4.4.1, RFC 9700 §2.1.1.
    private static Refusal? RefusalOfChallenge(Client client, Parameters parameters)
    {
        if (parameters["code_challenge"] is not { } challenge)
        {
            if (client.RequirePkce)
                return Refusal.InvalidRequest(
                    "Parameter 'code_challenge' is missing: this client needs PKCE (S256).", Reasons.CodeChallengeMissing);
            return parameters["code_challenge_method"] is null
                ? null
                : Refusal.InvalidRequest(
                    "Parameter 'code_challenge_method' has no effect without 'code_challenge'.", Reasons.CodeChallengeMissing);
        }

        if (parameters["code_challenge_method"] != Pkce.Method)
            return Refusal.InvalidRequest("Parameter 'code_challenge_method' must be S256.", Reasons.CodeChallengeMethod);
        return Pkce.IsChallenge(challenge)
            ? null
            : Refusal.InvalidRequest("Parameter 'code_challenge' must be 43 characters of base64url.", Reasons.CodeChallenge);
    }

    private static Outcome<ClaimsRequest>? ReadClaims(Parameters parameters)
    {
        if (parameters["claims"] is not { } text)
            return null;
        var claims = ClaimsRequest.Parse(text);

        // Only an essential value must be met: a voluntary one is a wish. OpenID Connect Core §5.5.1.1.
        return
            claims.Succeeded
            && claims.Value.EssentialContextClasses is { Count: > 0 } classes
            && !LevelsOf(classes).Any()
            ? AuthorizationRefusals.UnmetAuthenticationRequirements("no login here reaches the acr that the claims parameter insists on")
            : claims;
    }

    // Values that are not known are passed over: another one of the list may be.
    private static IEnumerable<int> LevelsOf(IEnumerable<string> contextClasses) =>
        contextClasses.Select(AuthenticationContext.LevelOfClass).OfType<int>();

    private static TimeSpan? MaxAgeOf(Parameters parameters) =>
        uint.TryParse(parameters["max_age"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;

    // Before the request itself could be read: by redirect when the browser's own parameters name a good target.
    private static ReadAuthorizationRequest Tell(Client client, Parameters parameters, Refusal error) =>
        parameters["redirect_uri"] is not null && FindTarget(client, parameters).Target is { } target
            ? Redirect(error, target)
            : Page(error);

    private static ReadAuthorizationRequest Page(Refusal error) => new(null, new AuthorizationRefusal(error, null));

    private static ReadAuthorizationRequest Redirect(Refusal error, AuthorizationTarget target) =>
        new(null, new AuthorizationRefusal(error, target));
}
