using IdentityHub.Server.Authentication.CustomerTokens;
using IdentityHub.Server.Authentication.OneTimeCodes;
using IdentityHub.Server.Authentication.Passkeys;
using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Authentication.RecoveryCodes;
using IdentityHub.Server.Authentication.SecondFactors;
using IdentityHub.Server.Authentication.Totp;
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
        services.AddSecondFactors();
        services.AddPasskeys();
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
        services.AddSingleton<BreachedPasswords>();
        services.AddSingleton<NewPasswords>();
    }

    // Offered in this order; a second factor adds one line.
    private static void AddSecondFactors(this IServiceCollection services)
    {
        services.AddSingleton<SecondFactorRule>(LoginPolicy.AsksWhoHasOne);
        services.AddSingleton<MfaRequirement>();
        services.AddSingleton<SecondFactorGuesses>();
        services.AddSingleton<SecondFactorLogin>();
        services.AddSingleton<BrowserRemembering>();
        services.AddSingleton<ISecondFactor, TotpFactor>();
        services.AddSingleton<ISecondFactor, PasskeyFactor>();
        services.AddSingleton<ISecondFactor, RecoveryCodeFactor>();
        services.AddSingleton<TotpEnrolment>();
        services.AddSingleton<SecondFactorList>();
        services.AddSingleton<RecoveryCodeSet>();
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
