using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.AccessTokens;

namespace IdentityHub.Server.Http;

/// <summary>A live access token that a caller has presented, and the client that it was issued to.</summary>
internal sealed record PresentedToken(StoredAccessToken Token, Client Client)
{
    /// <summary><c>acr</c> of the login that it comes from; null where it does not say.</summary>
    public string? ContextClass { get; init; }

    /// <summary><c>auth_time</c> of that login; null where it does not say.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }
}

/// <summary>
/// Finds out who calls an endpoint of this server by an access token: one that the server has issued, that lives, and whose client is
/// enabled.
/// </summary>
internal sealed class BearerCaller(AccessTokenReader tokens, ClientRegistry registry)
{
    /// <summary>
    /// The token of the header or of the form; the refusal of RFC 6750 §3.1. Sets <see cref="RequestContext.ClientId"/>, also for a token
    /// that is no longer valid.
    /// </summary>
    public async ValueTask<Outcome<PresentedToken>> ReadAsync(HttpContext http, Parameters? form, RequestContext context)
    {
        var presented = BearerReader.Read(http.Request, form);
        if (presented is { Succeeded: false, Error: var malformed })
            return malformed;
        if (presented?.Value is not { } token)
            return BearerResults.TokenMissing;
        if (await tokens.ReadAsync(token, http.RequestAborted) is not { Stored: var stored } read)
            return BearerResults.InvalidToken(Reasons.AccessTokenUnknown, "not an access token of this server");

        context.ClientId = stored.ClientId;
        if (registry.Current.Find(stored.ClientId) is not { Enabled: true } client)
            return BearerResults.InvalidToken(Reasons.ClientDisabled, "the client is disabled or gone");
        context.Generation = client.Registry.Label;
        return stored.Refusal(context.Now) is { } reason
            ? BearerResults.InvalidToken(reason, $"refused: {reason}")
            : new PresentedToken(stored, client)
            {
                ContextClass = read.ContextClass,
                AuthenticatedAt = read.AuthenticatedAt,
            };
    }
}
