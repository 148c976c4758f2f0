using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.Referrals;

namespace IdentityHub.Server.Dialects.OpenEndpoints;

/// <summary>What became of a code that somebody gave.</summary>
internal enum AppliedCode
{
    /// <summary>He was referred by its owner, now or before.</summary>
    Stands,
    CodeUnknown,
    UserUnknown,
    OwnCode,
    ReferredByAnother,

    /// <summary>Its owner was himself referred by him, directly or through others.</summary>
    Cycle,
}

/// <summary>What became of it, and the referral where one stands.</summary>
internal sealed record AppliedReferral(AppliedCode Result, StoredReferral? Referral);

/// <summary>
/// A user gives the code of another: from then on he was referred by its owner. The first one stands. Nobody is referred by himself, be it through
/// others: a chain of referrals has a beginning.
/// </summary>
internal sealed class ReferralApplication(TenantUserStore users, ReferralStore referrals, AuditTrail audit)
{
    /// <param name="code">Upper case.</param>
    public async Task<AppliedReferral> HandleAsync(Tenant tenant, string code, string accountId, string userId, RequestContext context, CancellationToken cancellationToken)
    {
        if (await users.FindByCodeAsync(tenant.Alias, code, cancellationToken) is not { } referrer)
            return new AppliedReferral(AppliedCode.CodeUnknown, null);
        if (await users.FindAsync(tenant.Alias, accountId, userId, cancellationToken) is not { } referred)
            return new AppliedReferral(AppliedCode.UserUnknown, null);
        if (referrer.UserId == referred.UserId)
            return new AppliedReferral(AppliedCode.OwnCode, null);

        var id = Guid.CreateVersion7(context.Now);
        var result = await referrals.ApplyAsync(id, tenant.Alias, referrer.UserId, referred.UserId, code, context.Now, cancellationToken);
        if (result != ReferralResult.Stands)
            return new AppliedReferral(result == ReferralResult.Cycle ? AppliedCode.Cycle : AppliedCode.ReferredByAnother, null);

        var referral = await referrals.FindAsync(referred.UserId, cancellationToken);
        if (referral?.Id == id)
            await audit.WriteAsync(context, AuditTypes.ReferralMade, referred.UserId, detail: $"referred by user {referrer.UserId}");
        return referral is null ? new AppliedReferral(AppliedCode.UserUnknown, null) : new AppliedReferral(AppliedCode.Stands, referral);
    }
}
