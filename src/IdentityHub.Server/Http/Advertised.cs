namespace IdentityHub.Server.Http;

/// <summary>Says under which member of the discovery document an endpoint stands. RFC 8414 §2.</summary>
/// <param name="Member">E.g. <c>token_endpoint</c>.</param>
/// <param name="Path">With its leading slash.</param>
/// <param name="AuthMethodsMember">E.g. <c>token_endpoint_auth_methods_supported</c>; null where clients do not authenticate.</param>
internal sealed record Advertised(string Member, string Path, string? AuthMethodsMember)
{
    /// <summary>True when a public client may call it too.</summary>
    public bool ForPublicClients { get; init; }
}

/// <summary>A member of the discovery document that says <c>true</c> where the endpoint is mapped.</summary>
internal sealed record AdvertisedSupport(string Member);

/// <summary>Values that an endpoint adds to a list of the discovery document when it is mapped.</summary>
internal sealed record AdvertisedValues(string Member, IReadOnlyList<string> Values);

/// <summary>Puts endpoints into the discovery document where they are mapped, so that it cannot name one that is not.</summary>
internal static class Advertising
{
    public static void Advertise(
        this IEndpointConventionBuilder endpoint, string member, string path, bool authenticatesClients = true,
        bool forPublicClients = true) =>
        endpoint.WithMetadata(
            new Advertised(member, path, authenticatesClients ? member + "_auth_methods_supported" : null)
            {
                ForPublicClients = forPublicClients,
            });

    /// <summary>Says <c>true</c> under each of these members.</summary>
    public static IEndpointConventionBuilder AdvertiseSupport(this IEndpointConventionBuilder endpoint, params string[] members) =>
        endpoint.WithMetadata([.. members.Select(member => new AdvertisedSupport(member))]);
}
