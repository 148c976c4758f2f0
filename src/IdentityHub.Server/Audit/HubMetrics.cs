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

    public HubMetrics()
    {
        _issued = _meter.CreateCounter<long>("identityhub.tokens.issued", "{token}", "Access tokens issued.");
        _refused = _meter.CreateCounter<long>("identityhub.tokens.refused", "{request}", "Token requests refused.");
        _revoked = _meter.CreateCounter<long>("identityhub.tokens.revoked", "{token}", "Tokens revoked by their clients.");
    }

    public void Issued(string grant, string client, string door)
    {
        if (_issued.Enabled)
            _issued.Add(1, new("grant", grant), new("client", client), new KeyValuePair<string, object?>("door", door));
    }

    public void Refused(string reason, string door) => _refused.Add(1, new("reason", reason), new KeyValuePair<string, object?>("door", door));

    public void Revoked(string door) => _revoked.Add(1, new KeyValuePair<string, object?>("door", door));

    public void Dispose() => _meter.Dispose();
}
