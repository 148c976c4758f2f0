using IdentityHub.Server.Audit;
using IdentityHub.Storage.Counters;

namespace IdentityHub.Server.Limits;

/// <summary>
/// What guesses of one-time passwords count against, beside the five tries of each code: the address they come from and the one they are about, as
/// passwords do but in counts of their own; and the account, whichever code it was: ten in an hour, then none for an hour; a hundred in a row,
/// then none until the user has proven otherwise who he is. ASSURANCE B3 to B5.
/// </summary>
internal sealed class OtpGuesses(AttemptGuard attempts, CounterStore counters)
{
    private const string AttemptKind = "otp";

    // As good as for ever: a password ends it.
    private static readonly TimeSpan Years = TimeSpan.FromDays(3650);

    private static readonly CounterRule Hourly = new("otp-hour", 10, TimeSpan.FromHours(1), Sliding: false, TimeSpan.FromHours(1), TimeSpan.FromHours(1));
    private static readonly CounterRule InARow = new("otp-row", 100, Years, Sliding: true, Years, Years);

    /// <summary>Counts a guess by what was sent, committed before it returns; dispose it when it has been evaluated.</summary>
    /// <param name="address">In the one form under which addresses compare.</param>
    public Task<Attempt> BeginAsync(string address, Call call, CancellationToken cancellationToken) => attempts.BeginAsync(AttemptKind, address, call, cancellationToken);

    /// <summary>Counts it against the account, committed before it returns.</summary>
    /// <param name="account">Who it is, by whatever address; the address itself where that is nobody's.</param>
    /// <returns>False: it must not be evaluated.</returns>
    public async Task<bool> CountAsync(string account, Call call, CancellationToken cancellationToken)
    {
        var row = await counters.CountAsync(InARow, AttemptGuard.Key(InARow, account), call.Now, cancellationToken);
        var hour = await counters.CountAsync(Hourly, AttemptGuard.Key(Hourly, account), call.Now, cancellationToken);
        if (row.LetThrough && !hour.LetThrough)
            await counters.TakeBackAsync(AttemptGuard.Key(InARow, account), cancellationToken);
        return row.LetThrough && hour.LetThrough;
    }

    /// <summary>Takes a guess back, because it was right, and ends the row of wrong ones.</summary>
    public async Task SucceededAsync(Attempt attempt, string account, CancellationToken cancellationToken)
    {
        await attempts.SucceededAsync(attempt, cancellationToken);
        await counters.TakeBackAsync(AttemptGuard.Key(Hourly, account), cancellationToken);
        await counters.ClearAsync(AttemptGuard.Key(InARow, account), cancellationToken);
    }

    /// <summary>The user has proven otherwise who he is.</summary>
    public Task AllowAgainAsync(Guid userId, CancellationToken cancellationToken) =>
        counters.ClearAsync(AttemptGuard.Key(InARow, AccountOf(userId)), cancellationToken);

    /// <summary>Under which a user's guesses are counted.</summary>
    public static string AccountOf(Guid userId) => $"user:{userId}";
}
