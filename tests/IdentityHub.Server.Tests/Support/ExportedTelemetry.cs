using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace IdentityHub.Server.Tests.Support;

/// <summary>What a server hands to its exporters: spans as text, and the names of metrics.</summary>
internal sealed class ExportedTelemetry
{
    /// <summary>Nothing listens there: what is exported is looked at before it is sent.</summary>
    public static readonly (string Key, string Value) Endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9");

    private readonly ConcurrentQueue<string> _spans = new();
    private readonly ConcurrentDictionary<string, bool> _metrics = new();

    /// <summary>Each span as <c>source name tag=value …</c>, its events included.</summary>
    public IReadOnlyCollection<string> Spans => [.. _spans];

    /// <summary>To be given to a server as it starts.</summary>
    public void Watch(IServiceCollection services)
    {
        services.ConfigureOpenTelemetryTracerProvider(traces => traces.AddProcessor(new SpanReader(_spans)));
        services.ConfigureOpenTelemetryMeterProvider(metrics =>
            metrics.AddReader(new BaseExportingMetricReader(new MetricReader(_metrics))));
    }

    /// <summary>The names of all metrics that have a value now.</summary>
    public IReadOnlyCollection<string> MetricsOf(IServiceProvider services)
    {
        services.GetRequiredService<MeterProvider>().ForceFlush(1000);
        return [.. _metrics.Keys];
    }

    private sealed class SpanReader(ConcurrentQueue<string> spans) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            var events = data.Events.SelectMany(entry => entry.Tags);
            spans.Enqueue(
                $"{data.Source.Name} {data.DisplayName} "
                    + $"{string.Join(' ', data.TagObjects.Concat(events).Select(tag => $"{tag.Key}={tag.Value}"))}");
        }
    }

    private sealed class MetricReader(ConcurrentDictionary<string, bool> names) : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
                names[metric.Name] = true;
            return ExportResult.Success;
        }
    }
}
