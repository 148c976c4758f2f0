using System.Text.Json.Nodes;

namespace IdentityHub.Protocol.Scim;

/// <summary>What becomes of the members of a group.</summary>
/// <param name="Verb">Replace: these and no others are members.</param>
/// <param name="Users">Ids of users, as they were sent.</param>
public sealed record MemberEdit(PatchVerb Verb, IReadOnlyList<string> Users);

/// <summary>
/// What a PUT or PATCH changes of a group. Members are edits and not a list, so that a group with many members is not read for one.
/// </summary>
public sealed class GroupChange
{
    private readonly List<MemberEdit> _members = [];

    /// <summary>The name that the group is to have; null where the request names none.</summary>
    public string? DisplayName { get; private set; }

    /// <summary>True where the request sets or removes <see cref="ExternalId"/>.</summary>
    public bool SetsExternalId { get; private set; }

    /// <summary>Null: it is removed.</summary>
    public string? ExternalId { get; private set; }

    /// <summary>In the order of the request.</summary>
    public IReadOnlyList<MemberEdit> Members => _members;

    /// <summary>The change of a PUT, or the group of a POST, as <see cref="ResourceReader"/> has read it.</summary>
    /// <param name="members">
    /// What becomes of the members: <c>Add</c> of a POST, which takes the role from no user; <c>Replace</c> of a PUT that names members;
    /// null of one that does not.
    /// </param>
    public static GroupChange OfResource(JsonObject resource, PatchVerb? members)
    {
        var change = new GroupChange
        {
            DisplayName = resource["displayName"]?.GetValue<string>(),
            SetsExternalId = true,
            ExternalId = resource["externalId"]?.GetValue<string>(),
        };
        if (members is { } verb)
            change._members.Add(new MemberEdit(verb, Ids(resource["members"])));
        return change;
    }

    /// <summary>The change of a PATCH.</summary>
    /// <param name="id">Of the group: Okta sends it along.</param>
    public static Outcome<GroupChange> OfPatch(IReadOnlyList<PatchOperation> operations, string id)
    {
        var change = new GroupChange();
        foreach (var operation in operations)
        {
            if (change.Read(operation, id) is { } refusal)
                return refusal;
        }

        return change;
    }

    private Refusal? Read(PatchOperation operation, string id)
    {
        var path = operation.Path!;
        var schema = DirectorySchemas.Group;
        if (path.Attribute.Schema is { } urn && !urn.Equals(schema.Id, StringComparison.OrdinalIgnoreCase))
            return ScimRefusals.Path($"There is no schema '{ScimRefusals.Shown(urn)}'.");
        if (schema.Find(path.Attribute.Name) is not { } attribute)
            return ScimRefusals.Path($"There is no attribute '{ScimRefusals.Shown(path.Attribute.Name)}'.");
        if (attribute.Name == "members")
            return ReadMembers(operation, attribute);
        if (path is not { Filter: null, Sub: null })
            return ScimRefusals.Path($"'{attribute.Name}' has no values to choose from.");
        if (attribute.Mutability == AttributeMutability.ReadOnly)
            return attribute.Name == "schemas" || (attribute.Name == "id" && operation.Value?.ToString() == id)
                ? null
                : ScimRefusals.Mutability($"'{attribute.Name}' is read-only.");
        return ReadText(operation, attribute);
    }

    private Refusal? ReadText(PatchOperation operation, AttributeDefinition attribute)
    {
        var read = ScimValues.Read(attribute, operation.Verb == PatchVerb.Remove ? null : operation.Value);
        if (!read.Succeeded)
            return read.Error;
        var text = read.Value.Node?.GetValue<string>();
        if (text is null && operation.Verb == PatchVerb.Add)
            return null;
        if (attribute.Name == "displayName")
        {
            DisplayName = text;
            return text is null ? ScimRefusals.Mutability("'displayName' is required and cannot be removed.") : null;
        }

        (SetsExternalId, ExternalId) = (true, text);
        return null;
    }

    private Refusal? ReadMembers(PatchOperation operation, AttributeDefinition attribute)
    {
        if (operation.Path!.Sub is not null)
            return ScimRefusals.Path("Members are added and removed as a whole.");
        if (operation.Path.Filter is { } filter)
        {
            var chosen = new List<string>();
            if (operation.Verb != PatchVerb.Remove || !TryRead(filter, chosen))
                return ScimRefusals.Path("A path that chooses members is like members[value eq \"id\"], and removes them.");
            _members.Add(new MemberEdit(PatchVerb.Remove, chosen));
            return null;
        }

        var read = ScimValues.Read(attribute, operation.Value);
        if (!read.Succeeded)
            return read.Error;

        // A remove without a value removes all. Entra ID names the members that it removes.
        var isAll = operation.Verb == PatchVerb.Remove && operation.Value is null;
        _members.Add(new MemberEdit(isAll ? PatchVerb.Replace : operation.Verb, Ids(read.Value.Node)));
        return null;
    }

    private static bool TryRead(FilterTree filter, List<string> ids)
    {
        switch (filter)
        {
            case FilterTree.Either(var left, var right):
                return TryRead(left, ids) && TryRead(right, ids);
            case FilterTree.Comparison
            {
                Operator: FilterOperator.Equal, Value: string id, Path: { Schema: null, Sub: null, Name: var name },
            } when name.Equals("value", StringComparison.OrdinalIgnoreCase):
                ids.Add(id);
                return true;
            default:
                return false;
        }
    }

    private static List<string> Ids(JsonNode? members) =>
        [.. (members as JsonArray)?.OfType<JsonObject>().Select(member => member["value"]?.GetValue<string>() ?? "") ?? []];
}
