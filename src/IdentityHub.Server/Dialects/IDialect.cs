using IdentityHub.Server.Clients;

namespace IdentityHub.Server.Dialects;

/// <summary>
/// An older API: one contract, one folder. A new one is its folder, its part of the configuration and one line in
/// <see cref="DialectsFeature"/>.
/// </summary>
internal interface IDialect
{
    /// <summary>The names under which the configuration switches it on: one, or one for each of its parts.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Registers its endpoints and what only they need.</summary>
    void AddServices(IServiceCollection services);

    /// <summary>Maps its endpoints.</summary>
    void Map(IEndpointRouteBuilder routes);

    /// <summary>Adds what it has to read of a request before the request is routed.</summary>
    void UseBeforeRouting(WebApplication app)
    {
    }

    /// <summary>Who is set up for the part of this name.</summary>
    /// <param name="serviceUsers">User names of all service users.</param>
    DialectCallers ListCallers(string name, RegistrySnapshot snapshot, IReadOnlyList<string> serviceUsers) =>
        DialectCallers.OfClients(
            snapshot
                .Document.Clients.Where(client => client.Dialects.Contains(name, StringComparer.Ordinal))
                .Select(client => (client.ClientId, client.Enabled)));
}

/// <summary>Who is set up for an older API.</summary>
/// <param name="Member">Under which name a report writes one of them.</param>
/// <param name="Allowed">By name, whether the caller may call at the moment.</param>
internal sealed record DialectCallers(string Member, IReadOnlyDictionary<string, bool> Allowed)
{
    /// <summary>Callers that are clients.</summary>
    public static DialectCallers OfClients(IEnumerable<(string Id, bool Enabled)> clients) =>
        new("client_id", clients.ToDictionary(client => client.Id, client => client.Enabled, StringComparer.Ordinal));
}
