using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace IdentityHub.Server.Audit;

/// <summary>The meter and the activity source of the hub, both named <c>IdentityHub</c>.</summary>
internal sealed class HubMetrics : IDisposable
{
    public const string Name = "IdentityHub";

    /// <summary>Spans of what a request spends time on below the framework's own.</summary>
    public static readonly ActivitySource Activities = new(Name);

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _issued;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _revoked;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _dead;

    private double _clockOffset = double.NaN;
    private int _configDrift = -1;
    private long _jumpsAhead;
    private long _jumpsBack;

    public HubMetrics()
    {
        _meter.CreateObservableGauge(
            "identityhub.clock.offset", ClockOffsets, "s",
            "How far the clock of this node is ahead of that of the database; negative: behind it.");
        _meter.CreateObservableGauge(
            "identityhub.config.drift", ConfigDrifts, "{object}",
            "Objects of the database that differ from the configuration files of this node.");
        _issued = _meter.CreateCounter<long>("identityhub.tokens.issued", "{token}", "Access tokens issued.");
        _refused = _meter.CreateCounter<long>("identityhub.tokens.refused", "{request}", "Token requests refused.");
        _revoked = _meter.CreateCounter<long>("identityhub.tokens.revoked", "{token}", "Tokens revoked by their clients.");
        _delivered = _meter.CreateCounter<long>("identityhub.outbox.delivered", "{message}", "Messages delivered.");
        _failed = _meter.CreateCounter<long>("identityhub.outbox.failed", "{try}", "Tries to deliver a message that failed.");
        _dead = _meter.CreateCounter<long>("identityhub.outbox.dead", "{message}", "Messages given up.");

        // From the beginning on, so that the first one is seen as an increase.
        _meter.CreateObservableCounter(
            "identityhub.clock.jumps", Jumps, "{jump}", "How often the clock of this machine was set while the server ran.");
    }

    public void Issued(string grant, string client, string endpoint)
    {
        if (_issued.Enabled)
            _issued.Add(1, new("grant", grant), new("client", client), new KeyValuePair<string, object?>("endpoint", endpoint));
    }

    public void Refused(string reason, string endpoint) =>
        _refused.Add(1, new("reason", reason), new KeyValuePair<string, object?>("endpoint", endpoint));

    public void Revoked(string endpoint) => _revoked.Add(1, new KeyValuePair<string, object?>("endpoint", endpoint));

    public void OutboxDelivered(string channel) => _delivered.Add(1, new KeyValuePair<string, object?>("channel", channel));

    public void OutboxFailed(string channel) => _failed.Add(1, new KeyValuePair<string, object?>("channel", channel));

    public void OutboxDead(string channel) => _dead.Add(1, new KeyValuePair<string, object?>("channel", channel));

    /// <summary>Counts that the clock was set.</summary>
    /// <param name="by">How far; negative: back.</param>
    public void ClockJumped(TimeSpan by) => Interlocked.Increment(ref by > TimeSpan.Zero ? ref _jumpsAhead : ref _jumpsBack);

    /// <summary>Seconds by which the clock of this node is ahead of that of the database; not a number before it was measured.</summary>
    public double ClockOffset
    {
        get => Volatile.Read(ref _clockOffset);
        set => Volatile.Write(ref _clockOffset, value);
    }

    /// <summary>How many objects of the database differ from the files; null where there is nothing to compare, or not yet.</summary>
    public int? ConfigDrift
    {
        get => Volatile.Read(ref _configDrift) is >= 0 and var drift ? drift : null;
        set => Volatile.Write(ref _configDrift, value ?? -1);
    }

    /// <summary>Adds a gauge that is read when metrics are collected.</summary>
    /// <param name="name">Its name without <c>identityhub.</c>.</param>
    /// <param name="unit">UCUM; <c>{message}</c> for what is counted.</param>
    /// <param name="values">The values of that moment; none where nothing is known.</param>
    public void Observe<T>(string name, string unit, string description, Func<IEnumerable<Measurement<T>>> values)
        where T : struct =>
        _meter.CreateObservableGauge($"identityhub.{name}", values, unit, description);

    private IEnumerable<Measurement<int>> ConfigDrifts() => ConfigDrift is { } drift ? [new(drift)] : [];

    private IEnumerable<Measurement<long>> Jumps() =>
    [
        new(Interlocked.Read(ref _jumpsAhead), new KeyValuePair<string, object?>("direction", "ahead")),
        new(Interlocked.Read(ref _jumpsBack), new KeyValuePair<string, object?>("direction", "back")),
    ];

    private IEnumerable<Measurement<double>> ClockOffsets() => double.IsNaN(ClockOffset) ? [] : [new(ClockOffset)];

    public void Dispose() => _meter.Dispose();
}
