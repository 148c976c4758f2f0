using IdentityHub.Protocol;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.Counters;

namespace IdentityHub.Server.Limits;

/// <summary>
/// The brute-force limits of ASSURANCE B1 to B9, L1 and L2, counted in rows before the secret is looked at, so that parallel guesses over
/// all nodes share them: 5 failures of a subject from an address, then 1 minute doubling to 15; a number of a subject from anywhere, then a
/// back-off; 100 subjects failing from one address in 10 minutes, then that address waits. What is told depends on what the caller sent and
/// on the address only, so that an answer does not depend on whether the subject exists. Of one subject from one address only
/// <see cref="AtOnce"/> attempts are under way on a node, so that many right ones at once do not count each other as failures.
/// docs/assurance.md lists every limit.
/// </summary>
internal sealed class AttemptGuard(CounterStore counters, AddressLimits addresses)
{
    /// <summary>
    /// Attempts of one subject from one address that are evaluated at once on a node: four nodes together stay below the limit.
    /// </summary>
    public const int AtOnce = 1;

    private const int GateCount = 4096;
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    private static readonly CounterRule SubjectFromAddress =
        new("subject-address", 5, TimeSpan.FromHours(1), Sliding: true, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(15));

    private static readonly CounterRule AccountFromAddress = SubjectFromAddress with { Name = "account-address" };

    // What is counted in place of the rest for a program where it has logged in before.
    private static readonly CounterRule KnownProgram = SubjectFromAddress with { Name = "known-program" };

    // How often a subject was forgotten.
    private static readonly CounterRule Forgotten = LimitNames.ForgottenRule;

    // Where a subject has been right before.
    private static readonly CounterRule Known = new(
        "known", int.MaxValue, TimeSpan.FromDays(30), Sliding: true, TimeSpan.FromHours(1), TimeSpan.FromHours(1));

    private readonly SemaphoreSlim[] _gates = NewGates();

    // Taken after the gate of what the caller sent: no two wait for each other.
    private readonly SemaphoreSlim[] _accountGates = NewGates();

    /// <summary>
    /// Counts an attempt, committed before anything is evaluated; evaluates it where the limits let it through; takes the count back, and
    /// forgives the failures before it, when the secret was right.
    /// </summary>
    /// <param name="refusals">The words of the attempts that are not evaluated.</param>
    /// <param name="evaluate">Checks the secret. A correct one that must not clear the counts is a refusal.</param>
    /// <param name="isTrusted">Asked when the attempt's turn has come: true needs no count.</param>
    /// <param name="remember">Called after a counted attempt was right, before the next one has its turn: it may be trusted from now
    /// on.</param>
    /// <param name="overcomes">Asked when failures from other addresses are in the way: true lets the attempt through all the same.</param>
    public async Task<Outcome<T>> RunAsync<T>(
        AttemptKind kind, AttemptSubject subject, AttemptRefusals refusals, Func<Attempt, ValueTask<Outcome<T>>> evaluate,
        RequestContext context,
        CancellationToken cancellationToken, Func<bool>? isTrusted = null, Action? remember = null, Func<Task<bool>>? overcomes = null)
        where T : class
    {
        using var attempt = await BeginAsync(kind, subject, context, isTrusted, overcomes, cancellationToken);
        var isOfSubject = attempt.Verdict is AttemptVerdict.RefuseSubject or AttemptVerdict.RefuseQuietly;
        if (refusals.Of(attempt) is { } refusal && !(isOfSubject && refusals.CostsAnEvaluation))
            return refusal;

        var outcome = await evaluate(attempt);
        if (!outcome.Succeeded || attempt.Verdict != AttemptVerdict.Evaluate)
            return outcome;

        // Runs to its end even when the client has gone: a right secret must not count against its owner.
        if (kind.KeepsEarlierFailures)
            await TakeBackAsync(attempt, CancellationToken.None);
        else
            await SucceededAsync(attempt, context, CancellationToken.None);
        remember?.Invoke();
        return outcome;
    }

    /// <summary>Counts a failure that was found without a count: of a program that was trusted until now.</summary>
    public async Task CountFailureAsync(
        AttemptKind kind, AttemptSubject subject, RequestContext context, CancellationToken cancellationToken)
    {
        using var attempt = await BeginAsync(kind, subject, context, isTrusted: null, overcomes: null, cancellationToken);
    }

    private async Task<Attempt> BeginAsync(
        AttemptKind kind, AttemptSubject subject, RequestContext context, Func<bool>? isTrusted, Func<Task<bool>>? overcomes,
        CancellationToken cancellationToken)
    {
        var address = AddressLimits.KeyOf(context);
        var keys = new AttemptCounts(
            Key(SubjectFromAddress, kind.Name, subject.Told, address),
            subject.Account is { } account ? Key(AccountFromAddress, kind.Name, account, address) : null,
            Key(kind.FromAnywhere, kind.Name, subject.Counted), AddressLimits.NamesKeyOf(kind, context));
        var attempt = new Attempt(AttemptVerdict.Evaluate, kind, subject, []) { Counts = keys };
        var gates = new List<SemaphoreSlim>(2);
        try
        {
            foreach (var gate in GatesOf(keys))
            {
                if (!await gate.WaitAsync(MaxWait, cancellationToken))
                {
                    ReleaseAll(gates);
                    return isTrusted?.Invoke() == true
                        ? attempt with { Verdict = AttemptVerdict.Trusted }
                        : attempt with { Verdict = AttemptVerdict.Busy, RetryAfter = MaxWait };
                }

                gates.Add(gate);
            }

            attempt = isTrusted?.Invoke() == true
                ? attempt with { Verdict = AttemptVerdict.Trusted }
                : await CountOrAdmitProgramAsync(attempt, context, overcomes, cancellationToken);
            return attempt with { Gates = gates };
        }
        catch
        {
            ReleaseAll(gates);
            throw;
        }
    }

    private async Task<Attempt> CountOrAdmitProgramAsync(
        Attempt attempt, RequestContext context, Func<Task<bool>>? overcomes, CancellationToken cancellationToken)
    {
        var (kind, subject) = (attempt.Kind, attempt.Subject);
        attempt = await CountAsync(attempt, context, overcomes, cancellationToken);
        var mayBeAdmitted = attempt.Verdict switch
        {
            AttemptVerdict.RefuseAddress => kind.IsOwnCredential,
            AttemptVerdict.RefuseSubject or AttemptVerdict.RefuseQuietly => kind.HasOwnBudgetWhereKnown,
            _ => false,
        };
        if (!mayBeAdmitted || !await IsKnownAsync(kind, subject, context, cancellationToken))
            return attempt;

        // What others have used up is not the program's. Its own wrong guesses are bounded all the same.
        var key = Key(KnownProgram, kind.AddressName, subject.Counted, AddressLimits.KeyOf(context));
        var (own, ownKey) = await CountFromAddressAsync(KnownProgram, kind, subject.Counted, key, context, cancellationToken);
        if (!own.LetThrough)
            return attempt;
        return attempt with
        {
            Verdict = AttemptVerdict.Evaluate,
            Counts = attempt.Counts with { Told = ownKey, Account = null },
            IsFirst = false,
            IsCountedAnywhere = false,
            IsOfKnownProgram = true,
        };
    }

    private async Task<Attempt> CountAsync(
        Attempt attempt, RequestContext context, Func<Task<bool>>? overcomes, CancellationToken cancellationToken)
    {
        var (kind, subject, keys) = (attempt.Kind, attempt.Subject, attempt.Counts);
        var namesRule = addresses.NamesRuleOf(context);
        if (namesRule is not null
            && await counters.PeekAsync(namesRule, keys.Address, context.Now, cancellationToken) is { LetThrough: false } blocked)
            return attempt with { Verdict = AttemptVerdict.RefuseAddress, RetryAfter = blocked.BlockedUntil!.Value - context.Now };

        var (told, toldKey) = await CountFromAddressAsync(SubjectFromAddress, kind, subject.Told, keys.Told, context, cancellationToken);
        keys = keys with { Told = toldKey };
        attempt = attempt with { Counts = keys };
        if (!told.LetThrough)
            return attempt with { Verdict = AttemptVerdict.RefuseSubject, RetryAfter = told.BlockedUntil!.Value - context.Now };

        attempt = attempt with { IsFirst = told.Attempts == 1 };
        if (attempt.IsFirst
            && namesRule is not null
            && await counters.CountAsync(namesRule, keys.Address, context.Now, cancellationToken) is { LetThrough: false } full)
        {
            // Others have used the address up since the look above; this subject was not tried.
            await counters.ClearAsync(keys.Told, cancellationToken);
            return attempt with { Verdict = AttemptVerdict.RefuseAddress, RetryAfter = full.BlockedUntil!.Value - context.Now };
        }

        var near = told;
        if (keys.Account is not null)
        {
            // Other names of the same user are counted together, and the answer does not tell it.
            // What the caller sent is counted as it is for an unknown name.
            (near, var accountKey) = await CountFromAddressAsync(
                AccountFromAddress, kind, subject.Account!, keys.Account, context, cancellationToken);
            attempt = attempt with { Counts = keys with { Account = accountKey } };
            if (!near.LetThrough)
                return attempt with { Verdict = AttemptVerdict.RefuseQuietly, RetryAfter = near.BlockedUntil!.Value - context.Now };
        }

        if (near.BlockedUntil is { } until)
        {
            await counters.NoteBlockAsync(BlockKey(kind, subject.Counted), until, cancellationToken);
            attempt = attempt with { BeganBlock = true };
        }

        var far = await counters.CountAsync(kind.FromAnywhere, keys.Anywhere, context.Now, cancellationToken);
        if (far.LetThrough)
            return attempt with { IsCountedAnywhere = true };
        if ((kind.AdmitsAddressWithoutFailure && near.Attempts == 1 && await AdmitsStrangerAsync(kind, subject, context, cancellationToken))
            || await IsKnownAsync(kind, subject, context, cancellationToken)
            || (overcomes is not null && await overcomes()))
            return attempt;

        // Refused for what others did: no failure of this address, or the owner would earn a block of their own by trying.
        await TakeBackFromAddressAsync(attempt, cancellationToken);
        var verdict = keys.Account is null ? AttemptVerdict.RefuseSubject : AttemptVerdict.RefuseQuietly;
        return attempt with { Verdict = verdict, RetryAfter = far.BlockedUntil!.Value - context.Now };
    }

    // The secret was right.
    private async Task SucceededAsync(Attempt attempt, RequestContext context, CancellationToken cancellationToken)
    {
        // The row that is cleared stands for one count of the address, whichever of several attempts at once made it.
        if (await counters.ClearAsync(attempt.Counts.Told, cancellationToken) && !attempt.IsOfKnownProgram)
            await addresses.TakeBackNameAsync(attempt, context, cancellationToken);
        if (attempt.Counts.Account is { } account)
            await counters.ClearAsync(account, cancellationToken);
        if (attempt.IsCountedAnywhere)
            await counters.TakeBackAsync(attempt.Counts.Anywhere, cancellationToken);
        if (attempt.BeganBlock)
            await counters.ClearAsync(BlockKey(attempt.Kind, attempt.Subject.Counted), cancellationToken);
        if (!attempt.Kind.AdmitsAddressWithoutFailure)
            await counters.CountAsync(Known, KnownKey(attempt.Kind, attempt.Subject, context), context.Now, cancellationToken);
    }

    /// <summary>
    /// Takes this one attempt back and leaves those before it: its secret was not looked at after all, or it was right and yet says nothing
    /// about the wrong ones, because it was not the subject's to know.
    /// </summary>
    public async Task TakeBackAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        if (attempt.Verdict != AttemptVerdict.Evaluate)
            return;
        await TakeBackFromAddressAsync(attempt, cancellationToken);
        if (attempt.IsCountedAnywhere)
            await counters.TakeBackAsync(attempt.Counts.Anywhere, cancellationToken);
    }

    /// <summary>
    /// Counts an attempt of a subject from an address by a further rule; an administrator sees and forgets it with the rest.
    /// </summary>
    public async Task<(CountedAttempt Counted, byte[] Key)> CountAsync(
        CounterRule rule, AttemptKind kind, string subject, RequestContext context, CancellationToken cancellationToken)
    {
        var counted = await CountFromAddressAsync(rule, kind, subject, KeyOf(rule, kind, subject, context), context, cancellationToken);
        if (counted.Counted is { LetThrough: true, BlockedUntil: { } until })
            await counters.NoteBlockAsync(BlockKey(kind, subject), until, cancellationToken);
        return counted;
    }

    /// <summary>
    /// Where <see cref="CountAsync(CounterRule, AttemptKind, string, RequestContext, CancellationToken)"/> counts while nothing was
    /// forgotten.
    /// </summary>
    public static byte[] KeyOf(CounterRule rule, AttemptKind kind, string subject, RequestContext context) =>
        Key(rule, kind.Name, subject, AddressLimits.KeyOf(context));

    /// <summary>What was tried of a subject.</summary>
    /// <param name="subject">As <see cref="AttemptSubject.Counted"/>.</param>
    public async Task<AttemptState> PeekAsync(AttemptKind kind, string subject, RequestContext context, CancellationToken cancellationToken)
    {
        var anywhere = await counters.PeekAsync(Key(kind.FromAnywhere, kind.Name, subject), context.Now, cancellationToken);
        var somewhere = await counters.PeekAsync(BlockKey(kind, subject), context.Now, cancellationToken);
        DateTimeOffset?[] blocks = [anywhere?.BlockedUntil, somewhere?.BlockedUntil];
        return new AttemptState(anywhere?.Attempts ?? 0, blocks.Where(until => until > context.Now).Max());
    }

    /// <summary>Forgets what was tried of a subject, from anywhere and from each single address.</summary>
    public async Task ForgetAsync(AttemptKind kind, string subject, RequestContext context, CancellationToken cancellationToken)
    {
        await counters.ClearAsync(Key(kind.FromAnywhere, kind.Name, subject), cancellationToken);
        await counters.ClearAsync(BlockKey(kind, subject), cancellationToken);
        await counters.ClearAsync(Key(LimitNames.Strangers, kind.Name, subject), cancellationToken);
        await counters.CountAsync(Forgotten, Key(Forgotten, kind.Name, subject), context.Now, cancellationToken);
    }

    // What stands in the way may be from before the subject was forgotten: since then it is counted under another key.
    private async Task<(CountedAttempt Counted, byte[] Key)> CountFromAddressAsync(
        CounterRule rule, AttemptKind kind, string subject, byte[] key, RequestContext context, CancellationToken cancellationToken)
    {
        var counted = await counters.CountAsync(rule, key, context.Now, cancellationToken);
        if (counted.LetThrough
            || await counters.PeekAsync(Key(Forgotten, kind.Name, subject), context.Now, cancellationToken) is not { Attempts: var times })
            return (counted, key);
        key = Key(rule, kind.Name, subject, AddressLimits.KeyOf(context), $"{times}");
        return (await counters.CountAsync(rule, key, context.Now, cancellationToken), key);
    }

    private async Task TakeBackFromAddressAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        await counters.TakeBackAsync(attempt.Counts.Told, cancellationToken);
        if (attempt.Counts.Account is { } account)
            await counters.TakeBackAsync(account, cancellationToken);
        if (attempt.IsFirst)
            await counters.TakeBackAsync(attempt.Counts.Address, cancellationToken);
        if (attempt.BeganBlock)
            await counters.ClearAsync(BlockKey(attempt.Kind, attempt.Subject.Counted), cancellationToken);
    }

    private async Task<bool> AdmitsStrangerAsync(
        AttemptKind kind, AttemptSubject subject, RequestContext context, CancellationToken cancellationToken) =>
        kind.Strangers is not { } rule
        || (await counters.CountAsync(rule, Key(rule, kind.Name, subject.Counted), context.Now, cancellationToken)).LetThrough;

    private async Task<bool> IsKnownAsync(
        AttemptKind kind, AttemptSubject subject, RequestContext context, CancellationToken cancellationToken) =>
        await counters.PeekAsync(KnownKey(kind, subject, context), context.Now, cancellationToken) is not null;

    private static byte[] KnownKey(AttemptKind kind, AttemptSubject subject, RequestContext context) =>
        Key(Known, kind.AddressName, subject.Counted, AddressLimits.KeyOf(context));

    // Until when an account is blocked at some address, for the administrator who looks.
    private static byte[] BlockKey(AttemptKind kind, string subject) => Key(LimitNames.BlockedSomewhere, kind.Name, subject);

    /// <summary>The counts of a subject that do not depend on an address.</summary>
    /// <param name="subject">As <see cref="AttemptSubject.Counted"/>.</param>
    public static IEnumerable<byte[]> KeysOf(AttemptKind kind, string subject) =>
        [
            Key(kind.FromAnywhere, kind.Name, subject), BlockKey(kind, subject), Key(Forgotten, kind.Name, subject),
            Key(LimitNames.Strangers, kind.Name, subject),
        ];

    // The hash has a new seed in each process, so that an attacker cannot choose a name that shares a gate with another user.
    private IEnumerable<SemaphoreSlim> GatesOf(AttemptCounts keys)
    {
        yield return _gates[Slot(keys.Told)];
        if (keys.Account is { } account)
            yield return _accountGates[Slot(account)];
    }

    private static uint Slot(byte[] key)
    {
        var hash = new HashCode();
        hash.AddBytes(key);
        return (uint)hash.ToHashCode() % GateCount;
    }

    private static SemaphoreSlim[] NewGates() => [.. Enumerable.Range(0, GateCount).Select(_ => new SemaphoreSlim(AtOnce))];

    private static void ReleaseAll(List<SemaphoreSlim> gates)
    {
        gates.ForEach(gate => gate.Release());
        gates.Clear();
    }

    internal static byte[] Key(CounterRule rule, params ReadOnlySpan<string> parts) => Key(rule.Name, parts);

    internal static byte[] Key(string name, params ReadOnlySpan<string> parts) => CounterKey.Of(name, parts);
}
