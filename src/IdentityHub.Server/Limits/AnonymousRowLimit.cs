using System.Globalization;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.Counters;

namespace IdentityHub.Server.Limits;

/// <summary>
/// Limits how many rows unauthenticated callers may create: pushed requests of public clients, waiting devices, and requests too long for a
/// URL. 1,000 in ten minutes from one address, over all nodes. That is enough for an office behind one address, and too few to fill the
/// database.
/// </summary>
internal sealed class AnonymousRowLimit(AddressCounts addresses)
{
    private static readonly CounterRule Rows =
        new(LimitNames.AnonymousRow, 1000, TimeSpan.FromMinutes(10), Sliding: false, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));

    /// <summary>Longest address of an authorization request that goes into a ticket as it is; a longer one is a row.</summary>
    public const int MaxLengthOfAddress = 1500;

    /// <summary>The limit for the documentation: <c>1,000 in 10 minutes for each IP address</c>.</summary>
    public static string Words { get; } = string.Create(
        CultureInfo.InvariantCulture, $"{Rows.Limit:N0} in {Rows.Window.TotalMinutes} minutes for each IP address");

    /// <summary>Counts a row that is about to be made, committed before it returns.</summary>
    /// <returns>How long the address has to wait; null when it may.</returns>
    public Task<TimeSpan?> CountAsync(RequestContext context, CancellationToken cancellationToken) =>
        addresses.CountAsync(Rows, context, cancellationToken);

    /// <summary>What is said beyond it.</summary>
    public static Refusal Refuse(TimeSpan wait) =>
        Refusal.TooManyRequests(
            Reasons.AnonymousRequestsExhausted, "too many requests of clients that do not authenticate from this address", wait);
}
