using System.Net;
using System.Text.Json;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Admin.Scim;

/// <summary>Groups are the roles of the organization; bulk requests hold changes of both.</summary>
[Spec("RFC 7644", "3")]
public class DirectoryGroupTests(DatabaseKind kind) : HubFixture(kind, Directories.Config)
{
    private string _token = "";

    [OneTimeSetUp]
    public async Task GetTokenAsync() => _token = await Client.TokenAsync("entra");

    [Test]
    public async Task Entra_ID_finds_a_group_and_gives_and_takes_its_role()
    {
        var (one, two) = (await Client.NewUserAsync(_token, "member-1"), await Client.NewUserAsync(_token, "member-2"));
        var group = (await FindAsync("displayName eq \"writer\"", "&excludedAttributes=members")).Ids().Single();

        var added = await PatchAsync(group, $$"""{"op":"Add","path":"members","value":[{"value":"{{one}}"},{"value":"{{two}}"}]}""");
        Assert.That(added.Status, Is.EqualTo(204), added.Body);
        Assert.That(await RolesAsync(one), Is.EqualTo(["acme writer"]));
        Assert.That((await FindAsync($"id eq \"{group}\" and members eq \"{one}\"")).Ids(), Is.EqualTo([group]));
        Assert.That((await FindAsync($"id eq \"{group}\" and members eq \"{Directories.BobId}\"")).Ids(), Is.Empty, "elsewhere");
        Assert.That((await Client.ScimAsync(_token, "GET", $"{Directories.Users}/{one}"))["groups"], Does.Contain(group));

        Assert.That((await PatchAsync(group, $$"""{"op":"Remove","path":"members","value":[{"value":"{{one}}"}]}""")).Status, Is.EqualTo(204));
        Assert.That(Members(await SendAsync("GET", $"{Directories.Groups}/{group}")), Is.EqualTo([two]));
        Assert.That((await PatchAsync(group, $$"""{"op":"remove","path":"members[value eq \"{{two}}\"]"}""")).Status, Is.EqualTo(204));
        Assert.That(await RolesAsync(two), Is.Empty);
        Assert.That(await RolesAsync(Directories.BobId), Is.EqualTo(["other manager"]), "another organization");
        Assert.That(
            (await FindAsync("members pr"))["scimType"], Is.EqualTo("invalidFilter"), "would read every member");
        Assert.That((await FindAsync("members eq null"))["scimType"], Is.EqualTo("invalidFilter"), "the same");
        Assert.That((await FindAsync($"members.Value eq \"{two}\"")).Ids(), Is.Empty);
    }

    [Test]
    public async Task Okta_pushes_a_group_and_takes_it_back()
    {
        var (one, two) = (await Client.NewUserAsync(_token, "pushed-1"), await Client.NewUserAsync(_token, "pushed-2"));
        var made = await Client.ScimAsync(
            Directories.Key, "POST", Directories.Groups, Directories.Group("reader", $$""","members":[{"value":"{{one}}","display":"x"}]"""));
        var path = $"{Directories.Groups}/{made["id"]}";
        Assert.That((made.Status, Members(made).Single()), Is.EqualTo((201, one)), made.Body);
        var again = await Client.ScimAsync(Directories.Key, "POST", Directories.Groups, Directories.Group("reader"));
        Assert.That((again.Status, again["scimType"]), Is.EqualTo((409, "uniqueness")));

        var replaced = await Client.ScimAsync(Directories.Key, "PATCH", path, Directories.Patch(
            $$"""{"op":"replace","value":{"id":"{{made["id"]}}","displayName":"reader"} }""",
            $$"""{"op":"replace","path":"members","value":[{"value":"{{two}}"}]}"""));
        Assert.That(replaced.Status, Is.EqualTo(204), replaced.Body);
        Assert.That(await RolesAsync(one), Is.Empty);
        Assert.That(await RolesAsync(two), Is.EqualTo(["acme reader"]));

        var version = (await SendAsync("GET", path)).Header("ETag")!;
        Assert.That((await SendAsync("PUT", path, Directories.Group("reader"), ("If-Match", "W/\"old\""))).Status, Is.EqualTo(412));
        Assert.That((await SendAsync("PUT", path, Directories.Group("reader"), ("If-Match", version))).Status, Is.EqualTo(200));
        Assert.That(await RolesAsync(two), Is.EqualTo(["acme reader"]), "a PUT without members leaves them");
        Assert.That((await SendAsync("PUT", path, Directories.Group("reader", ",\"members\":[]"))).Status, Is.EqualTo(200));
        Assert.That(await RolesAsync(two), Is.Empty);
        Assert.That((await SendAsync("DELETE", path)).Status, Is.EqualTo(204));
        var anew = await Client.ScimAsync(Directories.Key, "POST", Directories.Groups, Directories.Group("reader"));
        Assert.That(anew.Status, Is.EqualTo(201), anew.Body);
    }

    [Test]
    public async Task Entra_ID_takes_a_role_as_a_group_and_takes_it_from_nobody()
    {
        var user = await Client.NewUserAsync(_token, "approves");
        await using (var context = Hub.NewContext())
        {
            var role = await context.Roles.SingleAsync(role => role.Name == "approver");
            context.Add(new Membership { UserId = Guid.Parse(user), OrganizationId = "acme", RoleId = role.Id });
            await context.SaveChangesAsync();
        }

        var made = await SendAsync("POST", Directories.Groups,
            """
            {
              "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group", "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
              "externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159",
              "displayName": "approver",
              "meta": { "resourceType": "Group" },
              "members": []
            }
            """);

        Assert.That((made.Status, Members(made).Single()), Is.EqualTo((201, user)), made.Body);
    }

    [Test]
    public async Task One_call_changes_many_members_and_not_too_many()
    {
        var group = (await FindAsync("displayName eq \"editor\"")).Ids().Single();
        var ids = Enumerable.Range(0, 60).Select(_ => Guid.NewGuid()).ToList();
        await using (var context = Hub.NewContext())
        {
            context.AddRange(ids.Select(id => new User
            {
                Id = id,
                UserName = $"many-{id:N}",
                NormalizedUserName = $"MANY-{id:N}".ToUpperInvariant(),
                OrganizationId = "acme",
                CreatedAt = Hub.Time.GetUtcNow(),
                UpdatedAt = Hub.Time.GetUtcNow(),
            }));
            await context.SaveChangesAsync();
        }

        Assert.That((await EditAsync("add", ids)).Status, Is.EqualTo(204));
        Assert.That(Members(await SendAsync("GET", $"{Directories.Groups}/{group}")), Is.SupersetOf(ids.Select(id => id.ToString())));
        var stranger = await EditAsync("remove", [.. ids.Take(55), Guid.Parse(Directories.BobId)]);
        Assert.That(stranger.Status, Is.EqualTo(204), "who is no member is not removed");
        Assert.That(
            ids.Select(id => id.ToString()).Intersect(Members(await SendAsync("GET", $"{Directories.Groups}/{group}"))),
            Is.EquivalentTo(ids.Skip(55).Select(id => id.ToString())));
        await using (var context = Hub.NewContext())
            Assert.That(
                await context.AuditEvents.CountAsync(row => row.UserId == ids[0] && row.Type == "directory.group_changed"), Is.EqualTo(2));
        var owned = await EditAsync("add", [Guid.Parse(Directories.AliceId)]);
        Assert.That((owned.Status, owned["scimType"]), Is.EqualTo((409, "mutability")));
        var many = await EditAsync("add", [.. Enumerable.Range(0, 1001).Select(_ => Guid.NewGuid())]);
        Assert.That((many.Status, many["scimType"]), Is.EqualTo((413, "tooMany")), many.Body);

        Task<Answer> EditAsync(string op, IEnumerable<Guid> users) => PatchAsync(
            group, $$"""{"op":"{{op}}","path":"members","value":[{{string.Join(',', users.Select(id => $"{{\"value\":\"{id}\"}}"))}}]}""");
    }

    [Test]
    public async Task S2_A_directory_gives_no_more_than_it_may()
    {
        var user = await Client.NewUserAsync(_token, "ambitious");
        var manager = (await FindAsync("displayName eq \"manager\"")).Ids().Single();
        var more = await Client.ScimAsync(
            Directories.Key, "PATCH", $"{Directories.Groups}/{manager}",
            Directories.Patch($$"""{"op":"add","path":"members","value":[{"value":"{{user}}"}]}"""));
        Assert.That(more.Status, Is.EqualTo(403), "the role allows more than the key");

        foreach (var member in new[] { Directories.BobId, Directories.AdminId, Guid.NewGuid().ToString(), "admin" })
        {
            var foreign = await PatchAsync(manager, $$"""{"op":"add","path":"members","value":[{"value":"{{user}}"},{"value":"{{member}}"}]}""");
            Assert.That((foreign.Status, foreign["scimType"]), Is.EqualTo((400, "invalidValue")), member);
        }

        Assert.That(await RolesAsync(user), Is.Empty, "all or nothing");
        var added = $$"""{"op":"add","path":"members","value":[{"value":"{{user}}"}]}""";
        Assert.That((await PatchAsync(manager, added)).Status, Is.EqualTo(204));
        var taken = await Client.ScimAsync(
            Directories.Key, "PATCH", $"{Directories.Groups}/{manager}",
            Directories.Patch($$"""{"op":"remove","path":"members[value eq \"{{user}}\"]"}"""));
        Assert.That(taken.Status, Is.EqualTo(403), "what a key may not give it does not take");
        Assert.That(await RolesAsync(user), Is.EqualTo(["acme manager"]));
        await PatchAsync(manager, $$"""{"op":"remove","path":"members[value eq \"{{user}}\"]"}""");
        foreach (var name in new[] { "admin", "service", "unheard-of" })
        {
            var made = await SendAsync("POST", Directories.Groups, Directories.Group(name, $$""","members":[{"value":"{{user}}"}]"""));
            Assert.That((made.Status, made["scimType"]), Is.EqualTo((400, "invalidValue")), name);
        }

        Assert.That((await FindAsync("displayName eq \"admin\"")).Ids(), Is.Empty);
        var renamed = await PatchAsync(manager, """{"op":"replace","path":"displayName","value":"reader"}""");
        Assert.That((renamed.Status, renamed["scimType"]), Is.EqualTo((400, "mutability")));
        Assert.That((await SendAsync("GET", $"{Directories.Groups}/{Guid.NewGuid()}")).Status, Is.EqualTo(404));
    }

    [Test]
    [Spec("RFC 7644", "3.7")]
    public async Task A_bulk_request_makes_what_its_operations_refer_to()
    {
        var editor = (await FindAsync("displayName eq \"editor\"")).Ids().Single();
        var answer = await BulkAsync(
            Operation("PATCH", $"/Groups/{editor}", null, Directories.Patch(
                """{"op":"add","path":"members","value":[{"value":"bulkId:qwerty"}]}""")),
            Operation("POST", "/Users", "qwerty", Directories.User("bulk-user")),
            Operation("POST", "/Users", "twice", Directories.User("bulk-user")),
            Operation("POST", "/Users", null, Directories.User("bulk-nameless")),
            Operation("PATCH", "/Users/bulkId:nowhere", null, Directories.Patch("""{"op":"remove","path":"name"}""")),
            Operation("DELETE", "/Users/bulkId:qwerty", null, null),
            Operation("GET", "/Users", null, null),
            Operation("DELETE", "/../admin", null, null));
        var operations = answer.Json.GetProperty("Operations").EnumerateArray().ToList();

        Assert.That(
            operations.Select(operation => operation.GetProperty("status").GetString()),
            Is.EqualTo(["204", "201", "409", "400", "400", "204", "400", "400"]), answer.Body);
        Assert.That(
            operations[2].GetProperty("response").GetProperty("scimType").GetString(), Is.EqualTo("uniqueness"));
        Assert.That((await FindUserAsync("bulk-user")).Ids(), Is.Empty);
    }

    [Test]
    public async Task A_bulk_request_ends_after_as_many_failures_as_it_says_and_has_its_limits()
    {
        var (fails, waits) = (
            Operation("DELETE", $"/Users/{Directories.BobId}", null, null),
            Operation("POST", "/Users", "a", Directories.User("never-made")));
        var stopped = await SendAsync(
            "POST", "/scim/v2/Bulk",
            $$"""
            {"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"failOnErrors":1,"Operations":[{{fails}},{{waits}}]}
            """);
        Assert.That(stopped.Json.GetProperty("Operations").GetArrayLength(), Is.EqualTo(1), stopped.Body);
        Assert.That((await FindUserAsync("never-made")).Ids(), Is.Empty);

        var many = await BulkAsync([.. Enumerable.Repeat(Operation("DELETE", "/Users/x", null, null), 101)]);
        Assert.That((many.Status, many["scimType"]), Is.EqualTo((413, "tooMany")));
        var long_ = await BulkAsync(Operation("POST", "/Users", "a", Directories.User(new string('a', 65_536))));
        Assert.That(long_.Status, Is.EqualTo(413));
    }

    private static string Operation(string method, string path, string? bulkId, string? data) =>
        JsonSerializer.Serialize(new { method, path, bulkId, data = data is null ? (JsonElement?)null : JsonElement.Parse(data) });

    private Task<Answer> BulkAsync(params string[] operations) => SendAsync(
        "POST", "/scim/v2/Bulk",
        $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[{{string.Join(',', operations)}}]}""");

    private Task<Answer> FindAsync(string filter, string more = "") =>
        SendAsync("GET", $"{Directories.Groups}?filter={WebUtility.UrlEncode(filter)}{more}");

    private Task<Answer> FindUserAsync(string userName) =>
        SendAsync("GET", $"{Directories.Users}?filter={WebUtility.UrlEncode($"userName eq \"{userName}\"")}");

    private Task<Answer> PatchAsync(string id, params string[] operations) =>
        SendAsync("PATCH", $"{Directories.Groups}/{id}", Directories.Patch(operations));

    private Task<Answer> SendAsync(string method, string path, string? body = null, params (string Name, string Value)[] headers) =>
        Client.ScimAsync(_token, method, path, body, headers);

    private static IEnumerable<string> Members(Answer answer) =>
        answer.Json.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("value").GetString()!);

    private async Task<string[]> RolesAsync(string id)
    {
        var user = Guid.Parse(id);
        await using var context = Hub.NewContext();
        return await (from membership in context.Memberships
                      join role in context.Roles on membership.RoleId equals role.Id
                      where membership.UserId == user
                      select membership.OrganizationId + " " + role.Name).ToArrayAsync();
    }
}
