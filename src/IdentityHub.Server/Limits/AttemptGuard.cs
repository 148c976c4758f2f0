using System.Net;
using System.Security.Cryptography;
using System.Text;
using IdentityHub.Server.Audit;
using IdentityHub.Storage.Counters;

namespace IdentityHub.Server.Limits;

/// <summary>What the limits say before a secret is looked at.</summary>
internal enum AttemptVerdict
{
    /// <summary>Evaluate it, then say <see cref="AttemptGuard.SucceededAsync"/> if it was right.</summary>
    Evaluate,

    /// <summary>Refuse in the words of a wrong secret: too many failures of this subject.</summary>
    RefuseSubject,

    /// <summary>Refuse with 429: too many subjects failing from this address.</summary>
    RefuseAddress,

    /// <summary>Refuse with 503: too many attempts of this subject from this address are under way on this node.</summary>
    Busy,
}

/// <summary>One counted attempt; dispose it when it has been evaluated.</summary>
internal sealed record Attempt(AttemptVerdict Verdict, byte[] SubjectAndAddress, byte[] Subject, byte[] Address, SemaphoreSlim? Gate = null) : IDisposable
{
    /// <summary>For every verdict but <see cref="AttemptVerdict.Evaluate"/>. Of a subject it may be told only where that is the caller himself.</summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>True when it is the subject's first from the address, which counts towards the address.</summary>
    public bool IsFirst { get; init; }

    public void Dispose() => Gate?.Release();
}

/// <summary>
/// The brute-force limits of ASSURANCE B1 to B9, counted in rows before the secret is looked at, so that parallel guesses over all nodes
/// share them: 5 failures of a subject from an address, then 1 minute doubling to 15; 50 of a subject from anywhere, then a back-off;
/// 100 subjects failing from one address in 10 minutes, then that address waits. Keys are made of what the caller sent and of
/// the address only, so that an answer does not depend on whether the subject exists. Of one subject from one address only
/// <see cref="AtOnce"/> attempts are under way on a node, so that many right ones at once do not count each other as failures.
/// </summary>
internal sealed class AttemptGuard(CounterStore counters)
{
    /// <summary>Attempts of one subject from one address that are evaluated at once on a node: four nodes together stay below the limit.</summary>
    public const int AtOnce = 1;

    private const int Gates = 4096;
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    private static readonly CounterRule SubjectFromAddress =
        new("subject-address", 5, TimeSpan.FromHours(1), Sliding: true, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(15));

    private static readonly CounterRule SubjectFromAnywhere =
        new("subject", 50, TimeSpan.FromHours(1), Sliding: true, TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1));

    private static readonly CounterRule SubjectsPerAddress =
        new("address", 100, TimeSpan.FromMinutes(10), Sliding: false, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));

    // How often a subject was forgotten; remembered for longer than any count from a single address.
    private static readonly CounterRule Forgotten = new("forgotten", int.MaxValue, TimeSpan.FromHours(2), Sliding: true, TimeSpan.FromHours(1), TimeSpan.FromHours(1));

    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, Gates).Select(_ => new SemaphoreSlim(AtOnce))];

    /// <summary>Counts an attempt, committed before it returns.</summary>
    /// <param name="kind">What is guessed, e.g. <c>password</c>: kinds do not share counts.</param>
    /// <param name="subject">Whose secret, in the one form under which names compare.</param>
    public async Task<Attempt> BeginAsync(string kind, string subject, Call call, CancellationToken cancellationToken)
    {
        var address = AddressOf(call.IpAddress);
        var key = Key(SubjectFromAddress, kind, subject, address);
        var attempt = new Attempt(AttemptVerdict.Evaluate, key, Key(SubjectFromAnywhere, kind, subject), Key(SubjectsPerAddress, kind, address));
        var gate = GateOf(key);
        if (!await gate.WaitAsync(MaxWait, cancellationToken))
            return attempt with { Verdict = AttemptVerdict.Busy, RetryAfter = MaxWait };

        try
        {
            return await CountAsync(attempt, kind, subject, call, cancellationToken) with { Gate = gate };
        }
        catch
        {
            gate.Release();
            throw;
        }
    }

    private async Task<Attempt> CountAsync(Attempt attempt, string kind, string subject, Call call, CancellationToken cancellationToken)
    {
        if (await counters.PeekAsync(attempt.Address, call.Now, cancellationToken) is { LetThrough: false } blocked)
            return attempt with { Verdict = AttemptVerdict.RefuseAddress, RetryAfter = blocked.BlockedUntil!.Value - call.Now };

        var near = await counters.CountAsync(SubjectFromAddress, attempt.SubjectAndAddress, call.Now, cancellationToken);
        if (!near.LetThrough && await counters.PeekAsync(Key(Forgotten, kind, subject), call.Now, cancellationToken) is { Attempts: var times })
        {
            // What stands in the way may be from before: since then it is counted under another key.
            var address = AddressOf(call.IpAddress);
            attempt = attempt with { SubjectAndAddress = Key(SubjectFromAddress, kind, subject, address, $"{times}") };
            near = await counters.CountAsync(SubjectFromAddress, attempt.SubjectAndAddress, call.Now, cancellationToken);
        }

        if (!near.LetThrough)
            return attempt with { Verdict = AttemptVerdict.RefuseSubject, RetryAfter = near.BlockedUntil!.Value - call.Now };

        attempt = attempt with { IsFirst = near.Attempts == 1 };
        if (attempt.IsFirst && await counters.CountAsync(SubjectsPerAddress, attempt.Address, call.Now, cancellationToken) is { LetThrough: false } full)
        {
            // Others have used the address up since the look above; this subject was not tried.
            await counters.ClearAsync(attempt.SubjectAndAddress, cancellationToken);
            return attempt with { Verdict = AttemptVerdict.RefuseAddress, RetryAfter = full.BlockedUntil!.Value - call.Now };
        }

        var far = await counters.CountAsync(SubjectFromAnywhere, attempt.Subject, call.Now, cancellationToken);
        if (far.LetThrough)
            return attempt;

        // Refused for what others did: no failure of this address, or the owner would earn a block of his own by trying.
        await counters.TakeBackAsync(attempt.SubjectAndAddress, cancellationToken);
        if (attempt.IsFirst)
            await counters.TakeBackAsync(attempt.Address, cancellationToken);
        return attempt with { Verdict = AttemptVerdict.RefuseSubject, RetryAfter = far.BlockedUntil!.Value - call.Now };
    }

    /// <summary>Takes a counted attempt back, because the secret was right.</summary>
    public async Task SucceededAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        // The row that is cleared stands for one count of the address, whichever of several attempts at once made it.
        if (await counters.ClearAsync(attempt.SubjectAndAddress, cancellationToken))
            await counters.TakeBackAsync(attempt.Address, cancellationToken);
        await counters.TakeBackAsync(attempt.Subject, cancellationToken);
    }

    /// <summary>
    /// Takes this one attempt back and leaves those before it: its secret was not looked at after all, or it was right and yet says nothing
    /// about the wrong ones, because it was not the subject's to know.
    /// </summary>
    public async Task TakeBackAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        if (attempt.Verdict != AttemptVerdict.Evaluate)
            return;
        await counters.TakeBackAsync(attempt.SubjectAndAddress, cancellationToken);
        await counters.TakeBackAsync(attempt.Subject, cancellationToken);
        if (attempt.IsFirst)
            await counters.TakeBackAsync(attempt.Address, cancellationToken);
    }

    /// <summary>What was tried of a subject from anywhere; null for nothing.</summary>
    public Task<CountedAttempt?> PeekAsync(string kind, string subject, Call call, CancellationToken cancellationToken) =>
        counters.PeekAsync(Key(SubjectFromAnywhere, kind, subject), call.Now, cancellationToken);

    /// <summary>Forgets what was tried of a subject, from anywhere and from each single address.</summary>
    public async Task ForgetAsync(string kind, string subject, Call call, CancellationToken cancellationToken)
    {
        await counters.ClearAsync(Key(SubjectFromAnywhere, kind, subject), cancellationToken);
        await counters.CountAsync(Forgotten, Key(Forgotten, kind, subject), call.Now, cancellationToken);
    }

    // Seeded anew in each process: nobody can aim at the gate of somebody else.
    private SemaphoreSlim GateOf(byte[] key)
    {
        var hash = new HashCode();
        hash.AddBytes(key);
        return _gates[(uint)hash.ToHashCode() % Gates];
    }

    // One IPv6 customer has a /64: the limit's key must not change with the lower half.
    internal static string AddressOf(string ipAddress)
    {
        if (!IPAddress.TryParse(ipAddress, out var address))
            return ipAddress;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return bytes.Length == 4 ? address.ToString() : Convert.ToHexString(bytes.AsSpan(0, 8));
    }

    internal static byte[] Key(CounterRule rule, params ReadOnlySpan<string> parts) => Key(rule.Name, parts);

    internal static byte[] Key(string name, params ReadOnlySpan<string> parts)
    {
        var text = new StringBuilder(name);
        foreach (var part in parts)
            text.Append('\n').Append(part.Length).Append(':').Append(part);
        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
