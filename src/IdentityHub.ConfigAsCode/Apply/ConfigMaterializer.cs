using IdentityHub.Storage;

namespace IdentityHub.ConfigAsCode;

/// <summary>Carries what the files say of organizations, roles and users over into the tables that the server works on.</summary>
internal sealed class ConfigMaterializer(HubDbContext context, UserPasswords passwords, DateTimeOffset now)
{
    /// <summary>Why it cannot be done, a sentence each; empty when it was. The caller's transaction decides whether it stays.</summary>
    public async Task<IReadOnlyList<string>> ApplyAsync(ConfigPlan plan, CancellationToken cancellationToken)
    {
        var users = new UserRows(context, passwords, now);
        var organizations = new OrganizationRows(context, now);
        var roles = new RoleRows(context);
        var attributes = new AttributeRows(context);

        // Users come after what they refer to, and roles and organizations go last for the same reason.
        await organizations.WriteAsync(plan, cancellationToken);
        await roles.WriteAsync(plan, cancellationToken);
        var refusals = await users.WriteAsync(plan, cancellationToken);
        if (refusals.Count == 0)
            refusals = await attributes.WriteOfUsersAsync(plan, cancellationToken);
        refusals = [.. refusals, .. await attributes.WriteAsync(plan, cancellationToken)];
        if (refusals.Count > 0)
            return refusals;

        await new TenantRows(context, now).EndSessionsAsync(plan, cancellationToken);
        await attributes.FreeAsync(NamesOf(plan.Deletes, ConfigKind.UserAttributes), cancellationToken);
        await roles.DeleteAsync(NamesOf(plan.Deletes, ConfigKind.Roles), cancellationToken);
        return await organizations.DeleteAsync(NamesOf(plan.Deletes, ConfigKind.Organizations), cancellationToken);
    }

    private static List<string> NamesOf(IEnumerable<ConfigChange> changes, string kind) =>
        [.. changes.Where(change => change.Kind == kind).Select(change => change.Name)];
}
