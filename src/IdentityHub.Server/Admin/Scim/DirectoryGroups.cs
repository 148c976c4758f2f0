using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Scim;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.Directories;

namespace IdentityHub.Server.Admin.Scim;

/// <summary>
/// The roles of the installation as groups of an organization: to be a member is to have the role there. A POST takes a role as a group, a
/// DELETE takes the role away from every member; the role itself stays. Decision 0043.
/// </summary>
internal sealed class DirectoryGroups(DirectoryGroupStore store) : IScimResources
{
    private static Refusal Unknown { get; } =
        Refusal.Of(RefusalKind.NotFound, "There is no group with this id.", Reasons.ScimResourceUnknown);

    private static GroupRefusals Refusals { get; } = new(
        static user => MemberEdits.Unknown(user.ToString()), ScimRefusals.Taken("Another group has the external id."),
        Refusal.Of(
            RefusalKind.Conflict, "A member stands in the configuration files of the installation, which say their roles.",
            Reasons.ScimUserInFiles),
        ScimRefusals.TooMany(
            $"One call gives a role to, or takes it from, at most {DirectoryGroupStore.MaxChanged} users: send the members in portions."),
        Refusal.TooManyRequests(Reasons.RateLimit, "too many changes of groups wait", TimeSpan.FromSeconds(1)));

    private static Refusal TooManyToShow { get; } = ScimRefusals.TooMany(
        $"The groups have more than {DirectoryGroupStore.MaxMembers} members: ask with excludedAttributes=members.");

    public string Name => "Groups";

    public async Task<Outcome<ScimResult>> CreateAsync(ScimCall call, JsonElement body, Projection projection)
    {
        var resource = ResourceReader.Read(body, DirectorySchemas.Group);
        if (!resource.Succeeded)
            return resource.Error;
        var name = resource.Value["displayName"]!.GetValue<string>();
        var roles = await store.ListAsync(call.Caller.OrganizationId, call.Cancelled);
        if (roles.Find(known => known.Name == name) is not { } role)
            return ScimRefusals.Value(
                $"There is no role '{ScimRefusals.Shown(name)}'. Groups are the roles of the installation: "
                + $"{string.Join(", ", roles.Take(50).Select(known => known.Name))}.");
        var changed = await WriteAsync(
            call, role.Id, GroupChange.OfResource(resource.Value, PatchVerb.Add),
            static current => current.AdoptedAt is null ? null : ScimRefusals.Taken("The group exists already."));
        return changed.Succeeded ? await ResultAsync(call, changed.Value, StatusCodes.Status201Created, projection) : changed.Error;
    }

    public async Task<Outcome<ScimResult>> FindAsync(ScimCall call, string id, Projection projection)
    {
        if (await RoleAsync(call, id) is not { } role)
            return Unknown;
        var result = await ResultAsync(call, role, StatusCodes.Status200OK, projection);
        return result.Body?["members"] is null && projection.Shows("members", DirectorySchemas.Group) ? TooManyToShow : result;
    }

    public async Task<Outcome<JsonObject>> ListAsync(ScimCall call, ScimQuery query)
    {
        if (query.Filter is not null && GroupFilter.RefusalOf(query.Filter) is { } refusal)
            return refusal;
        var roles = await store.ListAsync(call.Caller.OrganizationId, call.Cancelled);
        var asked = (await AskedMembersAsync(call, query.Filter))?.ToLookup(member => member.RoleId);
        var matching = roles
            .Where(role => query.Filter is null || FilterMatch.Matches(
                query.Filter, GroupResource.Of(role, [.. asked?[role.Id] ?? []], call.BaseUrl), DirectorySchemas.Group))
            .ToList();

        // Read once more where they are shown: a filter has looked at some members only.
        var (page, shows, count) = (new List<JsonObject>(), query.Projection.Shows("members", DirectorySchemas.Group), 0);
        foreach (var role in matching.Skip(query.StartIndex - 1).Take(query.Count))
        {
            var members = shows ? await store.MembersAsync(call.Caller.OrganizationId, role.Id, call.Cancelled) : null;
            count += members?.Count ?? 0;
            if (count > DirectoryGroupStore.MaxMembers)
                return TooManyToShow;
            page.Add(query.Projection.Apply(GroupResource.Of(role, members, call.BaseUrl), DirectorySchemas.Group));
        }

        return ScimAnswers.List(matching.Count, query.StartIndex, page);
    }

    public async Task<Outcome<ScimResult>> ReplaceAsync(ScimCall call, string id, JsonElement body, Projection projection)
    {
        var resource = ResourceReader.Read(body, DirectorySchemas.Group);
        if (!resource.Succeeded)
            return resource.Error;
        if (await RoleAsync(call, id) is not { } role)
            return Unknown;
        PatchVerb? members = ResourceReader.Names(body, "members") ? PatchVerb.Replace : null;
        var changed = await WriteAsync(call, role.Id, GroupChange.OfResource(resource.Value, members), static _ => null);
        return changed.Succeeded ? await ResultAsync(call, changed.Value, StatusCodes.Status200OK, projection) : changed.Error;
    }

    // 204: a group may have many members, and the caller knows what it has changed. RFC 7644 §3.5.2.
    public async Task<Outcome<ScimResult>> PatchAsync(ScimCall call, string id, JsonElement body, Projection projection)
    {
        var operations = PatchReader.Read(body);
        if (!operations.Succeeded)
            return operations.Error;
        if (await RoleAsync(call, id) is not { } role)
            return Unknown;
        var change = GroupChange.OfPatch(operations.Value, role.Id.ToString());
        if (!change.Succeeded)
            return change.Error;
        var changed = await WriteAsync(call, role.Id, change.Value, static _ => null);
        return changed.Succeeded
            ? new ScimResult(StatusCodes.Status204NoContent, null, GroupResource.LocationOf(role.Id, call.BaseUrl), null)
            : changed.Error;
    }

    public async Task<Outcome<ScimResult>> DeleteAsync(ScimCall call, string id)
    {
        if (await RoleAsync(call, id) is not { } role)
            return Unknown;
        var changed = await store.ChangeAsync(
            call.Caller.OrganizationId, role.Id, readsMembers: true,
            (current, members) => current is null ? Unknown
                : RefusalOf(call, current, members) is { } stale ? stale
                : members.Count > DirectoryGroupStore.MaxMembers ? Refusals.TooMany
                : members.Count > 0 && !call.Caller.MayGive(current) ? OutOfReach
                : new GroupWish(null, [], [.. members.Select(member => member.UserId)], IsDropped: true),
            Refusals, call.Context.Now,
            (transaction, added, removed) => DirectoryRecords.WriteAsync(transaction, role, added, removed, call), call.Cancelled);
        return changed.Succeeded ? new ScimResult(StatusCodes.Status204NoContent, null, null, null) : changed.Error;
    }

    private Task<Outcome<DirectoryRole>> WriteAsync(ScimCall call, Guid roleId, GroupChange change, Func<DirectoryRole, Refusal?> check)
    {
        DirectoryRole? current = null;
        return store.ChangeAsync(
            call.Caller.OrganizationId, roleId,
            call.Condition.Asks || change.Members.Any(edit => edit.Verb == PatchVerb.Replace),
            (role, members) =>
            {
                current = role;
                return role is null ? Unknown : check(role) is { } refusal ? refusal : Decide(call, role, members, change);
            },
            Refusals, call.Context.Now,
            (transaction, added, removed) => DirectoryRecords.WriteAsync(transaction, current!, added, removed, call), call.Cancelled);
    }

    private static Outcome<GroupWish> Decide(
        ScimCall call, DirectoryRole role, IReadOnlyList<DirectoryMember> members, GroupChange change)
    {
        if (RefusalOf(call, role, members) is { } stale)
            return stale;
        if (change.DisplayName is { } name && name != role.Name)
            return ScimRefusals.Mutability($"The group is the role '{role.Name}', which is renamed in the configuration only.");
        if (members.Count > DirectoryGroupStore.MaxMembers && change.Members.Any(edit => edit.Verb == PatchVerb.Replace))
            return Refusals.TooMany;
        var edited = new MemberEdits(members.Select(member => member.UserId));
        foreach (var edit in change.Members)
        {
            if (edited.Apply(edit) is { } refusal)
                return refusal;
        }

        if (edited.Adds.Count + edited.Removes.Count > 0 && !call.Caller.MayGive(role))
            return OutOfReach;
        return new GroupWish(
            change.SetsExternalId ? change.ExternalId : role.ExternalId, [.. edited.Adds], [.. edited.Removes], IsDropped: false);
    }

    private static Refusal OutOfReach { get; } = Refusal.Of(
        RefusalKind.Forbidden, "The role allows more than the API key does: the key may neither give it nor take it.",
        Reasons.ScimRoleOutOfReach);

    private static Refusal? RefusalOf(ScimCall call, DirectoryRole role, IReadOnlyList<DirectoryMember> members) =>
        call.Condition.RefusalOf(() => GroupResource.VersionOf(role, members, call.BaseUrl));

    private async Task<DirectoryRole?> RoleAsync(ScimCall call, string id) =>
        (await store.ListAsync(call.Caller.OrganizationId, call.Cancelled)).Find(role => role.Id.ToString() == id);

    // Entra ID asks whether a user is a member: id eq "…" and members eq "…".
    private async Task<List<DirectoryMember>?> AskedMembersAsync(ScimCall call, FilterTree? filter)
    {
        if (filter is null)
            return null;
        var members = new List<DirectoryMember>();
        foreach (var user in GroupFilter.NamedIn(filter).Distinct().Take(UserFilter.MaxCandidates))
            members.AddRange(await store.MembershipsAsync(call.Caller.OrganizationId, user, call.Cancelled));
        return members;
    }

    private async Task<ScimResult> ResultAsync(ScimCall call, DirectoryRole role, int status, Projection projection)
    {
        var location = GroupResource.LocationOf(role.Id, call.BaseUrl);
        if (!projection.Shows("members", DirectorySchemas.Group))
            return new ScimResult(
                status, projection.Apply(GroupResource.Of(role, null, call.BaseUrl), DirectorySchemas.Group), location, null);
        var members = await store.MembersAsync(call.Caller.OrganizationId, role.Id, call.Cancelled);
        var resource = GroupResource.Of(role, members, call.BaseUrl);
        var version = GroupResource.VersionOf(role, members, call.BaseUrl);
        resource["meta"]!["version"] = version;
        return new ScimResult(status, projection.Apply(resource, DirectorySchemas.Group), location, version);
    }
}
