using IdentityHub.Server.Hosting;
using IdentityHub.Storage.Counters;

namespace IdentityHub.Server.Limits;

/// <summary>
/// Limits how many names may be tried for a new account: 50 an hour from one address, over all nodes.
/// So a caller learns of few names that they are taken, not of a thousand.
/// </summary>
internal sealed class SignUpLimit(AddressCounts addresses)
{
    private static readonly CounterRule Names = new(
        LimitNames.SignUp, 50, TimeSpan.FromHours(1), Sliding: false, TimeSpan.FromHours(1), TimeSpan.FromHours(1));

    /// <summary>Counts a try, committed before it returns.</summary>
    /// <returns>How long the address has to wait; null when it may try.</returns>
    public Task<TimeSpan?> CountAsync(RequestContext context, CancellationToken cancellationToken) =>
        addresses.CountAsync(Names, context, cancellationToken);
}
