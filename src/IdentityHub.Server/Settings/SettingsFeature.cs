using System.Net;
using IdentityHub.ConfigAsCode.Installation;
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

    public static void AddHubSettings(this WebApplicationBuilder builder)
    {
        var installation = new InstallationSettings(builder.Configuration, builder.Environment.EnvironmentName);
        builder.UseDevelopmentAddress();
        builder.Services.AddOptions<HubSettings>()
            .Configure(settings => SettingsReader.Read(builder.Configuration.GetSection(HubSettings.Section), settings))
            .PostConfigure(settings =>
            {
                (settings.Stage, settings.Issuer) = (installation.Stage, installation.Issuer ?? "");
                (settings.ConfigDirectory, settings.KeyProtection.KeyFile) = (installation.ConfigDirectory, installation.KeyFile);
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
            services => OpenDatabase(installation.ConnectionString),
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
