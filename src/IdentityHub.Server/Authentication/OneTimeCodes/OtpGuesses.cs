using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Limits;
using IdentityHub.Storage.Counters;

namespace IdentityHub.Server.Authentication.OneTimeCodes;

/// <summary>
/// Counts guesses of one-time passwords, in addition to the five tries of each code. A guess counts against the identifier that was sent
/// and against the account from the caller's IP address, as for passwords but in separate counters. After ten guesses for an account from
/// one IP address in an hour, that IP address is refused for an hour. After a hundred in a row it is refused for a day, or until the user
/// has proven in another way who they are. Over all IP addresses there is a back-off only: an IP address without a failure, or a code that
/// was not tried yet, is evaluated all the same. ASSURANCE B3 to B5, L1.
/// </summary>
internal sealed class OtpGuesses(AttemptGuard attempts, CounterStore counters)
{
    private static readonly AttemptKind Kind = AttemptKind.OneTimePassword;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly CounterRule Hourly = new(
        "otp-hour", 10, TimeSpan.FromHours(1), Sliding: false, TimeSpan.FromHours(1), TimeSpan.FromHours(1));
    private static readonly CounterRule InARow = new("otp-row", 100, Day, Sliding: true, Day, Day);

    private static readonly AttemptRefusals Refusals = new(
        "too many addresses failing from this address",
        "too many codes of this address are being checked",
        _ => Refusal.InvalidOneTimePassword(Reasons.AttemptsExhausted, "too many failed codes for this address or account"));

    /// <summary>
    /// Counts a guess by what was sent and by the account, committed before it is evaluated; takes it back, and ends the row of wrong ones,
    /// when it was right.
    /// </summary>
    /// <param name="address">In the one form under which addresses compare.</param>
    /// <param name="userId">The user that the address belongs to; null when there is none.</param>
    /// <param name="isUntried">True when the newest code was not tried yet.</param>
    /// <param name="evaluate">Looks at the code.</param>
    public Task<Outcome<T>> RunAsync<T>(
        string address, Guid? userId, Func<Task<bool>> isUntried, Func<ValueTask<Outcome<T>>> evaluate, RequestContext context,
        CancellationToken cancellationToken)
        where T : class =>
        attempts.RunAsync(
            Kind, AttemptSubject.Of(address, userId), Refusals, attempt => EvaluateAsync(attempt, evaluate, context, cancellationToken),
            context, cancellationToken, overcomes: isUntried);

    private async ValueTask<Outcome<T>> EvaluateAsync<T>(
        Attempt attempt, Func<ValueTask<Outcome<T>>> evaluate, RequestContext context, CancellationToken cancellationToken)
        where T : class
    {
        var (row, rowKey) = await attempts.CountAsync(InARow, Kind, attempt.Subject.Counted, context, cancellationToken);
        var (hour, hourKey) = await attempts.CountAsync(Hourly, Kind, attempt.Subject.Counted, context, cancellationToken);
        if (row.LetThrough && !hour.LetThrough)
            await counters.TakeBackAsync(rowKey, cancellationToken);
        attempt.BeganBlock |= Began(row) || Began(hour);
        if (!row.LetThrough || !hour.LetThrough)
            return Refusal.InvalidOneTimePassword(Reasons.OtpSuspended, "too many failed codes for this account from the caller's address");

        var outcome = await evaluate();
        if (!outcome.Succeeded)
            return outcome;

        // Runs to its end even when the client has gone: a right code must not count against its owner.
        await counters.TakeBackAsync(hourKey, CancellationToken.None);
        await counters.ClearAsync(rowKey, CancellationToken.None);
        return outcome;

        static bool Began(CountedAttempt counted) => counted is { LetThrough: true, BlockedUntil: not null };
    }

    /// <summary>The user has proven in another way, from the IP address of the request, who they are.</summary>
    public Task AllowAgainAsync(Guid userId, RequestContext context, CancellationToken cancellationToken) =>
        counters.ClearAsync(AttemptGuard.KeyOf(InARow, Kind, AttemptSubject.AccountOf(userId), context), cancellationToken);
}
