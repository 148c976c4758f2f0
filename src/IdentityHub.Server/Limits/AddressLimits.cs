using System.Net;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Settings;
using IdentityHub.Storage.Counters;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Limits;

/// <summary>
/// What counts as one address. For IPv6 it is a /64. Where a trusted client sends the address of its user, it is that address. An
/// authenticated back end counts for itself, with a budget that grows with its successes: 1,000 failing names in ten minutes and one more
/// for each user who logs in. The settings multiply or lift the limits of whole networks. ASSURANCE B4, B7, L2.
/// </summary>
internal sealed class AddressLimits(CounterStore counters, IOptions<HubSettings> settings)
{
    // A back end's credit: a hundred thousand users in ten minutes.
    private const int MostCredit = -100_000;

    private static readonly CounterRule Names =
        new(LimitNames.Address, 100, TimeSpan.FromMinutes(10), Sliding: false, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));

    private static readonly CounterRule NamesOfBackEnd = Names with { Name = LimitNames.BackEnd, Limit = 1000 };

    // One user who logs in many times is one success: it buys no further guesses.
    private static readonly CounterRule Success =
        new("back-end-success", int.MaxValue, TimeSpan.FromMinutes(10), Sliding: false, TimeSpan.FromHours(1), TimeSpan.FromHours(1));

    private readonly IReadOnlyList<TrustedNetwork> _networks = [.. TrustedNetwork.Read(settings.Value.Limits.TrustedNetworks)];

    /// <summary>The address under which the limits count a call.</summary>
    public static string KeyOf(RequestContext context) =>
        AddressOf(context) is { } address ? CounterKey.AddressOf(address) : context.IpAddress;

    /// <summary>The number that a limit of the address has in place of <paramref name="limit"/>; null where the settings lift it.</summary>
    public int? Of(int limit, RequestContext context)
    {
        if (_networks.Count == 0 || AddressOf(context) is not { } address)
            return limit;
        foreach (var trusted in _networks)
        {
            if (trusted.Network.Contains(address))
                return trusted.Factor is { } factor ? (int)Math.Min((long)limit * factor, int.MaxValue) : null;
        }

        return limit;
    }

    /// <summary>How many subjects may fail from the address of the request; null: any number.</summary>
    public CounterRule? NamesRuleOf(RequestContext context)
    {
        var rule = IsBackEnd(context) ? NamesOfBackEnd : Names;
        return Of(rule.Limit, context) switch
        {
            null => null,
            { } limit when limit == rule.Limit => rule,
            { } limit => rule with { Limit = limit },
        };
    }

    /// <summary>Where they are counted.</summary>
    public static byte[] NamesKeyOf(AttemptKind kind, RequestContext context) => IsBackEnd(context)
        ? AttemptGuard.Key(NamesOfBackEnd, kind.AddressName, context.BackEnd!, KeyOf(context))
        : AttemptGuard.Key(Names, kind.AddressName, KeyOf(context));

    /// <summary>Takes a subject back that was right in the end; of a back end that grows its budget, once for each user.</summary>
    public async Task TakeBackNameAsync(Attempt attempt, RequestContext context, CancellationToken cancellationToken)
    {
        if (!IsBackEnd(context))
        {
            await counters.TakeBackAsync(attempt.Counts.Address, cancellationToken);
            return;
        }

        var key = AttemptGuard.Key(Success, attempt.Kind.AddressName, context.BackEnd!, KeyOf(context), attempt.Subject.Counted);
        var isFirst = (await counters.CountAsync(Success, key, context.Now, cancellationToken)).Attempts == 1;
        await counters.TakeBackAsync(attempt.Counts.Address, cancellationToken, isFirst ? 2 : 1, MostCredit);
    }

    private static bool IsBackEnd(RequestContext context) => context is { BackEnd: not null, EndUserAddress: null };

    private static IPAddress? AddressOf(RequestContext context)
    {
        if (!IPAddress.TryParse(context.EndUserAddress ?? context.IpAddress, out var address))
            return null;
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
