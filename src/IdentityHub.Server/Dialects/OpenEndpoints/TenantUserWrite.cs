using System.Security.Cryptography;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.Referrals;

namespace IdentityHub.Server.Dialects.OpenEndpoints;

/// <summary>A user as a tenant describes them; each value is valid by itself.</summary>
/// <param name="ReferralCode">Upper case; null when none was chosen, and one is made from the user's name.</param>
internal sealed record DescribedTenantUser(
    string AccountId, string Id, string Email, string FirstName, string? LastName, string? Locale, string? ReferralCode, string? ImageUrl)
{
    public override string ToString() => nameof(DescribedTenantUser);
}

/// <summary>The result of a write.</summary>
/// <param name="User">The user as stored now; null when nothing was written.</param>
/// <param name="IsNew">True when this request created the user.</param>
internal sealed record WrittenTenantUser(TenantUserResult Result, StoredTenantUser? User, bool IsNew);

/// <summary>A tenant makes and changes its users. Each is a user of the hub; see <see cref="TenantUser"/>.</summary>
internal sealed class TenantUserWrite(TenantUserStore users, AuditTrail audit)
{
    /// <summary>Creates a user that does not exist yet.</summary>
    public async Task<Outcome<WrittenTenantUser>> CreateAsync(
        Tenant tenant, DescribedTenantUser user, RequestContext context, CancellationToken cancellationToken)
    {
        if (await users.FindAsync(tenant.Alias, user.AccountId, user.Id, cancellationToken) is not null)
            return new WrittenTenantUser(TenantUserResult.Exists, null, IsNew: false);

        // A chosen code is the only one; of those that are made, the next one is tried while another user has it.
        IEnumerable<string> codes = user.ReferralCode is { } chosen
            ? [chosen]
            : ReferralCode.Candidates(user.FirstName, user.LastName, RandomNumberGenerator.GetInt32);
        foreach (var code in codes)
        {
            var id = Guid.CreateVersion7(context.Now);
            var wanted = new NewTenantUser(
                id, tenant.Alias, user.AccountId, user.Id, user.Email, user.FirstName, user.LastName, user.Locale, code, user.ImageUrl);
            var result = await users.TryCreateAsync(wanted, context.Now, cancellationToken);
            if (result == TenantUserResult.CodeTaken && user.ReferralCode is null)
                continue;
            if (result != TenantUserResult.Written)
                return new WrittenTenantUser(result, null, IsNew: false);
            await audit.WriteAsync(context, AuditTypes.UserCreated, id);
            return await FoundAsync(tenant, user.AccountId, user.Id, isNew: true, cancellationToken);
        }

        return Refusal.TemporarilyUnavailable(
            Reasons.ReferralCodesExhausted, $"{ReferralCode.MaxCandidates} codes made of one name were all taken", TimeSpan.FromSeconds(1));
    }

    /// <summary>Changes a user, or creates them when they do not exist yet.</summary>
    /// <param name="change">The new values of the user.</param>
    /// <param name="user">The user to create when there is none yet; null when too little is known to create one.</param>
    /// <returns><see cref="TenantUserResult.Unknown"/> for a user that does not exist and cannot be created.</returns>
    public async Task<Outcome<WrittenTenantUser>> UpsertAsync(
        Tenant tenant, string accountId, string id, Func<StoredTenantUser, StoredTenantUser> change, DescribedTenantUser? user,
        RequestContext context, CancellationToken cancellationToken)
    {
        var changed = await ChangeAsync(tenant, accountId, id, change, context, cancellationToken);
        if (changed.Value is not { Result: TenantUserResult.Unknown } || user is null)
            return changed;
        var created = await CreateAsync(tenant, user, context, cancellationToken);

        // Another request has created the user meanwhile, so they can be changed now.
        return created.Value is { Result: TenantUserResult.Exists }
            ? await ChangeAsync(tenant, accountId, id, change, context, cancellationToken)
            : created;
    }

    private async Task<Outcome<WrittenTenantUser>> ChangeAsync(
        Tenant tenant, string accountId, string id, Func<StoredTenantUser, StoredTenantUser> change, RequestContext context,
        CancellationToken cancellationToken)
    {
        var result = await users.ChangeAsync(tenant.Alias, accountId, id, change, context.Now, cancellationToken);
        if (result != TenantUserResult.Written)
            return new WrittenTenantUser(result, null, IsNew: false);
        var written = await FoundAsync(tenant, accountId, id, isNew: false, cancellationToken);
        await audit.WriteAsync(context, AuditTypes.ProfileChanged, written.User?.UserId);
        return written;
    }

    private async Task<WrittenTenantUser> FoundAsync(
        Tenant tenant, string accountId, string id, bool isNew, CancellationToken cancellationToken) =>
        await users.FindAsync(tenant.Alias, accountId, id, cancellationToken) is { } user
            ? new WrittenTenantUser(TenantUserResult.Written, user, isNew)
            : new WrittenTenantUser(TenantUserResult.Unknown, null, isNew);
}
