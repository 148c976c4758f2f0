using System.Net.Sockets;
using IdentityHub.Server.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace IdentityHub.Server.Background.Monitoring;

/// <summary>
/// Serves <c>/metrics</c> for Prometheus at <c>IdentityHub:Metrics:Address</c>: a web server of its own, so that neither answers what is
/// meant for the other, whatever a load balancer passes on.
/// </summary>
internal sealed class MetricsListener(
    IServiceProvider services, IOptions<HubSettings> settings, ILoggerFactory loggers, ILogger<MetricsListener> log) : IHostedService
{
    private const string Path = "/metrics";
    private WebApplication? _app;

    /// <summary>Where it listens; null while it is off.</summary>
    public Uri? Address { get; private set; }

    /// <exception cref="InvalidDataException">The address cannot be listened on; says why.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var address = settings.Value.Metrics.Address;
        if (address.Length == 0)
            return;

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(address).ConfigureKestrel(static kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddSingleton(loggers);
        _app = builder.Build();
        _app.Use(LeaveOutOfMetrics);
        _app.UseOpenTelemetryPrometheusScrapingEndpoint(
            services.GetRequiredService<MeterProvider>(),
            static http => http.Request.Path == Path && HttpMethods.IsGet(http.Request.Method),
            path: null, configureBranchedPipeline: null, optionsName: null);
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or SocketException or AddressInUseException)
        {
            throw new InvalidDataException(
                $"IdentityHub:Metrics:Address '{address}' cannot be listened on: {failure.GetBaseException().Message}\n"
                    + "It must be a port that neither the server itself nor another program listens on.",
                failure);
        }

        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Log.MetricsListening(log, Address + Path.TrimStart('/'));
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is not { } app)
            return;
        _app = null;
        await app.StopAsync(cancellationToken);
        await app.DisposeAsync();
    }

    // Requests of this listener would otherwise be counted with those of callers.
    private static Task LeaveOutOfMetrics(HttpContext http, RequestDelegate next)
    {
        if (http.Features.Get<IHttpMetricsTagsFeature>() is { } tags)
            tags.MetricsDisabled = true;
        return next(http);
    }
}
