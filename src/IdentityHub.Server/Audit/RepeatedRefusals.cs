using System.Globalization;
using System.Net;
using System.Net.Sockets;
using IdentityHub.Protocol;
using IdentityHub.Storage.Audit;

namespace IdentityHub.Server.Audit;

/// <summary>
/// Counts the refusals of callers that have not said who they are, or not proven it. The first few of a minute, from one address at one
/// endpoint for one reason, have a row each; the rest of the minute is one row that says how many there were, from when to when. ASSURANCE
/// L11. Each node counts for itself. Thread-safe.
/// </summary>
internal sealed class RepeatedRefusals
{
    /// <summary>
    /// Of one address, endpoint and reason (and client, where it is one of the configuration) in a minute: more share a row.
    /// </summary>
    public const int MaxRowsOfOne = 20;

    /// <summary>Of all addresses in a minute: more share the row of their kind from the first one on.</summary>
    public const int MaxRows = 2_000;

    /// <summary>Kinds that are told apart in a minute; beyond them addresses are not.</summary>
    public const int MaxKinds = 2_000;

    /// <summary>How long is counted before the rows that others share are written.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private Dictionary<Kind, Repeated> _kinds = [];
    private DateTimeOffset _end;
    private int _rows;

    /// <summary>Takes a refusal.</summary>
    /// <param name="isKnownClient">True when its client id is one of the configuration: those of unknown clients are not told
    /// apart.</param>
    /// <param name="mayClose">False while rows of an earlier minute wait for the database: the count goes on until they are
    /// written.</param>
    /// <param name="closed">Rows of the minute that has passed, to be written now.</param>
    /// <returns>True when the refusal has a row of its own; false when it was counted.</returns>
    public bool Take(AuditEvent refusal, bool isKnownClient, bool mayClose, out IReadOnlyList<AuditEvent> closed)
    {
        lock (_lock)
        {
            closed = mayClose && HasPassed(refusal.At) ? CloseAll() : [];
            if (_kinds.Count == 0)
                _end = refusal.At + Window;
            var kind = new Kind(NetworkOf(refusal.IpAddress), refusal.Endpoint, refusal.Reason, isKnownClient ? refusal.ClientId : null);
            if (!_kinds.TryGetValue(kind, out var repeated))
            {
                if (_kinds.Count >= MaxKinds)
                    kind = kind with { Network = null, ClientId = null };
                if (!_kinds.TryGetValue(kind, out repeated))
                    _kinds[kind] = repeated = new Repeated();
            }

            if (_rows < MaxRows && repeated.Rows < MaxRowsOfOne)
            {
                _rows++;
                repeated.Rows++;
                return true;
            }

            repeated.Add(refusal);
            return false;
        }
    }

    /// <summary>The shared rows of a minute that has passed; none while it lasts.</summary>
    public IReadOnlyList<AuditEvent> Close(DateTimeOffset now)
    {
        lock (_lock)
            return HasPassed(now) ? CloseAll() : [];
    }

    /// <summary>The shared rows so far, whether or not the minute has passed.</summary>
    public IReadOnlyList<AuditEvent> CloseAll()
    {
        lock (_lock)
        {
            if (_kinds.Count == 0)
                return [];
            var closed = _kinds.Where(entry => entry.Value.Count > 0).Select(entry => entry.Value.ToEvent(entry.Key)).ToList();
            _kinds = [];
            _rows = 0;
            return closed;
        }
    }

    // Also where the clock was set back: the minute would last until it has caught up.
    private bool HasPassed(DateTimeOffset now) => now >= _end || now + Window + Window < _end;

    // An IPv4 address stays as it was written.
    private static string? NetworkOf(string? address) =>
        IPAddress.TryParse(address, out var parsed)
        && NetworkAddresses.CustomerOf(parsed) is { BaseAddress.AddressFamily: AddressFamily.InterNetworkV6 } network
            ? network.ToString()
            : address;

    private sealed record Kind(string? Network, string Endpoint, string? Reason, string? ClientId);

    private sealed class Repeated
    {
        private AuditEvent? _first;
        private DateTimeOffset _until;

        /// <summary>Those that have a row of their own.</summary>
        public int Rows { get; set; }

        /// <summary>Those that share one.</summary>
        public int Count { get; private set; }

        public void Add(AuditEvent refusal)
        {
            _first ??= refusal;
            _until = refusal.At > _until ? refusal.At : _until;
            Count++;
        }

        public AuditEvent ToEvent(Kind kind) => new()
        {
            TraceId = _first!.TraceId,
            Id = _first.Id,
            At = _until,
            Type = AuditTypes.RefusedRepeatedly,
            Endpoint = kind.Endpoint,
            ClientId = kind.ClientId,
            Reason = kind.Reason,
            Detail = string.Create(
                CultureInfo.InvariantCulture,
                $"{Count} more refused from {_first.At:yyyy-MM-ddTHH:mm:ss.fffZ} to {_until:yyyy-MM-ddTHH:mm:ss.fffZ}; {Rows} before them "
                    + $"have a row each. The trace is that of the first."),
            IpAddress = kind.Network,
            Generation = _first.Generation,
        };
    }
}
