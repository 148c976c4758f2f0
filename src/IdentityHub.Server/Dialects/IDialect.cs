using IdentityHub.Server.Admin.Dialects;
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
    DialectCallers ListCallers(string name, RegistrySnapshot snapshot, StoredCallers stored) =>
        DialectCallers.OfClients(name, snapshot);
}
