using IdentityHub.Cli.Output;
using IdentityHub.ConfigAsCode;

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

    /// <exception cref="CommandException">There is no such attribute.</exception>
    public static UserAttributeDefinition Find(AttributeSchema schema, string name) =>
        schema.Find(name) ?? throw new CommandException(
            $"There is no user attribute '{PlainText.Of(name)}'"
            + (schema.All.Count == 0
                ? "; attributes are defined in the configuration files (hub config apply)."
                : $"; these there are: {string.Join(", ", schema.All.Select(one => one.Name))}."));
}
