using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Server.Admin.Api;

namespace IdentityHub.Server.Admin.Objects;

/// <summary>The operations that every kind of objects has.</summary>
internal sealed class ObjectOperations(ObjectAdministration objects)
{
    private const string Rules =
        "The keys and the rules are those of a configuration file. An object that a file owns is changed there: 409 with the file and the "
            + "line.";

    /// <summary>All of them of one kind.</summary>
    public IEnumerable<AdminOperation> Of(ObjectArea area)
    {
        var one = $"{area.Path}/{{{area.Parameter}}}";
        var plural = area.Noun.EndsWith('y') && !area.Noun.EndsWith("key", StringComparison.Ordinal)
            ? area.Noun[..^1] + "ies"
            : area.Noun + "s";
        if (!area.IsListedElsewhere)
        {
            yield return new("GET", area.Path, area.Area, $"adminList{area.Id}s", $"Lists {plural}")
            {
                Text = "In the order of their names.",
                Permission = area.ReadPermission,
                Query = [.. area.Filters.Select(filter => filter.Field)],
                IsPaged = true,
                Answer = ObjectView.FieldsOf(area, isChange: false),
                Handle = request => ListAsync(area, request),
            };
        }

        if (area.FixedNames.Count == 0)
        {
            yield return new("POST", area.Path, area.Area, $"adminCreate{area.Id}", $"Makes one of the {plural}")
            {
                Text = Rules,
                Permission = area.WritePermission,
                Body = ObjectView.BodyOf(area),
                IsCheckedByRules = true,
                Answer = ObjectView.FieldsOf(area, isChange: true),
                Success = StatusCodes.Status201Created,
                Handle = request => CreateAsync(area, request),
            };
        }

        yield return new("GET", one, area.Area, $"adminGet{area.Id}", $"Shows one of the {plural}")
        {
            Text = "In place of a secret stands `stored:ID`.",
            Permission = area.ReadPermission,
            Answer = ObjectView.FieldsOf(area, isChange: false),
            Handle = request => FindAsync(area, request),
        };
        yield return Write("PUT", "Replace", "Replaces", "A key that is left out has its default.", ObjectVerb.Replace);
        yield return Write(
            "PATCH", "Change", "Changes", "What is named changes, and `null` brings the default back. RFC 7396.", ObjectVerb.Patch);
        yield return new("DELETE", one, area.Area, $"adminDelete{area.Id}", $"Takes away one of the {plural}")
        {
            Text = "What others refer to stays: 409 names them.",
            Permission = area.WritePermission,
            Success = StatusCodes.Status204NoContent,
            Handle = request => ChangeAsync(area, request, ObjectVerb.Delete),
        };

        AdminOperation Write(string method, string id, string verb, string text, ObjectVerb change) =>
            new(method, one, area.Area, $"admin{id}{area.Id}", $"{verb} one of the {plural}")
            {
                Text = $"{text} {Rules}",
                Permission = area.WritePermission,
                Body = ObjectView.BodyOf(area),
                IsCheckedByRules = true,
                Answer = ObjectView.FieldsOf(area, isChange: true),
                Handle = request => ChangeAsync(area, request, change),
            };
    }

    /// <summary>The name in the path. A slash of it is written as %2F, which is still so here.</summary>
    public static string NameOf(ObjectArea area, AdminRequest request) =>
        request.Text(area.Parameter).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private async Task<Outcome<AdminAnswer>> ListAsync(ObjectArea area, AdminRequest request)
    {
        var filters = area.Filters
            .Select(filter => (filter.Matches, Value: request.Query[filter.Field.Name]))
            .Where(filter => filter.Value is not null)
            .ToList();
        var page = request.Page;
        var found = area.FixedNames.Count == 0
            ? await objects.ListAsync(area, request.Call, Passes, page.After ?? "", page.Limit + 1)
            : await FixedAsync(area, request, Passes);
        return page.AnswerOf(found, static one => one.Name, ObjectView.Of);

        bool Passes(AppliedObject one) => filters.TrueForAll(filter => filter.Matches(one, filter.Value!));
    }

    private async Task<IReadOnlyList<AppliedObject>> FixedAsync(ObjectArea area, AdminRequest request, Func<AppliedObject, bool> passes)
    {
        var found = new List<AppliedObject>();
        var after = request.Page.After ?? "";
        foreach (var name in area.FixedNames.Order(StringComparer.Ordinal).Where(name => string.CompareOrdinal(name, after) > 0))
        {
            if (await objects.FindAsync(area, request.Call, name) is { Succeeded: true, Value: var one } && passes(one))
                found.Add(one);
        }

        return found;
    }

    private async Task<Outcome<AdminAnswer>> FindAsync(ObjectArea area, AdminRequest request)
    {
        var found = await objects.FindAsync(area, request.Call, NameOf(area, request));
        return found.Succeeded ? ObjectView.AnswerOf(found.Value) : found.Error;
    }

    private Task<Outcome<AdminAnswer>> CreateAsync(ObjectArea area, AdminRequest request) =>
        objects.ChangeAsync(area, request.Call, new(ObjectVerb.Create, area.Kind, Name: null, request.Body));

    private Task<Outcome<AdminAnswer>> ChangeAsync(ObjectArea area, AdminRequest request, ObjectVerb verb) => objects.ChangeAsync(
        area, request.Call, new(verb, area.Kind, NameOf(area, request), verb == ObjectVerb.Delete ? null : request.Body));
}
