using System.Text.Json;
using IdentityHub.Storage;
using IdentityHub.Storage.Organizations;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.ConfigAsCode;

/// <summary>The files' part of the table of organizations.</summary>
internal sealed class OrganizationRows(HubDbContext context, DateTimeOffset now)
{
    /// <summary>Writes all organizations when one of them changed: disabling one disables those below it.</summary>
    public async Task WriteAsync(ConfigPlan plan, CancellationToken cancellationToken)
    {
        if (!plan.Writes.Any(written => written.Definition is OrganizationDefinition))
            return;

        var definitions = await ReadAsync(plan, cancellationToken);
        var rows = await context.Organizations.ToDictionaryAsync(row => row.Id, cancellationToken);
        foreach (var definition in definitions.Values)
        {
            if (!rows.TryGetValue(definition.Id, out var row))
                context.Add(row = new Organization { Id = definition.Id, Name = definition.Name });
            row.Name = definition.Name;
            row.ParentId = definition.Parent;
            row.DisabledAt = IsEnabled(definition, definitions) ? null : row.DisabledAt ?? now;
        }

        await context.SaveChangesAsync(cancellationToken);
    }

    /// <returns>Why it cannot be done, a sentence for each organization that is still needed.</returns>
    public async Task<IReadOnlyList<string>> DeleteAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
            return [];

        var withUsers = await context.Users.Where(user => user.OrganizationId != null && ids.Contains(user.OrganizationId))
            .Select(user => user.OrganizationId!).Distinct().ToListAsync(cancellationToken);
        var withChildren = await context.Organizations
            .Where(row => row.ParentId != null && ids.Contains(row.ParentId) && !ids.Contains(row.Id))
            .Select(row => row.ParentId!).Distinct().ToListAsync(cancellationToken);
        if (withUsers.Count + withChildren.Count > 0)
        {
            return
            [
                .. withUsers.Select(id => $"Organization '{id}' has users; move them first, or set enabled: false."),
                .. withChildren.Select(id => $"Organization '{id}' has organizations below it that are not in the files; move them first."),
            ];
        }

        context.Organizations.RemoveRange(await context.Organizations.Where(row => ids.Contains(row.Id)).ToListAsync(cancellationToken));
        await context.SaveChangesAsync(cancellationToken);
        return [];
    }

    // Those that are stored, as they are after the plan.
    private async Task<Dictionary<string, OrganizationDefinition>> ReadAsync(ConfigPlan plan, CancellationToken cancellationToken)
    {
        var documents = await context
            .ConfigObjects.Where(row => row.Kind == ConfigKind.Organizations)
            .Select(row => row.Document)
            .ToListAsync(cancellationToken);
        var definitions = documents.Select(document => JsonSerializer.Deserialize(document, ConfigJson.Default.OrganizationDefinition)!)
            .ToDictionary(definition => definition.Id);
        foreach (var gone in plan.Deletes.Where(change => change.Kind == ConfigKind.Organizations))
            definitions.Remove(gone.Name);
        foreach (var written in plan.Writes.Select(written => written.Definition).OfType<OrganizationDefinition>())
            definitions[written.Id] = written;
        return definitions;
    }

    // Circles were refused when the files were read.
    private static bool IsEnabled(OrganizationDefinition? definition, Dictionary<string, OrganizationDefinition> definitions)
    {
        for (; definition is not null; definition = definition.Parent is null ? null : definitions.GetValueOrDefault(definition.Parent))
        {
            if (!definition.Enabled)
                return false;
        }

        return true;
    }
}
