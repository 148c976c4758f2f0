using IdentityHub.Storage.AccessTokens;
using IdentityHub.Storage.AddressChanges;
using IdentityHub.Storage.ApiKeys;
using IdentityHub.Storage.Audit.Reading;
using IdentityHub.Storage.AuthorizationCodes;
using IdentityHub.Storage.ClientAccounts;
using IdentityHub.Storage.Clients;
using IdentityHub.Storage.Consents;
using IdentityHub.Storage.Counters;
using IdentityHub.Storage.Credentials;
using IdentityHub.Storage.DataProtection;
using IdentityHub.Storage.DeviceCodes;
using IdentityHub.Storage.DialectUse;
using IdentityHub.Storage.Directories;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Otp;
using IdentityHub.Storage.Outbox;
using IdentityHub.Storage.Passkeys;
using IdentityHub.Storage.PasswordResets;
using IdentityHub.Storage.PushedRequests;
using IdentityHub.Storage.Referrals;
using IdentityHub.Storage.RefreshTokens;
using IdentityHub.Storage.Replay;
using IdentityHub.Storage.SecondFactors;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.SigningKeys;
using IdentityHub.Storage.UserAttributes;
using IdentityHub.Storage.UserData;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityHub.Storage;

/// <summary>Registers the database, its stores and the user classes of ASP.NET Core Identity.</summary>
public static class StorageFeature
{
    /// <param name="database">Opens the database; called once, disposed with the container.</param>
    /// <param name="passwordIterations">PBKDF2 iterations of new password hashes.</param>
    public static IServiceCollection AddHubStorage(
        this IServiceCollection services, Func<IServiceProvider, HubDatabase> database, Func<IServiceProvider, int> passwordIterations)
    {
        services.AddSingleton(database);
        services.AddPooledDbContextFactory<HubDbContext>(
            (provider, options) => provider.GetRequiredService<HubDatabase>().Configure(options));
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<HubDbContext>>().CreateDbContext());
        services.AddSingleton<AccessTokenStore>();
        services.AddSingleton<RefreshTokenStore>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<BrowserSessionStore>();
        services.AddSingleton<LoginSessionStore>();
        services.AddSingleton<SeenSessionStore>();
        services.AddSingleton<RightsStore>();
        services.AddSingleton<OrganizationTree>();
        services.AddSingleton<UserSearch>();
        services.AddSingleton<SessionSearch>();
        services.AddSingleton<UserRoleStore>();
        services.AddSingleton<ApiKeyStore>();
        services.AddSingleton<PasswordResetStore>();
        services.AddSingleton<UserDataStore>();
        services.AddSingleton<AuditReader>();
        services.AddSingleton<AuditFigures>();
        services.AddSingleton<AddressChangeStore>();
        services.AddSingleton<AddressUndoStore>();
        services.AddSingleton<AuthorizationCodeStore>();
        services.AddSingleton<PushedRequestStore>();
        services.AddSingleton<DeviceCodeStore>();
        services.AddSingleton<ConsentStore>();
        services.AddSingleton<CounterStore>();
        services.AddSingleton<CallCounterStore>();
        services.AddSingleton<UsedIdentifierStore>();
        services.AddSingleton<OneTimePasswordStore>();
        services.AddSingleton<TotpStore>();
        services.AddSingleton<RecoveryCodeStore>();
        services.AddSingleton<RememberedBrowserStore>();
        services.AddSingleton<PasskeyStore>();
        services.AddSingleton<TenantUserStore>();
        services.AddSingleton<ReferralStore>();
        services.AddSingleton<OutboxStore>();
        services.AddSingleton<SigningKeyStore>();
        services.AddSingleton<DialectUseStore>();
        services.AddSingleton<ClientSecretUseStore>();
        services.AddSingleton<UserDirectory>();
        services.AddSingleton<UserDetailsReader>();
        services.AddSingleton<UserAttributeStore>();
        services.AddSingleton<ServiceUserStore>();
        services.AddSingleton<ClientAccountStore>();
        services.AddSingleton<AccountErasureStore>();
        services.AddSingleton<DirectoryUserStore>();
        services.AddSingleton<DirectoryUserChanges>();
        services.AddSingleton<DirectoryGroupStore>();
        services.AddSingleton<CredentialStore>();
        services.AddSingleton<ILookupNormalizer, NameNormalizer>();
        services.AddSingleton(provider => new UserPasswordHasher(passwordIterations(provider)));
        services.AddSingleton<IPasswordHasher<User>>(provider => provider.GetRequiredService<UserPasswordHasher>());

        services.AddIdentityCore<User>(UserPolicy.Configure)
            .AddRoles<Role>()
            .AddEntityFrameworkStores<HubDbContext>();

        // The name goes into every key that is derived: the same on all nodes, wherever the program is installed.
        services.AddDataProtection().SetApplicationName("IdentityHub");
        services.AddSingleton<DatabaseXmlRepository>();
        services.AddSingleton<DataProtectionKeys>();
        services.AddOptions<KeyManagementOptions>().Configure<DatabaseXmlRepository>((options, repository) =>
        {
            // The repository wraps what it stores; the framework need not, and need not warn.
            options.XmlRepository = repository;
            options.XmlEncryptor = new NullXmlEncryptor();
        });
        return services;
    }
}
