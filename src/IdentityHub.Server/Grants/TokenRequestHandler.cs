using System.Collections.Frozen;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.Grants;

/// <summary>
/// The one way down from every endpoint to every token: authenticate the client, find the grant, let it decide, record what was issued (the
/// endpoint records what was refused). RFC 6749 §5.
/// </summary>
internal sealed class TokenRequestHandler(
    ClientAuthenticator clients, IEnumerable<IGrant> grants, AuditTrail audit, HubMetrics metrics)
{
    private static readonly Parameters NoParameters = new();

    private readonly FrozenDictionary<string, IGrant> _grants = grants.ToFrozenDictionary(grant => grant.GrantType, StringComparer.Ordinal);

    /// <summary>The tokens, or the refusal.</summary>
    /// <param name="presented">How the caller says who it is; null when it does not.</param>
    /// <param name="endpoint">What the endpoint promises its callers.</param>
    /// <param name="count">Counts the call, once it is known who calls; null where calls are not counted.</param>
    public async ValueTask<Outcome<TokenResponse>> HandleAsync(
        PresentedClient? presented, Parameters parameters, RequestContext context, EndpointPolicy endpoint,
        CancellationToken cancellationToken, CallCount? count = null)
    {
        context.GrantType = parameters["grant_type"];
        using var span = HubMetrics.Activities.StartActivity("token_request");
        var outcome = await DecideAsync(presented, parameters, context, endpoint, count, cancellationToken);
        span?.SetTag("identityhub.grant", StoredText.Of(context.GrantType, 128))
            .SetTag("identityhub.client", StoredText.Of(context.ClientId, 200))
            .SetTag("identityhub.endpoint", context.Endpoint)
            .SetTag("identityhub.reason", outcome.Error?.Reason);
        if (outcome.Succeeded)
        {
            metrics.Issued(context.GrantType!, context.ClientId!, context.Endpoint);
            await audit.WriteAsync(context, AuditTypes.TokenIssued, outcome.Value.UserId, outcome.Value.SessionId);
        }
        else
        {
            metrics.Refused(outcome.Error.Reason, context.Endpoint);
        }

        return outcome;
    }

    private async ValueTask<Outcome<TokenResponse>> DecideAsync(
        PresentedClient? presented, Parameters parameters, RequestContext context, EndpointPolicy endpoint, CallCount? count,
        CancellationToken cancellationToken)
    {
        var authenticated = presented is null
            ? Refusal.InvalidClient(Reasons.ClientMissing, "the request names no client")
            : await clients.AuthenticateAsync(presented, context, cancellationToken);
        if (count is not null && await count(context.BackEnd) is { } full)
            return full;
        if (!authenticated.Succeeded)
            return authenticated.Error;

        var client = authenticated.Value;
        if (endpoint.Dialect is { } dialect && !client.Dialects.Contains(dialect))
            return Refusal.UnauthorizedClient("The client may not use this endpoint.");
        if (context.GrantType is not { } grantType)
            return Refusal.InvalidRequest("Parameter 'grant_type' is missing.", Reasons.GrantTypeMissing);
        if (!_grants.TryGetValue(grantType, out var grant))
            return Refusal.UnsupportedGrantType("The grant type is not supported.");
        if (!client.GrantTypes.Contains(grantType) && endpoint.ImpliedGrant != grantType)
            return Refusal.UnauthorizedClient("The client may not use this grant type.");

        if (EndUserAddress.Accept(context, client.SaysEndUserAddress, parameters[EndUserAddress.Parameter]) is { } malformed)
            return malformed;

        var resources = RequestedResources.Of(endpoint.Dialect is null ? parameters : NoParameters, client.Registry);
        if (!resources.Succeeded)
            return resources.Error;
        return await grant.HandleAsync(new GrantRequest(client, parameters, context, endpoint, resources.Value), cancellationToken);
    }
}
