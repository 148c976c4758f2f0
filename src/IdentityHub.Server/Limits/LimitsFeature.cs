namespace IdentityHub.Server.Limits;

/// <summary>Limits that hold over all nodes.</summary>
internal static class LimitsFeature
{
    public static void AddLimits(this IServiceCollection services)
    {
        services.AddSingleton<AddressLimits>();
        services.AddSingleton<AttemptGuard>();
        services.AddSingleton<AddressCounts>();
        services.AddSingleton<SignUpLimit>();
        services.AddSingleton<CallLimits>();
        services.AddSingleton<AnonymousRowLimit>();
    }
}
