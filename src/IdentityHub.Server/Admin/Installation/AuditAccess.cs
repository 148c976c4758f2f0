using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Rights;
using IdentityHub.Storage.Organizations;

namespace IdentityHub.Server.Admin.Installation;

/// <summary>What of the audit trail a caller reads who may not read all of it: what is about users whom they may change.</summary>
internal sealed class AuditAccess(RightsStore rights)
{
    /// <summary>The refusal of rows about a user; null when the caller may read them.</summary>
    public async Task<Refusal?> RefusalOfUserAsync(AdminCall call, Guid userId) =>
        await rights.FindAsync(userId, call.Cancelled) is { } stored && HeldRights.Of(stored) is var theirs
        && call.Caller.Rights.ReachesHome(Permissions.AuditRead, theirs) && call.Caller.Rights.MayRule(Permissions.AuditRead, theirs)
            ? null
            : AdminProblems.NotFound(Reasons.ObjectOutOfReach);
}
