using IdentityHub.ConfigAsCode;
using IdentityHub.Storage;

namespace IdentityHub.Cli.Users;

/// <summary>An attribute and a value, as users are found by them.</summary>
internal sealed record SearchedAttribute(string Name, string Value)
{
    /// <summary>Reads <c>name=value</c>.</summary>
    /// <param name="typed">Null or empty for none.</param>
    /// <exception cref="CommandException">There is no such attribute, it is not searchable, or never has such a value.</exception>
    public static async Task<SearchedAttribute?> ReadAsync(HubDatabase database, string? typed, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(typed))
            return null;
        var (definition, text) = TypedAttribute.Read(await new AppliedAttributes(database).ReadAsync(cancellationToken), typed);
        if (!definition.Searchable)
            throw new CommandException(
                $"The attribute '{definition.Name}' is not searchable: set 'searchable: true' in the configuration files "
                    + "(hub config apply).");
        var (change, fault) = AttributeValues.Read(definition, [text]);
        return change is null
            ? throw new CommandException($"The attribute '{definition.Name}' {fault}.")
            : new(definition.Name, change.Values[0]);
    }
}
