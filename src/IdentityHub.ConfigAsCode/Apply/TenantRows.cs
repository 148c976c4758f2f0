using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.ConfigAsCode;

/// <summary>What follows from tenants of the files: the users of one that is switched off, or gone, are signed out everywhere.</summary>
internal sealed class TenantRows(HubDbContext context, DateTimeOffset now)
{
    /// <summary>
    /// Ends the sessions of the users of every tenant that is not to be there any more, and with them all that was issued in them.
    /// </summary>
    public async Task EndSessionsAsync(ConfigPlan plan, CancellationToken cancellationToken)
    {
        List<string> closed =
        [
            .. plan
                .Writes.Select(written => written.Definition)
                .OfType<TenantDefinition>()
                .Where(tenant => !tenant.Enabled)
                .Select(tenant => tenant.Alias),
            .. plan.Deletes.Where(gone => gone.Kind == ConfigKind.Tenants).Select(gone => gone.Name),
        ];
        if (closed.Count == 0)
            return;
        await context
            .Sessions.Where(session =>
                session.EndedAt == null && context.TenantUsers.Any(user => user.UserId == session.UserId && closed.Contains(user.Tenant)))
            .ExecuteUpdateAsync(
                session => session
                    .SetProperty(row => row.EndedAt, now)
                    .SetProperty(row => row.EndReason, SessionEndReasons.TenantDisabled),
                cancellationToken);
        await context
            .RefreshTokenFamilies.Where(family =>
                family.RevokedAt == null && context.TenantUsers.Any(user => user.UserId == family.UserId && closed.Contains(user.Tenant)))
            .ExecuteUpdateAsync(
                family => family
                    .SetProperty(row => row.RevokedAt, now)
                    .SetProperty(row => row.RevokeReason, SessionEndReasons.TenantDisabled),
                cancellationToken);
    }
}
