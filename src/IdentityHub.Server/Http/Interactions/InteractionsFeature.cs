namespace IdentityHub.Server.Http.Interactions;

/// <summary>What pages and the authorization endpoint hand each other through the browser.</summary>
internal static class InteractionsFeature
{
    /// <summary>Parameter of the pages that carries their ticket.</summary>
    public const string Ticket = "ticket";

    /// <summary>Parameter of the authorization endpoint that carries a <see cref="LoginMarker"/>.</summary>
    public const string Login = "interaction";

    /// <summary>Parameter of the authorization endpoint that carries a <see cref="ConsentDecision"/>.</summary>
    public const string Consent = "consent";

    public static void AddInteractions(this IServiceCollection services)
    {
        services.AddSingleton<Tickets>();
        services.AddSingleton<BrowserCookie>();
        services.AddSingleton<InteractionCookie>();
        services.AddSingleton<KeptAddresses>();
        services.AddSingleton<BrowserLogout>();
        services.AddSingleton<BearerCaller>();
        services.AddSingleton<AdministratorReader>();
    }
}
