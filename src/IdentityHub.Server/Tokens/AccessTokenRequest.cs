using IdentityHub.Server.Clients;

namespace IdentityHub.Server.Tokens;

/// <summary>Which access token to make.</summary>
/// <param name="Client">The client that gets the token.</param>
/// <param name="Scopes">Its scopes; checked by the grant.</param>
/// <param name="Endpoint">What the endpoint promises.</param>
/// <param name="User">The user that the client acts for; null when it acts for itself.</param>
internal sealed record AccessTokenRequest(Client Client, IReadOnlyList<string> Scopes, EndpointPolicy Endpoint, TokenUser? User = null)
{
    /// <summary>The audiences of the token, whatever its scopes; null: the APIs of its scopes.</summary>
    public IReadOnlyList<string>? Audiences { get; init; }

    /// <summary>It lives no longer; null: as long as endpoint and client say.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Further claims of a JWT.</summary>
    public IReadOnlyList<KeyValuePair<string, object>> Claims { get; init; } = [];
}

/// <summary>The user of a token, and the login that it comes from.</summary>
/// <param name="FamilyId">The refresh token family that it ends with; null when there is none.</param>
/// <param name="OrganizationId"><c>org_id</c>; null for none.</param>
/// <param name="AuthenticatedAt"><c>auth_time</c>.</param>
internal sealed record TokenUser(Guid UserId, Guid SessionId, Guid? FamilyId, string? OrganizationId, DateTimeOffset AuthenticatedAt)
{
    /// <summary>The actor for the user; null when there is none.</summary>
    public TokenActor? Actor { get; init; }

    /// <summary><c>acr</c> of the login; null where a token that was exchanged does not say. RFC 9470 §6.</summary>
    public string? ContextClass { get; init; }
}
