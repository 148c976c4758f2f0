namespace IdentityHub.ConfigAsCode;

/// <summary>Attributes that users can have: keys that fit together, and no name of a built-in attribute.</summary>
internal static class UserAttributeRules
{
    public static void Check(RuleContext context)
    {
        foreach (var attribute in context.Document.UserAttributes)
        {
            if (attribute.Name is { } name && ClaimAttributes.All.ContainsKey(name))
                context.Refuse(attribute, $"'{name}' is a built-in attribute; choose another name", "name");
            if (!context.IsRefused(attribute, "type"))
                CheckType(attribute, context);
            foreach (var (party, i) in attribute.WritableBy.Select((party, i) => (party, i)))
            {
                if (!attribute.ReadableBy.Contains(party))
                    context.Refuse(attribute, "cannot write what it cannot read; add it to readable_by", "writable_by", i);
            }

            if (attribute.List && attribute.ReadableBy.Contains(AttributeParty.Application))
                context.Refuse(attribute, "has no effect on application: custom_data holds no lists", "list");
        }
    }

    private static void CheckType(UserAttributeDefinition attribute, RuleContext context)
    {
        var isEnum = attribute.Type == AttributeType.Enum;
        if (isEnum && attribute.Values.Count == 0)
            context.Refuse(attribute, "is missing; an enum has values", "values");
        else if (!isEnum && attribute.Values.Count > 0)
            context.Refuse(attribute, "has no effect; only an enum has values", "values");
        for (var i = 0; i < attribute.Values.Count; i++)
        {
            var value = attribute.Values[i];
            if (string.IsNullOrWhiteSpace(value) || value.Length > attribute.MaxLength || value.Any(char.IsControl))
                context.Refuse(attribute, $"must have 1 to {attribute.MaxLength} characters and no control characters", "values", i);
        }

        if (attribute is { Type: AttributeType.Boolean, Unique: true })
            context.Refuse(attribute, "would let two users have it; a boolean cannot be unique", "unique");
        if (attribute is { Type: AttributeType.Boolean, List: true })
            context.Refuse(attribute, "makes no sense of a boolean", "list");
    }
}
