using IdentityHub.Server.Hosting;
using IdentityHub.Storage.Counters;

namespace IdentityHub.Server.Limits;

/// <summary>Counts what is done from an address, the same over all nodes.</summary>
internal sealed class AddressCounts(CounterStore counters, AddressLimits addresses)
{
    /// <summary>Counts one more, committed before it returns.</summary>
    /// <returns>How long the address has to wait; null when it may go on.</returns>
    public async Task<TimeSpan?> CountAsync(CounterRule rule, RequestContext context, CancellationToken cancellationToken)
    {
        if (addresses.Of(rule.Limit, context) is not { } limit)
            return null;
        var counted = await counters.CountAsync(
            rule with
            {
                Limit = limit,
            },
            AttemptGuard.Key(rule, AddressLimits.KeyOf(context)),
            context.Now,
            cancellationToken);
        return counted.LetThrough ? null : counted.BlockedUntil!.Value - context.Now;
    }
}
