using IdentityHub.Cli.Output;
using IdentityHub.ConfigAsCode;
using IdentityHub.Storage.UserAttributes;

namespace IdentityHub.Cli.Users;

/// <summary>Reads attributes as they are typed: <c>name=value</c>.</summary>
internal static class TypedAttribute
{
    /// <exception cref="CommandException">It has another form, or there is no such attribute.</exception>
    public static (UserAttributeDefinition Definition, string Value) Read(AttributeSchema schema, string typed)
    {
        var at = typed.IndexOf('=', StringComparison.Ordinal);
        if (at < 1)
            throw new CommandException($"'{PlainText.Of(typed)}' is no attribute: it must be like name=value.");
        return (Find(schema, typed[..at]), typed[(at + 1)..]);
    }

    /// <summary>Reads those of a new user; a list gets each of its values by itself.</summary>
    /// <exception cref="CommandException">
    /// One has another form, there is no such attribute, the value is not possible, or a required attribute is missing.
    /// </exception>
    public static IReadOnlyList<AttributeChange> ReadOfNew(AttributeSchema schema, IReadOnlyList<string> typed)
    {
        var given = typed.Select(text => Read(schema, text)).GroupBy(one => one.Definition, one => one.Value).ToList();
        var missing = schema.All.Where(one => one.Required && given.TrueForAll(same => same.Key.Name != one.Name)).ToList();
        return missing.Count == 0
            ? [.. given.Select(same => ChangeOf(same.Key, [.. same]))]
            : throw new CommandException(
                $"A user must have the attribute{(missing.Count == 1 ? "" : "s")} {string.Join(", ", missing.Select(one => one.Name))}: "
                    + "give each with --attribute name=value.");
    }

    /// <summary>What the values make of an attribute.</summary>
    /// <exception cref="CommandException">A value is not possible.</exception>
    public static AttributeChange ChangeOf(UserAttributeDefinition definition, IReadOnlyList<string> values)
    {
        var (change, fault) = AttributeValues.Read(definition, values);
        return change ?? throw new CommandException($"The attribute '{definition.Name}' {fault}.");
    }

    /// <exception cref="CommandException">There is no such attribute.</exception>
    public static UserAttributeDefinition Find(AttributeSchema schema, string name) =>
        schema.Find(name) ?? throw new CommandException(
            $"There is no user attribute '{PlainText.Of(name)}'"
            + (schema.All.Count == 0
                ? "; attributes are defined in the configuration files (hub config apply)."
                : $"; these there are: {string.Join(", ", schema.All.Select(one => one.Name))}."));
}
