using IdentityHub.Server.Clients;

namespace IdentityHub.Server.Tokens;

/// <summary>Which access token to make.</summary>
/// <param name="Client">To whom.</param>
/// <param name="Scopes">With what rights; checked by the grant.</param>
/// <param name="Endpoint">What the endpoint promises.</param>
/// <param name="User">On whose behalf; null for the client's own.</param>
internal sealed record AccessTokenRequest(Client Client, IReadOnlyList<string> Scopes, EndpointPolicy Endpoint, TokenUser? User = null)
{
    /// <summary>Whom the token is for, whatever its scopes; null: the APIs of its scopes.</summary>
    public IReadOnlyList<string>? Audiences { get; init; }

    /// <summary>It lives no longer; null: as long as endpoint and client say.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Further claims of a JWT.</summary>
    public IReadOnlyList<KeyValuePair<string, object>> Claims { get; init; } = [];
}

/// <summary>The user of a token, and the login that it comes from.</summary>
/// <param name="FamilyId">The refresh family that it dies with; null when there is none.</param>
/// <param name="OrganizationId"><c>org_id</c>; null for none.</param>
/// <param name="AuthenticatedAt"><c>auth_time</c>.</param>
internal sealed record TokenUser(Guid UserId, Guid SessionId, Guid? FamilyId, string? OrganizationId, DateTimeOffset AuthenticatedAt)
{
    /// <summary>Who acts for the user; null when he does himself.</summary>
    public TokenActor? Actor { get; init; }
}
