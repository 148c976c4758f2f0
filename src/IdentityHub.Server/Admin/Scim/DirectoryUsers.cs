using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Scim;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.Directories;

namespace IdentityHub.Server.Admin.Scim;

/// <summary>The users of an organization, and of those below it, as resources.</summary>
internal sealed class DirectoryUsers(DirectoryUserStore store, DirectoryUserWrites writes) : IScimResources
{
    private static Refusal InFiles { get; } = Refusal.Of(
        RefusalKind.Conflict, "The user stands in the configuration files of the installation, and is changed there.",
        Reasons.ScimUserInFiles);

    public string Name => "Users";

    public async Task<Outcome<ScimResult>> CreateAsync(ScimCall call, JsonElement body, Projection projection)
    {
        var resource = ResourceReader.Read(body, DirectorySchemas.User);
        if (!resource.Succeeded)
            return resource.Error;
        var made = await writes.CreateAsync(call, resource.Value);
        return made.Succeeded ? ResultOf(call, made.Value, StatusCodes.Status201Created, projection) : made.Error;
    }

    public async Task<Outcome<ScimResult>> FindAsync(ScimCall call, string id, Projection projection)
    {
        var entry = await EntryAsync(call, id);
        return entry is null ? DirectoryUserWrites.Unknown : ResultOf(call, entry, StatusCodes.Status200OK, projection);
    }

    public async Task<Outcome<JsonObject>> ListAsync(ScimCall call, ScimQuery query)
    {
        var planned = UserFilter.PlanOf(query.Filter);
        if (!planned.Succeeded)
            return planned.Error;
        if (planned.Value.Candidates is { } candidates)
            return await ListAsync(call, query, candidates);

        var organization = call.Caller.OrganizationId;
        var total = await store.CountAsync(organization, planned.Value.IsActive, call.Cancelled);
        var page = query.Count == 0
            ? []
            : await store.PageAsync(organization, planned.Value.IsActive, query.Count, query.StartIndex - 1, call.Cancelled);
        return ScimAnswers.List(total, query.StartIndex, [.. page.Select(entry => Shown(call, entry, query.Projection))]);
    }

    public Task<Outcome<ScimResult>> ReplaceAsync(ScimCall call, string id, JsonElement body, Projection projection) =>
        ChangeAsync(call, id, entry => Replaced(call, entry, body), projection);

    public async Task<Outcome<ScimResult>> PatchAsync(ScimCall call, string id, JsonElement body, Projection projection)
    {
        var operations = PatchReader.Read(body);
        if (!operations.Succeeded)
            return operations.Error;
        return await ChangeAsync(call, id, Patched, projection);

        Outcome<JsonObject> Patched(DirectoryEntry entry)
        {
            var resource = UserResource.Of(entry, call.BaseUrl);
            return new ResourcePatch(DirectorySchemas.User, resource).Apply(operations.Value) is { } refusal ? refusal : resource;
        }
    }

    public async Task<Outcome<ScimResult>> DeleteAsync(ScimCall call, string id)
    {
        if (await EntryAsync(call, id) is not { } entry)
            return DirectoryUserWrites.Unknown;
        if (await store.IsInFilesAsync(entry.Id, call.Cancelled))
            return InFiles;
        return await writes.EraseAsync(call, entry.Id) is { } refusal
            ? refusal
            : new ScimResult(StatusCodes.Status204NoContent, null, null, null);
    }

    private async Task<Outcome<ScimResult>> ChangeAsync(
        ScimCall call, string id, Func<DirectoryEntry, Outcome<JsonObject>> resourceOf, Projection projection)
    {
        if (await EntryAsync(call, id) is not { } entry)
            return DirectoryUserWrites.Unknown;
        if (await store.IsInFilesAsync(entry.Id, call.Cancelled))
            return InFiles;
        var changed = await writes.ChangeAsync(call, entry, resourceOf);
        return changed.Succeeded ? ResultOf(call, changed.Value, StatusCodes.Status200OK, projection) : changed.Error;
    }

    // Each look-up finds one user at most, in the spelling that counts as the same; what else the filter asks is looked at here.
    private async Task<Outcome<JsonObject>> ListAsync(ScimCall call, ScimQuery query, IReadOnlyList<UserCandidate> candidates)
    {
        var found = new Dictionary<Guid, JsonObject>();
        foreach (var candidate in candidates)
        {
            if (await store.FindAsync(call.Caller.OrganizationId, candidate.Key, candidate.Value, call.Cancelled) is { } entry
                && UserResource.Of(entry, call.BaseUrl) is var resource
                && (query.Filter is FilterTree.Comparison || FilterMatch.Matches(query.Filter!, resource, DirectorySchemas.User)))
                found[entry.Id] = resource;
        }

        var page = found.OrderBy(pair => pair.Key).Select(pair => pair.Value).Skip(query.StartIndex - 1).Take(query.Count);
        return ScimAnswers.List(
            found.Count, query.StartIndex, [.. page.Select(resource => query.Projection.Apply(resource, DirectorySchemas.User))]);
    }

    // RFC 7644 §3.5.1 lets the server keep what the body does not name: what the user has said and proven themselves.
    private static Outcome<JsonObject> Replaced(ScimCall call, DirectoryEntry entry, JsonElement body)
    {
        var read = ResourceReader.Read(body, DirectorySchemas.User);
        if (!read.Succeeded)
            return read;
        var stored = UserResource.Of(entry, call.BaseUrl);
        foreach (var name in entry.PhoneNumberConfirmed ? ["phoneNumbers", "preferredLanguage"] : new[] { "preferredLanguage" })
        {
            if (!ResourceReader.Names(body, name) && stored[name] is { } kept)
                read.Value[name] = kept.DeepClone();
        }

        return read;
    }

    private Task<DirectoryEntry?> EntryAsync(ScimCall call, string id) =>
        store.FindAsync(call.Caller.OrganizationId, DirectoryKey.Id, id, call.Cancelled);

    private static ScimResult ResultOf(ScimCall call, DirectoryEntry entry, int status, Projection projection)
    {
        var resource = UserResource.Of(entry, call.BaseUrl);
        var version = UserResource.VersionIn(resource);
        return new ScimResult(
            status, projection.Apply(resource, DirectorySchemas.User), UserResource.LocationOf(entry.Id, call.BaseUrl), version);
    }

    private static JsonObject Shown(ScimCall call, DirectoryEntry entry, Projection projection) =>
        projection.Apply(UserResource.Of(entry, call.BaseUrl), DirectorySchemas.User);
}
