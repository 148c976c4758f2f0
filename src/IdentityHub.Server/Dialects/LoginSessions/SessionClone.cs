using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>
/// Makes a session that is another's likeness: the same user, effective user and organization; an id, an LSID and an end of its own.
/// </summary>
internal sealed class SessionClone(LsidRules rules, LoginSessionStore store, AuditTrail audit)
{
    /// <returns>Null when the session has ended meanwhile, or is another's by now.</returns>
    public async Task<LsidSession?> CloneAsync(StoredLoginSession parent, RequestContext context, CancellationToken cancellationToken)
    {
        var (clone, lsid) = rules.CloneOf(parent, context);
        if (!await store.TryCloneAsync(parent, clone, cancellationToken)
            || await store.FindAsync(clone.Id, cancellationToken) is not { } cloned)
            return null;
        await audit.WriteAsync(context, AuditTypes.SessionCloned, parent.UserId, clone.Id, detail: $"clone of session {parent.Id}");
        return new LsidSession(cloned, lsid);
    }
}
