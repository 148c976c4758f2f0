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
    private readonly IDataProtector _answers = protection.CreateProtector("IdentityHub.IdempotentAnswer");

    /// <summary>Runs a change. The work is done a second time after a deadlock.</summary>
    /// <param name="lockOf">The user whose rows are locked; null for a change that is about no user.</param>
    /// <param name="work">Checks, changes, records, and returns the answer. It must not commit.</param>
    public async Task<Outcome<AdminAnswer>> RunAsync(
        AdminCall call, Guid? lockOf, Func<AdminChange, Task<Outcome<AdminAnswer>>> work)
    {
        AdminChange? last = null;
        var answer = lockOf is { } user
            ? await database.RunAsync(user, RunAsync, call.Cancelled)
            : await database.RunAsync(RunAsync, call.Cancelled);
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
