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
    private const string Erased = "user_erased";

    /// <param name="reason">Why, in the application's words; kept with the record of the erasure. Null for none.</param>
    /// <returns>False when there is no such account any more.</returns>
    public async Task<bool> TryEraseAsync(Guid userId, string? reason, RequestContext context, CancellationToken cancellationToken)
    {
        if (await erasures.TryEraseAsync(userId, Erased, context.Now, notices.WriteAsync, traces.RemoveAsync, cancellationToken)
            is not { } ended)
            return false;
        await audit.WriteAsync(context, AuditTypes.UserErased, userId, detail: reason);
        await ends.AnnounceAsync(ended, Erased, context);
        return true;
    }
}
