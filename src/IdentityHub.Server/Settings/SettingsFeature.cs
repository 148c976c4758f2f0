using System.Globalization;
using System.Net;
using IdentityHub.Storage;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Postgres;
using IdentityHub.Storage.Sqlite;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.HttpsPolicy;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace IdentityHub.Server.Settings;

/// <summary>Reads the settings, and opens what they point at: the database and the key-protection key.</summary>
internal static class SettingsFeature
{
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(10);
    private const string DevelopmentIssuer = "http://localhost:5080";
    private const string DefaultConnectionString = "Data Source=data/identityhub.db";

    public static void AddHubSettings(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<HubSettings>()
            .Configure(settings => SettingsReader.Read(builder.Configuration.GetSection(HubSettings.Section), settings))
            .PostConfigure(settings =>
            {
                if (settings.Stage.Length == 0)
                    settings.Stage = builder.Environment.EnvironmentName.ToLower(CultureInfo.InvariantCulture);
                if (settings.Issuer.Length == 0 && settings.IsDevelopment)
                    settings.Issuer = DevelopmentIssuer;
                settings.Shutdown.DrainTime ??= settings.IsDevelopment ? TimeSpan.Zero : DrainTime;
                settings.Outbound.AllowPrivateAddresses ??= settings.IsDevelopment;
            })
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<HubSettings>, HubSettingsValidator>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(services =>
        {
            var settings = services.GetRequiredService<IOptions<HubSettings>>().Value;
            return KeyProtector.FromFile(settings.KeyProtection.KeyFile, createIfMissing: settings.IsDevelopment);
        });
        builder.Services.AddHubStorage(
            services => OpenDatabase(builder.Configuration.GetConnectionString("IdentityHub") ?? DefaultConnectionString),
            services => services.GetRequiredService<IOptions<HubSettings>>().Value.Passwords.Iterations);

        builder
            .Services.AddOptions<HstsOptions>()
            .Configure<IOptions<HubSettings>>((hsts, settings) => hsts.MaxAge = settings.Value.Hsts.MaxAge);
        builder.Services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<HubSettings>>((forwarded, settings) =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;

            // As far as the chain of known proxies goes: the first address that is none of theirs is the caller.
            forwarded.ForwardLimit = null;
            forwarded.KnownIPNetworks.Clear();
            forwarded.KnownProxies.Clear();
            foreach (var proxy in HubSettingsValidator.ForwardedAddresses(settings.Value))
            {
                if (IPAddress.TryParse(proxy, out var address))
                    forwarded.KnownProxies.Add(address);
                else
                    forwarded.KnownIPNetworks.Add(IPNetwork.Parse(proxy));
            }
        });
    }

    // The text of a connection string that cannot be read is not repeated: it may hold a password.
    private static HubDatabase OpenDatabase(string connectionString) =>
        PostgresDatabase.Accepts(connectionString) ? PostgresDatabase.Open(connectionString)
        : SqliteDatabase.Accepts(connectionString) ? SqliteDatabase.Open(connectionString)
        : throw new InvalidDataException(
            "ConnectionStrings:IdentityHub cannot be read: 'Host=…;Database=…;Username=…;Password=…' (PostgreSQL) or 'Data Source=…' "
                + "(SQLite) is needed.");
}
