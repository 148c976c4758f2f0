using System.Text;
using IdentityHub.Storage.AccessTokens;
using IdentityHub.Storage.AddressChanges;
using IdentityHub.Storage.ApiKeys;
using IdentityHub.Storage.Audit;
using IdentityHub.Storage.AuthorizationCodes;
using IdentityHub.Storage.ClientAccounts;
using IdentityHub.Storage.Clients;
using IdentityHub.Storage.Consents;
using IdentityHub.Storage.Counters;
using IdentityHub.Storage.DataProtection;
using IdentityHub.Storage.DeviceCodes;
using IdentityHub.Storage.DialectUse;
using IdentityHub.Storage.Directories;
using IdentityHub.Storage.Idempotency;
using IdentityHub.Storage.Installation;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Otp;
using IdentityHub.Storage.Outbox;
using IdentityHub.Storage.PasswordResets;
using IdentityHub.Storage.PushedRequests;
using IdentityHub.Storage.Referrals;
using IdentityHub.Storage.RefreshTokens;
using IdentityHub.Storage.Replay;
using IdentityHub.Storage.SecondFactors;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.SigningKeys;
using IdentityHub.Storage.UserAttributes;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityHub.Storage;

/// <summary>The one model of the hub: ASP.NET Core Identity (schema version 3, with passkeys) and the hub's aggregates.</summary>
public sealed class HubDbContext(DbContextOptions<HubDbContext> options) : IdentityDbContext<User, Role, Guid>(options)
{
    public DbSet<Organization> Organizations => Set<Organization>();

    public DbSet<ClientAccount> ClientAccounts => Set<ClientAccount>();

    public DbSet<Membership> Memberships => Set<Membership>();

    public DbSet<DirectoryUser> DirectoryUsers => Set<DirectoryUser>();

    public DbSet<DirectoryGroup> DirectoryGroups => Set<DirectoryGroup>();

    public DbSet<UserImport> UserImports => Set<UserImport>();

    public DbSet<UserAttributeValue> UserAttributes => Set<UserAttributeValue>();

    public DbSet<Session> Sessions => Set<Session>();

    public DbSet<SessionClient> SessionClients => Set<SessionClient>();

    public DbSet<AuthorizationCode> AuthorizationCodes => Set<AuthorizationCode>();

    public DbSet<PushedRequest> PushedRequests => Set<PushedRequest>();

    public DbSet<DeviceCode> DeviceCodes => Set<DeviceCode>();

    public DbSet<Consent> Consents => Set<Consent>();

    public DbSet<AccessToken> AccessTokens => Set<AccessToken>();

    public DbSet<RefreshTokenFamily> RefreshTokenFamilies => Set<RefreshTokenFamily>();

    public DbSet<RefreshToken> RefreshTokens => Set<RefreshToken>();

    public DbSet<SigningKey> SigningKeys => Set<SigningKey>();

    public DbSet<ImportedKey> ImportedKeys => Set<ImportedKey>();

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    public DbSet<ConfigObject> ConfigObjects => Set<ConfigObject>();

    public DbSet<ConfigGeneration> ConfigGenerations => Set<ConfigGeneration>();

    public DbSet<InstallationMark> InstallationMarks => Set<InstallationMark>();

    public DbSet<Counter> Counters => Set<Counter>();

    public DbSet<UsedIdentifier> UsedIdentifiers => Set<UsedIdentifier>();

    public DbSet<OneTimePassword> OneTimePasswords => Set<OneTimePassword>();

    public DbSet<TotpAuthenticator> TotpAuthenticators => Set<TotpAuthenticator>();

    public DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();

    public DbSet<RememberedBrowser> RememberedBrowsers => Set<RememberedBrowser>();

    public DbSet<IdempotencyKey> IdempotencyKeys => Set<IdempotencyKey>();

    public DbSet<OutboxMessage> OutboxMessages => Set<OutboxMessage>();

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<ApiKeyUse> ApiKeyUses => Set<ApiKeyUse>();

    public DbSet<ClientSecretUse> ClientSecretUses => Set<ClientSecretUse>();

    public DbSet<AddressChange> AddressChanges => Set<AddressChange>();

    public DbSet<PasswordReset> PasswordResets => Set<PasswordReset>();

    public DbSet<TenantUser> TenantUsers => Set<TenantUser>();

    public DbSet<Referral> Referrals => Set<Referral>();

    public DbSet<DialectDay> DialectDays => Set<DialectDay>();

    public DbSet<AuditEvent> AuditEvents => Set<AuditEvent>();

    /// <summary>
    /// Options for a context that no host has made: inside a raw transaction, in the command line, in the migration tool.
    /// </summary>
    public static DbContextOptions<HubDbContext> OptionsWithoutHost(HubDatabase database)
    {
        // The base class takes its schema version from the application's services only.
        var options = new DbContextOptionsBuilder<HubDbContext>().UseApplicationServiceProvider(IdentityOnly);
        database.Configure(options);
        return options.Options;
    }

    private static readonly ServiceProvider IdentityOnly = new ServiceCollection()
        .Configure<IdentityOptions>(UserPolicy.Configure)
        .BuildServiceProvider();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // SQLite has no time type that sorts; UTC ticks do.
        if (Database.ProviderName == "Microsoft.EntityFrameworkCore.Sqlite")
            configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicksConverter>();
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(HubDbContext).Assembly);

        builder.Entity<User>().ToTable("users");
        builder.Entity<Role>().ToTable("roles");
        builder.Entity<IdentityUserRole<Guid>>().ToTable("user_roles");
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("user_claims");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("user_logins");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("user_tokens");
        builder.Entity<IdentityRoleClaim<Guid>>().ToTable("role_claims");
        builder.Entity<IdentityUserPasskey<Guid>>().ToTable("user_passkeys");

        foreach (var entity in builder.Model.GetEntityTypes())
        {
            if (entity.IsMappedToJson())
            {
                entity.SetContainerColumnName(SnakeCase(entity.GetContainerColumnName()!));
                continue;
            }

            if (entity.GetTableName() is { } table)
                entity.SetTableName(SnakeCase(table));
            foreach (var property in entity.GetProperties())
                property.SetColumnName(SnakeCase(property.Name));
            foreach (var index in entity.GetIndexes())
                index.SetDatabaseName(SnakeCase(index.GetDatabaseName()!));
        }
    }

    private static string SnakeCase(string name)
    {
        var snake = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            var boundary = i > 0 && char.IsUpper(name[i]) && name[i - 1] != '_' &&
                (char.IsLower(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (boundary)
                snake.Append('_');
            snake.Append(char.ToLowerInvariant(name[i]));
        }

        return snake.ToString();
    }

    private sealed class UtcTicksConverter() : ValueConverter<DateTimeOffset, long>(
        time => time.UtcTicks,
        ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
}
