using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Sessions;
using IdentityHub.Server.Sessions.Logout;
using IdentityHub.Storage.ClientAccounts;

namespace IdentityHub.Server.Accounts;

/// <summary>An application erases an account: what is personal goes, everything ends, the id stays as a tombstone.</summary>
internal sealed class AccountErasure(
    AccountErasureStore erasures, ErasedTraces traces, LogoutNotices notices, SessionEnd ends, AuditTrail audit)
{
    /// <param name="reason">Why, in the application's words; kept with the record of the erasure. Null for none.</param>
    /// <returns>False when there is no such account any more.</returns>
    public async Task<bool> TryEraseAsync(Guid userId, string? reason, RequestContext context, CancellationToken cancellationToken)
    {
        var ended = await erasures.TryEraseAsync(
            userId, SessionEndReasons.UserErased, context.Now, notices.WriteAsync, traces.RemoveAsync, cancellationToken);
        if (ended is null)
            return false;
        await audit.WriteAsync(context, AuditTypes.UserErased, userId, detail: reason);
        await ends.AnnounceAsync(ended, SessionEndReasons.UserErased, context);
        return true;
    }
}
