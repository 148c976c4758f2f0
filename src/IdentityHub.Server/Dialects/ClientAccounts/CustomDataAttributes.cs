using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Storage.UserAttributes;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary>What a body says in <c>custom_data</c>, apart: attributes that the configuration defines, and the rest.</summary>
/// <param name="Rest">What stays with the application: null where the body has no <c>custom_data</c>, JSON <c>null</c> to clear it.</param>
internal sealed record SplitCustomData(
    JsonElement? Rest, IReadOnlyList<AttributeChange> Attributes, IReadOnlyList<FieldFault> Faults);

/// <summary>
/// Members of <c>custom_data</c> that the configuration defines as attributes of users. They are checked, and are stored with the user; all
/// others are the application's own.
/// </summary>
internal static class CustomDataAttributes
{
    private const string Place = $"{FieldCheck.Root}.{Field}";

    private const string Field = "custom_data";

    /// <summary>Splits the data of a new account.</summary>
    /// <param name="data">Null where the body has none.</param>
    /// <param name="isStrict">True: a name that is not defined is a fault.</param>
    public static SplitCustomData OfNew(AttributeSchema schema, bool isStrict, JsonElement? data)
    {
        var members = data is { ValueKind: JsonValueKind.Object } given ? given : (JsonElement?)null;
        var (changes, faults) = Read(schema, isStrict, members);
        faults.AddRange(
            schema.All.Where(one => one.Required && MayWrite(one) && changes.TrueForAll(change => change.Name != one.Name))
                .Where(one => members?.TryGetProperty(one.Name, out _) != true)
                .Select(one => new FieldFault(false, $"{Place}.{one.Name}", one.Name, "is missing", IsKnown: false)));
        return new(members is null ? data : RestOf(schema, members.Value, []), changes, faults);
    }

    /// <summary>Splits a merge patch: <c>null</c> takes a member away, or all that the application may write.</summary>
    /// <inheritdoc cref="OfNew"/>
    public static SplitCustomData OfPatch(AttributeSchema schema, bool isStrict, JsonElement? data)
    {
        if (data is null || schema.All.Count == 0 && !isStrict)
            return new(data, [], []);
        if (data.Value.ValueKind != JsonValueKind.Object)
        {
            var cleared = schema.All.Where(one => MayWrite(one) && !one.Required)
                .Select(one => new AttributeChange(one.Name, [], one.Unique, one.Searchable));
            return new(data, [.. cleared], []);
        }

        var (changes, faults) = Read(schema, isStrict, data.Value);
        return new(RestOf(schema, data.Value, changes), changes, faults);
    }

    private static bool MayWrite(UserAttributeDefinition definition) => definition.WritableBy.Contains(AttributeParty.Application);

    private static (List<AttributeChange> Changes, List<FieldFault> Faults) Read(
        AttributeSchema schema, bool isStrict, JsonElement? data)
    {
        var (changes, faults) = (new List<AttributeChange>(), new List<FieldFault>());
        foreach (var member in data?.EnumerateObject() ?? default)
        {
            if (schema.Find(member.Name) is not { } definition)
            {
                if (isStrict)
                    Refuse(FieldCheck.Printable(member.Name), "is not known here");
            }
            else if (!MayWrite(definition))
            {
                Refuse(member.Name, "cannot be written by applications");
            }
            else if (AttributeValues.Read(definition, member.Value) is var (change, fault) && fault is not null)
            {
                Refuse(member.Name, fault);
            }
            else
            {
                changes.Add(change!);
            }
        }

        return (changes, faults);

        void Refuse(string name, string reason) =>
            faults.Add(new FieldFault(false, $"{Place}.{name}", name, reason, IsKnown: false));
    }

    // What is stored with the user is taken out of what an application stored under the same name before it was defined.
    private static JsonElement RestOf(AttributeSchema schema, JsonElement data, IReadOnlyList<AttributeChange> taken)
    {
        var rest = new JsonObject();
        foreach (var member in data.EnumerateObject().Where(member => schema.Find(member.Name) is null))
            rest[member.Name] = JsonNode.Parse(member.Value.GetRawText());
        foreach (var change in taken)
            rest[change.Name] = null;
        return JsonSerializer.SerializeToElement(rest);
    }
}
