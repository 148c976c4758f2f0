using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Dialects;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Dialects.ClientAccounts.ServiceUser;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary>
/// Service users, and the accounts that an application manages with their tokens. contracts/service-user-and-client-accounts.md.
/// </summary>
internal sealed class ClientAccountsDialect : IDialect
{
    public IReadOnlyList<string> Names { get; } = [DialectNames.ServiceUser, DialectNames.ClientAccounts];

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<BuiltInClientTokens>();
        services.AddSingleton<ServiceUserLogin>();
        services.AddSingleton<ServiceUserLoginEndpoint>();
        services.AddSingleton<ServiceCaller>();
        services.AddSingleton<ClientTokenReader>();
        services.AddSingleton<AccountSignUp>();
        services.AddSingleton<SignUpEndpoint>();
        services.AddSingleton<AccountLogin>();
        services.AddSingleton<AccountLoginEndpoint>();
        services.AddSingleton<AccountChange>();
        services.AddSingleton<AccountEndpoint>();
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        ServiceUserLoginEndpoint.Map(routes);
        SignUpEndpoint.Map(routes);
        AccountLoginEndpoint.Map(routes);
        AccountEndpoint.Map(routes);
        routes.MapDialectNotFound(DialectNames.ClientAccounts, "/v1", ListedErrors.WriteAsync);
    }

    /// <summary>No caller is a client: the service users call.</summary>
    public DialectCallers ListCallers(string name, RegistrySnapshot snapshot, StoredCallers stored) =>
        new(DialectCallerKind.ServiceUser, stored.ServiceUsers.ToDictionary(user => user.UserName, _ => true, StringComparer.Ordinal));
}
