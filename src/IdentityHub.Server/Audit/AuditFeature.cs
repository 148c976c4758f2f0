using System.Diagnostics;
using IdentityHub.Server.Settings;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace IdentityHub.Server.Audit;

/// <summary>The audit trail, metrics and traces.</summary>
internal static class AuditFeature
{
    // The OpenTelemetry specification's own variable, so that every deployment guide applies.
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddAudit(this IServiceCollection services)
    {
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<DialectUsage>();
        services.AddSingleton<HubMetrics>();
    }

    /// <summary>
    /// Exports metrics and traces by OTLP while <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, and metrics to Prometheus while
    /// <c>IdentityHub:Metrics:Address</c> is; costs nothing otherwise.
    /// </summary>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var hasOtlp = !string.IsNullOrEmpty(builder.Configuration[OtlpEndpoint]);
        var hasPrometheus = !string.IsNullOrEmpty(builder.Configuration[MetricsSettings.AddressKey]);
        if (hasOtlp || hasPrometheus)
        {
            builder.Services.AddOpenTelemetry().WithMetrics(metrics =>
            {
                metrics
                    .AddMeter(HubMetrics.Name)
                    .AddAspNetCoreInstrumentation()
                    .AddRuntimeInstrumentation()
                    .AddNpgsqlInstrumentation();
                if (hasOtlp)
                    metrics.AddOtlpExporter();
                if (hasPrometheus)
                    metrics.AddPrometheusExporter();
            });
        }

        if (hasOtlp)
        {
            builder.Services.AddOpenTelemetry().WithTracing(static traces => traces
                .AddSource(HubMetrics.Name)
                .AddAspNetCoreInstrumentation(static requests => requests.EnrichWithHttpRequest = LeaveOutAddress)
                .AddNpgsql()
                .AddOtlpExporter());
        }
    }

    // Some callers put secrets into paths and queries, at addresses that exist and at others. The route says what was called. ASSURANCE C8.
    private static void LeaveOutAddress(Activity span, HttpRequest request)
    {
        span.SetTag("url.path", null);
        span.SetTag("url.query", null);
    }
}
