using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Messaging;
using IdentityHub.Server.Sessions;
using IdentityHub.Storage;
using IdentityHub.Storage.ClientAccounts;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Accounts;

/// <summary>
/// An application, or the user, erases an account: what is personal goes, everything ends, the id stays as a tombstone.
/// </summary>
internal sealed class AccountErasure(
    AccountErasureStore erasures, ErasedTraces traces, SecurityNotices messages, SessionEnd ends, AuditTrail audit)
{
    private const string ByUser = "by the user";

    /// <param name="reason">Why, in the application's words; kept with the record of the erasure. Null for none.</param>
    /// <returns>False when there is no such account any more.</returns>
    public async Task<bool> TryEraseAsync(Guid userId, string? reason, RequestContext context, CancellationToken cancellationToken)
    {
        var ended = await erasures.TryEraseAsync(
            userId, SessionEndReasons.UserErased, context.Now, ends.WriteNoticesAsync, traces.RemoveAsync, cancellationToken);
        if (ended is null)
            return false;
        await audit.WriteAsync(context, AuditTypes.UserErased, userId, detail: reason);
        await ends.AnnounceAsync(ended, SessionEndReasons.UserErased, context);
        return true;
    }

    /// <summary>Another who may do so erases a user, in a transaction that looks at the user's state first.</summary>
    /// <param name="erase">
    /// Runs the transaction, with the audit row in it; gets the notices to clients and the removal of traces that are done in it.
    /// </param>
    /// <returns>The refusal when nothing was erased; else null.</returns>
    public async Task<Refusal?> EraseAsync(
        Func<SessionsEndedCallback, AccountErasedCallback, Task<Outcome<IReadOnlyList<EndedSession>>>> erase, RequestContext context)
    {
        var erased = await erase(ends.WriteNoticesAsync, traces.RemoveAsync);
        if (!erased.Succeeded)
            return erased.Error;
        await ends.AnnounceAsync(erased.Value, SessionEndReasons.UserErased, context);
        return null;
    }

    /// <summary>The user of a session erases their account, and gets a notice by mail where their address was proven.</summary>
    /// <param name="languages">Of the notice: BCP 47 tags in the order of preference.</param>
    /// <returns>The refusal when nothing was erased; else null.</returns>
    public async Task<Refusal?> EraseOwnAsync(
        StoredBrowserSession session, IReadOnlyList<string> languages, RequestContext context, CancellationToken cancellationToken)
    {
        var erased = await erasures.TryEraseOwnAsync(
            session, BuiltInRoles.Admin, SessionEndReasons.UserErased, context.Now, ends.WriteNoticesAsync, RemoveAsync, cancellationToken);
        switch (erased.Result)
        {
            case OwnErasureResult.LastAdministrator:
                return Refusal.Of(
                    RefusalKind.Conflict, "The last administrator cannot delete their account.", Reasons.LastAdministrator);
            case OwnErasureResult.SessionChanged:
                return Refusal.Of(RefusalKind.LoginRequired, "The session has ended.", Reasons.SessionEnded);
        }

        messages.Signal();
        await audit.WriteAsync(context, AuditTypes.UserErased, session.UserId, session.Id, detail: ByUser);
        await ends.AnnounceAsync(erased.Ended, SessionEndReasons.UserErased, context);
        return null;

        // The messages to the person are removed first: the notice is the last one.
        async Task RemoveAsync(SqlTransaction transaction, ErasedPerson person, CancellationToken cancellationToken)
        {
            await traces.RemoveAsync(transaction, person, cancellationToken);
            if (person is { Email: { } email, EmailVerified: true })
                await messages.AddErasedAsync(transaction, email, person.UserName, languages, context, cancellationToken);
        }
    }
}
