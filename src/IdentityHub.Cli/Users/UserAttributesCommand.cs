using System.CommandLine;
using IdentityHub.Cli.Changes;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;
using IdentityHub.Storage.UserAttributes;

namespace IdentityHub.Cli.Users;

/// <summary><c>hub users attributes</c>: shows and changes attributes of a user that the configuration defines.</summary>
internal static class UserAttributesCommand
{
    private const string Description =
        """
        Shows the attributes of a user that the configuration defines under user_attributes, and changes those that are named. A list gets
        all its values at once. Writes the audit row profile.changed.

        Examples:
          hub users attributes alice
          hub users attributes alice employee_number=4711 languages=de languages=fr
          hub users attributes alice --remove employee_number
        """;

    private const string Changed = "profile.changed";
    private static readonly Argument<string> User = NamedUser.NewArgument();

    private static readonly Argument<string[]> Values = new("ATTRIBUTE")
    {
        Description = "name=value",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string[]> Remove = new("--remove")
    {
        Description = "An attribute to take away.",
        HelpName = "name",
    };

    public static Command Create()
    {
        var command = new Command("attributes", Description)
        {
            User,
            Values,
            Remove,
            OutputOptions.Json,
            SettingsOptions.ConnectionString,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var schema = await new AppliedAttributes(database).ReadAsync(cancellationToken);
        var changes = ChangesOf(schema, parsed.GetValue(Values) ?? [], parsed.GetValue(Remove) ?? []);
        var user = await NamedUser.FindAsync(database, parsed.GetRequiredValue(User), mayBeGone: false, cancellationToken);
        if (changes.Count > 0)
        {
            var names = string.Join(", ", changes.Select(change => change.Name));
            var changed = await new UserAttributeStore(database).TryChangeAsync(
                user, changes, TimeProvider.System.GetUtcNow(), cancellationToken,
                transaction => AuditedChange.WriteAsync(
                    transaction, Changed, user, null, $"attributes changed by hub users attributes: {names}", cancellationToken));
            if (changed.IsGone)
                throw new CommandException("The account of the user is erased. Nothing has changed.");
            if (changed.Taken is { } taken)
                throw new CommandException($"The value of the attribute '{taken}' belongs to another user. Nothing has changed.");
        }

        Show(new CommandOutput(parsed), schema.Of(await new UserAttributeStore(database).FindAsync(user, cancellationToken), party: null));
        return ExitCode.Done;
    }

    private static List<AttributeChange> ChangesOf(AttributeSchema schema, string[] typed, string[] removed)
    {
        var wanted = typed.Select(text => TypedAttribute.Read(schema, text))
            .GroupBy(one => one.Definition, one => one.Value)
            .Select(same => (Definition: same.Key, Values: same.ToList()))
            .Concat(removed.Select(name => (Definition: TypedAttribute.Find(schema, name), Values: new List<string>())))
            .ToList();
        if (wanted.GroupBy(one => one.Definition.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } both)
            throw new CommandException($"The attribute '{both.Key}' is to be changed and removed: name it once.");
        return [.. wanted.Select(one => TypedAttribute.ChangeOf(one.Definition, one.Values))];
    }

    private static void Show(CommandOutput output, IReadOnlyList<KeyValuePair<string, object>> attributes)
    {
        if (output.IsJson)
        {
            output.WriteJson(attributes.ToDictionary(StringComparer.Ordinal));
            return;
        }

        if (attributes.Count == 0)
            output.WriteLine("The user has no attributes.");
        var width = attributes.Select(attribute => attribute.Key.Length + 2).DefaultIfEmpty(0).Max();
        foreach (var (name, value) in attributes)
            output.WriteField(name, AttributeText.Of(value), width);
    }
}
