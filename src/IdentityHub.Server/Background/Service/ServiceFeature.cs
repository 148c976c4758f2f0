using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdentityHub.Server.Background.Service;

/// <summary>What the server is to the machine that it runs on: a service that tells its state and takes signals.</summary>
internal static class ServiceFeature
{
    public static void AddService(this IServiceCollection services)
    {
        services.AddServerCertificates();

        // A socket unit of systemd: it stays open while the server is started again. sd_listen_fds(3).
        services.AddOptions<KestrelServerOptions>().PostConfigure(static kestrel => kestrel.UseSystemd());
        services.AddSingleton<SystemdNotices>();
        services.AddHostedService(provider => provider.GetRequiredService<SystemdNotices>());
        services.AddSingleton<Reload>();
        services.AddHostedService(provider => provider.GetRequiredService<Reload>());
    }

    /// <summary>The web server shows the certificates of files, and follows them.</summary>
    public static void AddServerCertificates(this IServiceCollection services)
    {
        services.AddSingleton<ServerCertificates>();
        services.AddOptions<KestrelServerOptions>().PostConfigure<ServerCertificates>(static (kestrel, files) => files.Use(kestrel));
    }
}
