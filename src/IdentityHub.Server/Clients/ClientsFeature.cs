namespace IdentityHub.Server.Clients;

/// <summary>The registry of clients, and how they prove who they are.</summary>
internal static class ClientsFeature
{
    public static void AddClients(this IServiceCollection services)
    {
        services.AddSingleton<ClientRegistry>();
        services.AddSingleton<AppliedFiles>();
        services.AddSingleton<MeasuredDrift>();
        services.AddSingleton<ClientAssertionCheck>();
        services.AddSingleton<ClientAuthenticator>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<ApiKeyUses>();
        services.AddSingleton<ClientSecretUses>();
        services.AddSingleton<CustomerTokenCheck>();
    }
}
