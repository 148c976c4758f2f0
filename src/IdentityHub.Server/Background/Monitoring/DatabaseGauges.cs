using System.Diagnostics.Metrics;
using IdentityHub.Server.Audit;
using IdentityHub.Storage;
using IdentityHub.Storage.Outbox;
using OpenTelemetry.Metrics;

namespace IdentityHub.Server.Background.Monitoring;

/// <summary>
/// Gauges of what is in the database: read every 15 seconds in the background, in one statement, while metrics are exported. No request
/// and no scrape waits for it.
/// </summary>
internal sealed class DatabaseGauges(
    HubMetrics metrics, OutboxStore outbox, HubDatabase database, IServiceProvider services, TimeProvider time,
    ILogger<DatabaseGauges> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    // A database that hangs answers no cancellation either.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeProvider Clock = TimeProvider.System;
    private Task<OutboxBacklog>? _statement;
    private volatile OutboxBacklog? _backlog;
    private volatile bool _isAvailable = true;

    /// <summary>Measures once.</summary>
    public async Task MeasureAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_statement is null or { IsCompleted: true })
                _statement = outbox.ReadBacklogAsync(CancellationToken.None);
            _backlog = await _statement.WaitAsync(Patience, Clock, cancellationToken);
            _isAvailable = true;
        }
        catch (Exception failure) when (!failure.IsCancellation(cancellationToken))
        {
            _isAvailable = false;
            _backlog = null;
            if (failure is not TimeoutException && !database.IsUnavailable(failure))
                Log.WorkFailed(log, failure);
        }
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (services.GetService<MeterProvider>() is null)
            return Task.CompletedTask;
        metrics.Observe("database.available", "1", "1 where the database answered when it was last asked; otherwise 0.", Available);
        metrics.Observe("outbox.waiting", "{message}", "Messages that are neither delivered nor given up.", Waiting);
        metrics.Observe("outbox.age", "s", "Age of the oldest message that waits; 0 where none does.", Ages);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, Clock);
        do
            await MeasureAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private IEnumerable<Measurement<int>> Available() => [new(_isAvailable ? 1 : 0)];

    private IEnumerable<Measurement<long>> Waiting() => _backlog is { } backlog ? [new(backlog.Waiting)] : [];

    private IEnumerable<Measurement<double>> Ages() =>
        _backlog is { } backlog ? [new(backlog.Oldest is { } oldest ? (time.GetUtcNow() - oldest).TotalSeconds : 0)] : [];
}
