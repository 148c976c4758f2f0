using System.Collections.Concurrent;
using IdentityHub.Server.Audit;
using IdentityHub.Storage.Counters;

namespace IdentityHub.Server.Limits;

/// <summary>How many calls of one credential an endpoint answers.</summary>
/// <param name="Calls">In one window; one more is refused until it closes.</param>
/// <param name="Window">Begins with the first call.</param>
internal sealed record CallRule(int Calls, TimeSpan Window);

/// <summary>What a count says of a call.</summary>
/// <param name="Remaining">Calls that are left in this window.</param>
/// <param name="ResetsIn">Until the window closes.</param>
internal sealed record CallVerdict(bool LetThrough, int Remaining, TimeSpan ResetsIn);

/// <summary>
/// Limits how often, whatever comes of the calls: one count for all nodes, one statement a call. Once a window is full it stays so until it
/// closes, so a node remembers that and refuses the rest without a statement.
/// </summary>
internal sealed class CallLimits(CallCounterStore counters)
{
    private const int MaxRemembered = 10_000;
    private readonly ConcurrentDictionary<(string Endpoint, string Credential), DateTimeOffset> _full = new();

    /// <summary>Counts a call.</summary>
    /// <param name="endpoint">Endpoints do not share counts.</param>
    /// <param name="credential">Who calls, proven; or <see cref="OfAddress"/>.</param>
    public async ValueTask<CallVerdict> CountAsync(CallRule rule, string endpoint, string credential, Call call, CancellationToken cancellationToken)
    {
        var key = (endpoint, credential);
        if (_full.TryGetValue(key, out var end))
        {
            if (end > call.Now)
                return new CallVerdict(false, 0, end - call.Now);
            _full.TryRemove(key, out _);
        }

        var counted = await counters.CountAsync(AttemptGuard.Key("calls", endpoint, credential), rule.Window, call.Now, cancellationToken);
        if (counted.Calls <= rule.Calls)
            return new CallVerdict(true, rule.Calls - counted.Calls, counted.EndsAt - call.Now);

        if (_full.Count >= MaxRemembered)
            _full.Clear();
        _full[key] = counted.EndsAt;
        return new CallVerdict(false, 0, counted.EndsAt - call.Now);
    }

    /// <summary>The credential of a caller who has proven nothing: the address, of IPv6 its upper half.</summary>
    public static string OfAddress(Call call) => "address:" + AttemptGuard.AddressOf(call.IpAddress);
}
