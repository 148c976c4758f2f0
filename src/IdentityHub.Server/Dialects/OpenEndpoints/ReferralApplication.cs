using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.Referrals;

namespace IdentityHub.Server.Dialects.OpenEndpoints;

/// <summary>The result of applying a referral code.</summary>
internal enum AppliedCode
{
    /// <summary>The user was referred by the owner of the code, now or before.</summary>
    Stands,
    CodeUnknown,
    UserUnknown,
    OwnCode,
    ReferredByAnother,

    /// <summary>The owner of the code was referred by this user, directly or through others.</summary>
    Cycle,
}

/// <summary>What became of it, and the referral where one stands.</summary>
internal sealed record AppliedReferral(AppliedCode Result, StoredReferral? Referral);

/// <summary>
/// A user applies the code of another user and then counts as referred by its owner. The first referral stays. Users cannot be referred by
/// themselves, directly or through others: referrals form no cycle.
/// </summary>
internal sealed class ReferralApplication(TenantUserStore users, ReferralStore referrals, AuditTrail audit)
{
    /// <param name="code">Upper case.</param>
    public async Task<AppliedReferral> HandleAsync(
        Tenant tenant, string code, string accountId, string userId, RequestContext context, CancellationToken cancellationToken)
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
