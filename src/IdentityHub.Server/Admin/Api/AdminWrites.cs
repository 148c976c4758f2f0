using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage;
using IdentityHub.Storage.Idempotency;
using Microsoft.AspNetCore.DataProtection;

namespace IdentityHub.Server.Admin.Api;

/// <summary>
/// Runs every change of the administration API as one transaction: the caller's idempotency key, the change itself, its audit row, and the
/// answer that is stored under the key. A change that is refused leaves nothing behind.
/// </summary>
internal sealed class AdminWrites(HubDatabase database, IDataProtectionProvider protection)
{
    // With those of one turn they are the calls that may lie in the memory of a node; the next one is told to call later.
    private const int MostWaiting = 100;

    private readonly IDataProtector _answers = protection.CreateProtector("IdentityHub.IdempotentAnswer");

    /// <summary>Runs a change. The work is done a second time after a deadlock.</summary>
    /// <param name="lockOf">The user whose rows are locked; null for a change that is about no user.</param>
    /// <param name="work">Checks, changes, records, and returns the answer. It must not commit.</param>
    public Task<Outcome<AdminAnswer>> RunAsync(
        AdminCall call, Guid? lockOf, Func<AdminChange, Task<Outcome<AdminAnswer>>> work) => RunAsync(call, null, lockOf, work);

    /// <summary>
    /// Runs a change that takes one lock of the whole installation. On this node one of them runs at a time and the others wait without a
    /// connection, so that they leave the connections to those who log in.
    /// </summary>
    /// <param name="queue">Stands for the lock.</param>
    public Task<Outcome<AdminAnswer>> RunAloneAsync(
        AdminCall call, Guid queue, Func<AdminChange, Task<Outcome<AdminAnswer>>> work) => RunAsync(call, queue, null, work);

    private async Task<Outcome<AdminAnswer>> RunAsync(
        AdminCall call, Guid? queue, Guid? lockOf, Func<AdminChange, Task<Outcome<AdminAnswer>>> work)
    {
        AdminChange? last = null;

        // Repetitions of one call wait for the first one before they wait for anything else.
        Guid? repeated = call.Idempotency is { } sent ? new Guid(sent.KeyHash.AsSpan(0, 16)) : null;
        var answer = await InTurnAsync(repeated, call, () => InTurnAsync(queue, call, () => lockOf is { } user
            ? database.RunAsync(user, RunAsync, call.Cancelled)
            : database.RunAsync(RunAsync, call.Cancelled)));
        if (answer is { Succeeded: true, Value.IsReplayed: false })
            await last!.AnnounceAsync();
        return answer;

        async Task<Outcome<AdminAnswer>> RunAsync(SqlTransaction transaction)
        {
            last = new AdminChange(transaction, call);
            if (call.Idempotency is { } key && await ReplayAsync(transaction, key, call) is { } known)
                return known;
            var made = await work(last);
            if (!made.Succeeded)
                return made;
            if (call.Idempotency is { } used)
                await IdempotencyStore.AnswerAsync(
                    transaction, used.KeyHash, _answers.Protect(JsonSerializer.SerializeToUtf8Bytes(made.Value)), last.AnswersAbout,
                    call.Cancelled);
            await transaction.CommitAsync(call.Cancelled);
            return made;
        }
    }

    private async Task<Outcome<AdminAnswer>> InTurnAsync(Guid? key, AdminCall call, Func<Task<Outcome<AdminAnswer>>> run)
    {
        if (key is not { } one)
            return await run();
        using var turn = await database.TryTakeTurnAsync(one, MostWaiting, call.Cancelled);
        return turn is not null
            ? await run()
            : Refusal.TooManyRequests(Reasons.RateLimit, $"more than {MostWaiting} changes wait", TimeSpan.FromSeconds(1));
    }

    // Null when the key is this transaction's own from now on.
    private async Task<Outcome<AdminAnswer>?> ReplayAsync(SqlTransaction transaction, RequestKey key, AdminCall call)
    {
        if (await IdempotencyStore.TryClaimAsync(transaction, key.KeyHash, key.RequestHash, call.Now, call.Cancelled))
            return null;
        var known = await IdempotencyStore.FindAsync(transaction, key.KeyHash, call.Cancelled);
        if (known is not { Answer: { } answer } || !known.RequestHash.AsSpan().SequenceEqual(key.RequestHash))
            return Refusal.Of(
                RefusalKind.Conflict, "The Idempotency-Key was used for another request during the last 24 hours.",
                Reasons.IdempotencyKeyReused);
        return JsonSerializer.Deserialize<AdminAnswer>(_answers.Unprotect(answer))! with { IsReplayed = true };
    }
}
