using IdentityHub.ConfigAsCode;

namespace IdentityHub.Server.Tokens;

/// <summary>What an endpoint promises its callers about tokens, beyond what their clients are configured for.</summary>
internal sealed record EndpointPolicy
{
    /// <summary>The standard endpoint: no promises of its own.</summary>
    public static readonly EndpointPolicy Standard = new();

    /// <summary>The dialect that a client must be allowed to use; null at the standard endpoint.</summary>
    public string? Dialect { get; init; }

    /// <summary>The form of every access token here; null: the client's own.</summary>
    public AccessTokenFormat? Format { get; init; }

    /// <summary>The form where neither the endpoint nor the client says one.</summary>
    public AccessTokenFormat DefaultFormat { get; init; } = AccessTokenFormat.Jwt;

    /// <summary>
    /// The grant that a client may use here because it may use the dialect, whatever its <c>grant_types</c> list; null for none.
    /// </summary>
    public string? ImpliedGrant { get; init; }

    /// <summary>Where the client has none of its own.</summary>
    public TimeSpan DefaultLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>No access token lives longer here.</summary>
    public TimeSpan MaxLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>False: a request that names no scope gets none, rather than the client's default.</summary>
    public bool GrantsDefaultScopes { get; init; } = true;
}
