using System.Collections.Concurrent;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Settings;
using IdentityHub.Storage.Counters;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Limits;

/// <summary>How many calls of one credential an endpoint answers.</summary>
/// <param name="Calls">In one window; one more is refused until it closes.</param>
/// <param name="Window">Begins with the first call.</param>
internal sealed record CallRule(int Calls, TimeSpan Window)
{
    /// <summary>How many times the number of the settings replaces <see cref="Calls"/>; 0 where no setting changes it.</summary>
    public int TimesSetting { get; init; }
}

/// <summary>What a count says of a call.</summary>
/// <param name="Limit">Calls that one window has: those of the rule, or what the settings make of them for the network.</param>
/// <param name="Remaining">Calls that are left in this window.</param>
/// <param name="ResetsIn">Until the window closes.</param>
internal sealed record CallVerdict(bool LetThrough, int Limit, int Remaining, TimeSpan ResetsIn);

/// <summary>
/// Limits how often, whatever comes of the calls: one count for all nodes, at most one statement a call. Once a window is full it stays so
/// until it closes, so a node remembers that for a few seconds and refuses the rest without a statement.
/// </summary>
internal sealed class CallLimits(CallCounterStore counters, AddressLimits addresses, IOptions<HubSettings> settings)
{
    private const int MaxRemembered = 10_000;
    private const string AddressPrefix = LimitNames.AddressCredential;

    // No longer: an administrator may lift the limit on another node.
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<(string Endpoint, string Credential), (DateTimeOffset Until, DateTimeOffset EndsAt)> _full =
        new();

    /// <summary>
    /// What a declared rule is on this installation. The setting replaces the number of the ordinary rule, and of no other that has as
    /// many. It raises no number of an address: strangers would try as many more passwords and codes. Trusted networks do that.
    /// </summary>
    /// <param name="isOfAddress">True for callers who have proven nothing.</param>
    public CallRule InForce(CallRule declared, bool isOfAddress = false)
    {
        if (declared.TimesSetting == 0)
            return declared;
        var calls = (int)Math.Min((long)settings.Value.Limits.CallsPerMinute * declared.TimesSetting, int.MaxValue);
        return declared with { Calls = isOfAddress ? Math.Min(calls, declared.Calls) : calls };
    }

    /// <summary>Counts a call.</summary>
    /// <param name="endpoint">Endpoints do not share counts.</param>
    /// <param name="credential">Who calls, proven; or <see cref="OfAddress"/>.</param>
    public async ValueTask<CallVerdict> CountAsync(
        CallRule declared, string endpoint, string credential, RequestContext context, CancellationToken cancellationToken)
    {
        var isOfAddress = IsOfAddress(credential);
        var rule = InForce(declared, isOfAddress);
        var calls = rule.Calls;
        if (isOfAddress)
        {
            if (addresses.Of(rule.Calls, context) is not { } ofAddress)
                return new CallVerdict(true, rule.Calls, rule.Calls, rule.Window);
            calls = ofAddress;
        }

        var key = (endpoint, credential);
        if (_full.TryGetValue(key, out var full))
        {
            // Later than it can be: the clock was set back since.
            if (full.Until > context.Now && full.Until <= context.Now + Remembered)
                return new CallVerdict(false, calls, 0, full.EndsAt - context.Now);
            _full.TryRemove(key, out _);
        }

        var counted = await counters.CountAsync(KeyOf(endpoint, credential), rule.Window, context.Now, cancellationToken);
        if (counted.Calls <= calls)
            return new CallVerdict(true, calls, calls - counted.Calls, counted.EndsAt - context.Now);

        if (_full.Count >= MaxRemembered)
            _full.Clear();
        _full[key] = (counted.EndsAt < context.Now + Remembered ? counted.EndsAt : context.Now + Remembered, counted.EndsAt);
        return new CallVerdict(false, calls, 0, counted.EndsAt - context.Now);
    }

    /// <summary>Takes a call of the address back: it has turned out to be one of a proven caller, who is counted instead.</summary>
    public async Task TakeBackAsync(CallRule declared, string endpoint, RequestContext context, CancellationToken cancellationToken)
    {
        // An address whose limit is lifted was not counted.
        if (addresses.Of(declared.Calls, context) is not null)
            await counters.TakeBackAsync(KeyOf(endpoint, OfAddress(context)), context.Now, cancellationToken);
    }

    /// <summary>Forgets the calls of a credential; other nodes follow after <see cref="Remembered"/>.</summary>
    public async Task ForgetAsync(string endpoint, string credential, CancellationToken cancellationToken)
    {
        await counters.ForgetAsync(KeyOf(endpoint, credential), cancellationToken);
        _full.TryRemove((endpoint, credential), out _);
    }

    /// <summary>The credential of an unauthenticated caller: the IP address, of IPv6 its upper half.</summary>
    public static string OfAddress(RequestContext context) => AddressPrefix + AddressLimits.KeyOf(context);

    private static bool IsOfAddress(string credential) => credential.StartsWith(AddressPrefix, StringComparison.Ordinal);

    /// <summary>Under which the calls are counted.</summary>
    public static byte[] KeyOf(string endpoint, string credential) => AttemptGuard.Key(LimitNames.Calls, endpoint, credential);
}
