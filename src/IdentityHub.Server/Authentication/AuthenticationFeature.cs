using IdentityHub.Server.Authentication.CustomerTokens;
using IdentityHub.Server.Authentication.OneTimeCodes;
using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Users;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Authentication;

/// <summary>How users prove who they are: a folder for each factor.</summary>
internal static class AuthenticationFeature
{
    public static void AddAuthenticationFactors(this IServiceCollection services)
    {
        services.AddSingleton<LoginPolicy>();
        services.AddUsers();
        services.AddSingleton<UserBlocks>();
        services.AddSingleton<CustomerLogin>();
        services.AddPasswords();
        services.AddOneTimeCodes();
    }

    private static void AddPasswords(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var cores = Environment.ProcessorCount;
            return new HashingLimiter(cores, cores * provider.GetRequiredService<IOptions<HubSettings>>().Value.Passwords.QueuePerCore);
        });
        services.AddSingleton<PasswordCheck>();
        services.AddSingleton<HashLogin>();
        services.AddSingleton<NewPasswords>();
    }

    private static void AddOneTimeCodes(this IServiceCollection services)
    {
        services.AddSingleton<OtpGuesses>();
        services.AddSingleton<OtpSendLimits>();
        services.AddSingleton<OtpCodes>();
        services.AddSingleton<OtpSending>();
        services.AddSingleton<OtpCheck>();
    }
}
