using IdentityHub.Server.Messaging;

namespace IdentityHub.Server.Accounts;

/// <summary>What users and administrators do with accounts: sign-up, profile, new passwords, erasure.</summary>
internal static class AccountsFeature
{
    public static void AddAccounts(this IServiceCollection services)
    {
        services.AddSingleton<FirstAdministrator>();
        services.AddSingleton<SignUp>();
        services.AddSingleton<UserProfiles>();
        services.AddSingleton<PasswordChange>();
        services.AddSingleton<PasswordSetting>();
        services.AddSingleton<PasswordResetting>();
        services.AddSingleton<PasswordResetMail>();
        services.AddSingleton<PasswordResetTokens>();
        services.AddSingleton<ForgottenPasswords>();
        services.AddSingleton<OutboxChannel>(provider => provider.GetRequiredService<ForgottenPasswords>());
        services.AddSingleton<PasswordResetRequests>();
        services.AddSingleton<OutboxChannel>(provider => provider.GetRequiredService<PasswordResetRequests>());
        services.AddSingleton<AddressChanging>();
        services.AddSingleton<AddressChangeMessages>();
        services.AddSingleton<AddressUndo>();
        services.AddSingleton<AccountErasure>();
        services.AddSingleton<AccountData>();
        services.AddSingleton<ErasedTraces>();
        services.AddSingleton<OutboxErasure>();
    }
}
