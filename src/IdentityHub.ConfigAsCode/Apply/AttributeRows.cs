using System.Text.Json;
using IdentityHub.Storage;
using IdentityHub.Storage.UserAttributes;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.ConfigAsCode;

/// <summary>Brings the values that users have to what the files say of their attributes.</summary>
internal sealed class AttributeRows(HubDbContext context)
{
    /// <summary>
    /// Gives the users of the files the attributes that the files say, and takes away those that an earlier file said. Others stay.
    /// </summary>
    /// <returns>Why it cannot be done, a sentence each.</returns>
    public async Task<IReadOnlyList<string>> WriteOfUsersAsync(ConfigPlan plan, CancellationToken cancellationToken)
    {
        var refusals = new List<string>();
        var definitions = await ReadDefinitionsAsync(plan, cancellationToken);
        foreach (var user in plan.Writes.Select(written => written.Definition).OfType<UserDefinition>())
        {
            List<AttributeChange> changes =
                [.. user.Attributes.Select(one => AttributeValues.Read(definitions[one.Name], one.Value.Element).Change!)];
            string[] names = [.. changes.Select(change => change.Name).Concat(await EarlierNamesAsync(user, cancellationToken))];
            await context.UserAttributes
                .Where(row => row.UserId == user.Id && names.Contains(row.Name))
                .ExecuteDeleteAsync(cancellationToken);
            foreach (var change in changes.Where(change => change.IsUnique))
            {
                if (await context.UserAttributes.AnyAsync(
                        row => row.IsUnique && row.Name == change.Name && change.Values.Contains(row.Value), cancellationToken))
                    refusals.Add(
                        $"User '{user.UserName}' of the files has a value of the attribute '{change.Name}' that belongs to another user; "
                            + "change one of them.");
            }

            if (refusals.Count == 0)
                context.UserAttributes.AddRange(changes.SelectMany(change => change.RowsOf(user.Id)));
        }

        if (refusals.Count == 0)
            await context.SaveChangesAsync(cancellationToken);
        return refusals;
    }

    /// <summary>Brings what users have to what the files say of uniqueness and search.</summary>
    /// <returns>Why it cannot be done, a sentence each.</returns>
    public async Task<IReadOnlyList<string>> WriteAsync(ConfigPlan plan, CancellationToken cancellationToken)
    {
        var refusals = new List<string>();
        foreach (var definition in plan.Writes.Select(written => written.Definition).OfType<UserAttributeDefinition>())
        {
            var values = context.UserAttributes.Where(attribute => attribute.Name == definition.Name);
            if (definition.Unique && await values.GroupBy(one => one.Value).AnyAsync(same => same.Count() > 1, cancellationToken))
            {
                refusals.Add(
                    $"The user attribute '{definition.Name}' is to be unique, and several users have the same value: change their values "
                        + "first (hub users attributes).");
                continue;
            }

            await values.ExecuteUpdateAsync(
                row => row.SetProperty(one => one.IsUnique, definition.Unique)
                    .SetProperty(one => one.IsSearchable, definition.Searchable),
                cancellationToken);
        }

        return refusals;
    }

    // As they are after the plan.
    private async Task<Dictionary<string, UserAttributeDefinition>> ReadDefinitionsAsync(
        ConfigPlan plan, CancellationToken cancellationToken)
    {
        var documents = await context.ConfigObjects.Where(row => row.Kind == ConfigKind.UserAttributes)
            .Select(row => row.Document).ToListAsync(cancellationToken);
        var definitions = documents.Select(document => JsonSerializer.Deserialize(document, ConfigJson.Default.UserAttributeDefinition)!)
            .ToDictionary(definition => definition.Name, StringComparer.Ordinal);
        foreach (var written in plan.Writes.Select(written => written.Definition).OfType<UserAttributeDefinition>())
            definitions[written.Name] = written;
        return definitions;
    }

    private async Task<IEnumerable<string>> EarlierNamesAsync(UserDefinition user, CancellationToken cancellationToken)
    {
        var name = user.Id.ToString();
        var stored = await context.ConfigObjects.Where(row => row.Kind == ConfigKind.Users && row.Name == name)
            .Select(row => row.Document).SingleOrDefaultAsync(cancellationToken);
        if (stored is null)
            return [];
        using var document = JsonDocument.Parse(stored);
        return document.RootElement.TryGetProperty("attributes", out var attributes)
            ? [.. attributes.EnumerateArray().Select(one => one.GetProperty("name").GetString()!)]
            : [];
    }

    /// <summary>Nothing reads the values any more. They stay, for the case that the definition comes back.</summary>
    public Task FreeAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) =>
        names.Count == 0
            ? Task.CompletedTask
            : context.UserAttributes.Where(attribute => names.Contains(attribute.Name)).ExecuteUpdateAsync(
                row => row.SetProperty(one => one.IsUnique, false).SetProperty(one => one.IsSearchable, false), cancellationToken);
}
