namespace IdentityHub.ConfigAsCode;

/// <summary>Attributes of the users of the files: defined, possible, required ones there, and no unique value twice.</summary>
internal sealed class UserAttributeValueRules(RuleContext context)
{
    private const string Key = "attributes";
    private readonly Dictionary<(string Name, string Value), UserDefinition> _unique = [];

    // Of two definitions of one name the other rules say so.
    private readonly Dictionary<string, UserAttributeDefinition> _definitions = context.Document.UserAttributes
        .Where(one => one.Name is not null)
        .GroupBy(one => one.Name, StringComparer.Ordinal)
        .ToDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal);

    public void Check(UserDefinition user)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < user.Attributes.Count; i++)
        {
            if (user.Attributes[i].Name is not { } name)
                continue;
            if (!names.Add(name))
                context.Refuse(user, $"the user has the attribute '{name}' twice", Key, i, "name");
            else if (!_definitions.TryGetValue(name, out var definition))
                context.RequireKnown(user, "attribute", "user_attributes", name, _definitions.Keys.ToHashSet(), Key, i, "name");
            else
                CheckValue(user, definition, i);
        }

        foreach (var missing in _definitions.Values.Where(one => one.Required && !names.Contains(one.Name)))
            context.Refuse(user, $"'{missing.Name}' is missing; it is required", Key);
    }

    private void CheckValue(UserDefinition user, UserAttributeDefinition definition, int index)
    {
        if (user.Attributes[index].Value is not { } value || context.IsRefused(definition, "type"))
            return;
        var (change, fault) = AttributeValues.Read(definition, value.Element);
        if (fault is not null)
            context.Refuse(user, fault, Key, index, "value");
        foreach (var text in change is { IsUnique: true } ? change.Values : [])
        {
            if (!_unique.TryAdd((definition.Name, text), user))
                context.Refuse(
                    user, $"is already used at {context.PlaceOf(_unique[(definition.Name, text)])}; it must be unique", Key, index,
                    "value");
        }
    }
}
