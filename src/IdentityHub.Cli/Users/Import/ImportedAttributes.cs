using IdentityHub.Cli.Output;
using IdentityHub.ConfigAsCode;
using IdentityHub.Storage;
using IdentityHub.Storage.UserAttributes;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Cli.Users.Import;

/// <summary>The attributes of the users of a batch: checked, and no unique value given twice.</summary>
internal sealed class ImportedAttributes(AttributeSchema schema)
{
    private readonly Dictionary<ImportedUser, IReadOnlyList<AttributeChange>> _changes = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<(string Name, string Value)> _taken = [];

    /// <summary>What is wrong with the attributes of a user, in sentences; null for nothing.</summary>
    public string? RefusalOf(ImportedUser user)
    {
        var (changes, faults) = (new List<AttributeChange>(), new List<string>());
        foreach (var (name, texts) in user.Attributes)
        {
            if (schema.Find(name) is not { } definition)
                faults.Add(
                    $"There is no user attribute '{PlainText.Of(name)}'; attributes are defined in the configuration files "
                        + "(hub config apply).");
            else if (AttributeValues.Read(definition, texts) is var (change, fault) && fault is not null)
                faults.Add($"The attribute '{name}' {fault}.");
            else
                changes.Add(change!);
        }

        faults.AddRange(
            schema.All.Where(one => one.Required && !user.Attributes.ContainsKey(one.Name))
                .Select(one => $"The attribute '{one.Name}' is missing."));
        _changes[user] = changes;
        return faults.Count == 0 ? null : string.Join(' ', faults);
    }

    /// <summary>Reads which of the unique values of these users others have.</summary>
    public async Task ReadTakenAsync(HubDbContext context, CancellationToken cancellationToken)
    {
        foreach (var same in _changes.Values.SelectMany(changes => changes).Where(change => change.IsUnique)
                     .GroupBy(change => change.Name, StringComparer.Ordinal))
        {
            string[] values = [.. same.SelectMany(change => change.Values)];
            var taken = await context.UserAttributes
                .Where(row => row.IsUnique && row.Name == same.Key && values.Contains(row.Value))
                .Select(row => row.Value)
                .ToListAsync(cancellationToken);
            _taken.UnionWith(taken.Select(value => (same.Key, value)));
        }
    }

    /// <summary>A unique value of the user that another one has, in a sentence; null for none.</summary>
    public string? TakenBy(ImportedUser user) =>
        UniqueValuesOf(user).FirstOrDefault(_taken.Contains) is { Name: not null } taken
            ? $"The value '{PlainText.Of(taken.Value)}' of the attribute '{taken.Name}' belongs to another user."
            : null;

    /// <summary>Adds the rows of a user to the context; nothing is saved yet.</summary>
    public void Add(HubDbContext context, ImportedUser user)
    {
        _taken.UnionWith(UniqueValuesOf(user));
        context.UserAttributes.AddRange(_changes[user].SelectMany(change => change.RowsOf(user.Described.Id)));
    }

    private IEnumerable<(string Name, string Value)> UniqueValuesOf(ImportedUser user) =>
        _changes[user].Where(change => change.IsUnique).SelectMany(change => change.Values, (change, value) => (change.Name, value));
}
