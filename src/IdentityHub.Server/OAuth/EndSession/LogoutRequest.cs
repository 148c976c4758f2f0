using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Grants.AuthorizationCode;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Tokens;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.OAuth.EndSession;

/// <summary>A logout request with nothing left to object to.</summary>
/// <param name="ClientId">The client that sent the user; null when the request names none.</param>
/// <param name="Hint">The user that the client means; null when the request names none.</param>
/// <param name="RedirectUri">Registered by that client, with <c>state</c>; null for none.</param>
internal sealed record LogoutRequest(string? ClientId, ReadIdToken? Hint, TicketAddress? RedirectUri, string? UiLocales);

/// <summary>
/// Reads a logout request. RP-Initiated Logout §2, §3. A hint that this server did not sign, one of another client, an address that the
/// client has not registered: each is refused, and the user is sent nowhere. <c>logout_hint</c> is ignored: the signed-in user is known.
/// </summary>
internal sealed class LogoutRequestReader(IdTokenReader idTokens, ClientRegistry registry, IOptions<HubSettings> settings)
{
    private const int MaxUiLocalesLength = 128;

    public async Task<Outcome<LogoutRequest>> ReadAsync(Parameters parameters, RequestContext context, CancellationToken cancellationToken)
    {
        ReadIdToken? hint = null;
        if (parameters["id_token_hint"] is { } sent)
        {
            hint = await idTokens.ReadAsync(sent, cancellationToken);
            if (hint is null)
                return Refusal.InvalidRequest("Parameter 'id_token_hint' is no id_token of this server.", Reasons.IdTokenHint);
        }

        var clientId = parameters["client_id"] ?? hint?.ClientId;
        context.ClientId = clientId;
        if (hint is not null && hint.ClientId != clientId)
            return Refusal.InvalidRequest(
                "Parameter 'id_token_hint' was issued to another client than 'client_id' names.", Reasons.IdTokenHintClientMismatch);
        var client = clientId is null ? null : registry.Current.Find(clientId);
        if (clientId is not null && client is not { Enabled: true, IsResource: false })
            return Refusal.InvalidRequest("There is no such client, or it is disabled.", Reasons.ClientUnknown);

        var uiLocales = parameters["ui_locales"] is { Length: <= MaxUiLocalesLength } languages ? languages : null;
        if (parameters["post_logout_redirect_uri"] is not { } uri)
            return new LogoutRequest(clientId, hint, null, uiLocales);
        if (client is null)
            return Refusal.InvalidRequest(
                "Parameter 'post_logout_redirect_uri' needs 'id_token_hint' or 'client_id'.", Reasons.IdTokenHintMissing);
        if (!client.PostLogoutRedirectUris.Any(registered => RedirectUris.Matches(registered, uri)))
            return Unregistered(client, uri);
        if (parameters["state"] is { Length: > AuthorizationRequestReader.MaxStateLength })
            return Refusal.InvalidRequest(
                $"Parameter 'state' is longer than {AuthorizationRequestReader.MaxStateLength} characters.", Reasons.StateTooLong);
        return new LogoutRequest(clientId, hint, new TicketAddress(WithState(uri, parameters["state"])), uiLocales);
    }

    // In Development the answer names the nearest registered address; elsewhere it does not tell what is registered.
    private Refusal Unregistered(Client client, string uri)
    {
        const string sentence = "Parameter 'post_logout_redirect_uri' is not registered for this client.";
        return settings.Value.IsDevelopment && RedirectUris.Nearest(client.PostLogoutRedirectUris, uri) is { } nearest
            ? Refusal.InvalidRequest($"{sentence} The nearest one that is registered: {nearest}", Reasons.PostLogoutRedirectUriMismatch)
            : Refusal.InvalidRequest(sentence, Reasons.PostLogoutRedirectUriMismatch);
    }

    private static string WithState(string uri, string? state) =>
        state is null ? uri : RedirectUris.WithQuery(uri, $"state={Uri.EscapeDataString(state)}");
}
