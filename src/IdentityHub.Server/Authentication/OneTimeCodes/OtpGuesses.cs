using IdentityHub.Server.Hosting;
using IdentityHub.Server.Limits;
using IdentityHub.Storage.Counters;

namespace IdentityHub.Server.Authentication.OneTimeCodes;

/// <summary>
/// What guesses of one-time passwords count against, beside the five tries of each code: what was typed and the account from the address that they
/// come from, as passwords do but in counts of their own; ten for an account from one address in an hour, then none from there for an hour; a
/// hundred in a row, then none from there for a day, or until the user has proven otherwise who they are. Over all addresses there is a back-off
/// only: an address without a failure, or a code that was not tried yet, is evaluated all the same. ASSURANCE B3 to B5, L1.
/// </summary>
internal sealed class OtpGuesses(AttemptGuard attempts, CounterStore counters)
{
    private static readonly AttemptKind Kind = AttemptKind.OneTimePassword;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly CounterRule Hourly = new("otp-hour", 10, TimeSpan.FromHours(1), Sliding: false, TimeSpan.FromHours(1), TimeSpan.FromHours(1));
    private static readonly CounterRule InARow = new("otp-row", 100, Day, Sliding: true, Day, Day);

    /// <summary>Counts a guess by what was sent and by the account, committed before it returns; dispose it when it has been evaluated.</summary>
    /// <param name="address">In the one form under which addresses compare.</param>
    /// <param name="userId">Whose it is; null for nobody's.</param>
    /// <param name="isUntried">Whether nobody has guessed at the newest code yet.</param>
    public Task<Attempt> BeginAsync(string address, Guid? userId, Func<Task<bool>> isUntried, RequestContext context, CancellationToken cancellationToken) =>
        attempts.BeginAsync(Kind, AttemptSubject.Of(address, userId), context, cancellationToken, overcomes: isUntried);

    /// <summary>Counts it by the rules of codes, committed before it returns.</summary>
    public async Task<CountedGuess> CountAsync(Attempt attempt, RequestContext context, CancellationToken cancellationToken)
    {
        var (row, rowKey) = await attempts.CountAsync(InARow, Kind, attempt.Subject.Counted, context, cancellationToken);
        var (hour, hourKey) = await attempts.CountAsync(Hourly, Kind, attempt.Subject.Counted, context, cancellationToken);
        if (row.LetThrough && !hour.LetThrough)
            await counters.TakeBackAsync(rowKey, cancellationToken);
        return new CountedGuess(attempt with { BeganBlock = attempt.BeganBlock || Began(row) || Began(hour) }, row.LetThrough && hour.LetThrough, hourKey, rowKey);

        static bool Began(CountedAttempt counted) => counted is { LetThrough: true, BlockedUntil: not null };
    }

    /// <summary>Takes a guess back, because it was right, and ends the row of wrong ones.</summary>
    public async Task SucceededAsync(CountedGuess guess, RequestContext context, CancellationToken cancellationToken)
    {
        await attempts.SucceededAsync(guess.Attempt, context, cancellationToken);
        await counters.TakeBackAsync(guess.HourKey, cancellationToken);
        await counters.ClearAsync(guess.RowKey, cancellationToken);
    }

    /// <summary>The user has proven otherwise, from the address of the call, who they are.</summary>
    public Task AllowAgainAsync(Guid userId, RequestContext context, CancellationToken cancellationToken) =>
        counters.ClearAsync(AttemptGuard.KeyOf(InARow, Kind, AttemptSubject.AccountOf(userId), context), cancellationToken);
}

/// <summary>A guess that has been counted by every rule.</summary>
/// <param name="LetThrough">False: it must not be evaluated.</param>
/// <param name="HourKey">Where it counts towards the ten of an hour.</param>
/// <param name="RowKey">Where it counts towards the hundred in a row.</param>
internal sealed record CountedGuess(Attempt Attempt, bool LetThrough, byte[] HourKey, byte[] RowKey);
