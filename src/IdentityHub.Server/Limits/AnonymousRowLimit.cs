using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.Counters;

namespace IdentityHub.Server.Limits;

/// <summary>
/// How many rows somebody may have made who has not said who he is: requests that public clients push, devices that wait, requests too long
/// for an address. 1,000 in ten minutes from one address, the same over all nodes: an office behind one address logs in, nobody fills the
/// database.
/// </summary>
internal sealed class AnonymousRowLimit(AddressCounts addresses)
{
    private static readonly CounterRule Rows =
        new(LimitNames.AnonymousRow, 1000, TimeSpan.FromMinutes(10), Sliding: false, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));

    /// <summary>Counts a row that is about to be made, committed before it returns.</summary>
    /// <returns>How long the address has to wait; null when it may.</returns>
    public Task<TimeSpan?> CountAsync(RequestContext context, CancellationToken cancellationToken) => addresses.CountAsync(Rows, context, cancellationToken);

    /// <summary>What is said beyond it.</summary>
    public static OAuthError Refusal(TimeSpan wait) =>
        OAuthError.TooManyRequests(Reasons.AnonymousRequestsExhausted, "too many requests of clients that do not authenticate from this address", wait);
}
