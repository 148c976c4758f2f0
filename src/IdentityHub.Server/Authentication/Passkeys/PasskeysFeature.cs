namespace IdentityHub.Server.Authentication.Passkeys;

/// <summary>Sign-in with a passkey: WebAuthn Level 3.</summary>
internal static class PasskeysFeature
{
    public static void AddPasskeys(this IServiceCollection services)
    {
        services.AddSingleton<PasskeyRelyingParty>();
        services.AddSingleton<PasskeyChallenges>();
        services.AddSingleton<PasskeyVerifier>();
        services.AddSingleton<PasskeyUse>();
        services.AddSingleton<PasskeyLogin>();
        services.AddSingleton<PasskeyEnrolment>();
    }
}
