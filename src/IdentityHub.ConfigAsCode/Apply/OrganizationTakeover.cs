using System.Text.Json;
using IdentityHub.Storage;

namespace IdentityHub.ConfigAsCode;

/// <summary>
/// Organizations that the administration API made and that files name. Who made one chose its members: where there are any, they would have
/// their rights in what somebody else defines under the same name. So it is taken over by those only who say so. Decision 0042.
/// </summary>
internal static class OrganizationTakeover
{
    private const string UsesSql =
        """
        SELECT CASE WHEN EXISTS (SELECT 1 FROM memberships WHERE organization_id = $1)
            OR EXISTS (SELECT 1 FROM users WHERE organization_id = $1)
            OR EXISTS (SELECT 1 FROM organizations WHERE parent_id = $1)
            OR EXISTS (SELECT 1 FROM api_keys WHERE organization_id = $1 AND revoked_at IS NULL) THEN 1 ELSE 0 END AS is_used
        """;

    private static readonly string[] Places = ["organization", "scim_organization"];

    /// <summary>Why a plan takes over an organization that is in use, a sentence each; empty where it takes none, or says so.</summary>
    /// <param name="confirmed">Names of organizations that may be taken over.</param>
    public static async Task<IReadOnlyList<string>> RefusalsOfAsync(
        ConfigPlan plan, IReadOnlyList<ConfigRow> rows, IReadOnlyCollection<string> confirmed, SqlTransaction transaction,
        CancellationToken cancellationToken)
    {
        var made = rows.Where(row => row.Kind == ConfigKind.Organizations && row.Source is null).Select(row => row.Name).ToHashSet();
        var named = plan.Writes.Select(written => (written.Kind, written.Name, written.Definition.Source))
            .Concat(plan.Moves.Select(moved => (moved.Kind, moved.Name, moved.Source)))
            .Where(one => one.Kind == ConfigKind.Organizations && one.Source is not null && made.Contains(one.Name)
                && !confirmed.Contains(one.Name));
        var refusals = new List<string>();
        foreach (var (_, name, source) in named)
        {
            var used = await transaction.Call(UsesSql).With(name).ListAsync(static row => row.Long(), cancellationToken);
            if (used[0] > 0 || rows.Any(row => row.Source is null && IsOf(row, name)))
                refusals.Add(
                    $"The organization '{name}' ({source}) was made by the administration API and has members, users, keys, clients or "
                        + "organizations below it, which would keep their rights. Nothing was changed. Look who they are, then: "
                        + $"hub config apply --take-over {name}");
        }

        return refusals;
    }

    // A key or a client whose rights hold in the organization.
    private static bool IsOf(ConfigRow row, string organization)
    {
        if (row.Kind is not (ConfigKind.ApiKeys or ConfigKind.Clients))
            return false;
        try
        {
            using var document = JsonDocument.Parse(row.Document);
            return Places.Any(place => document.RootElement.TryGetProperty(place, out var value) && value.ValueEquals(organization));
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
