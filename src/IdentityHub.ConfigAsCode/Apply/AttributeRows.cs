using IdentityHub.Storage;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.ConfigAsCode;

/// <summary>Brings the values that users have to what the files say of their attributes.</summary>
internal sealed class AttributeRows(HubDbContext context)
{
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

    /// <summary>Nothing reads the values any more. They stay, for the case that the definition comes back.</summary>
    public Task FreeAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) =>
        names.Count == 0
            ? Task.CompletedTask
            : context.UserAttributes.Where(attribute => names.Contains(attribute.Name)).ExecuteUpdateAsync(
                row => row.SetProperty(one => one.IsUnique, false).SetProperty(one => one.IsSearchable, false), cancellationToken);
}
