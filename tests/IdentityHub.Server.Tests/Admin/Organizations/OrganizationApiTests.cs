using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Admin.Organizations;

/// <summary>Organizations in the administration API, and what all lists of it have in common.</summary>
public class OrganizationApiTests(DatabaseKind kind) : HubFixture(kind, Administrations.Config)
{
    private string _root = null!;
    private string _local = null!;

    [OneTimeSetUp]
    public async Task LogInAsync() =>
        (_root, _local) = (await Client.TokenOfAsync("root"), await Client.TokenOfAsync("local"));

    [Test]
    public async Task An_administrator_of_an_organization_sees_it_and_what_lies_below()
    {
        var all = await Client.AdminAsync("GET", "/organizations", _root);
        var own = await Client.AdminAsync("GET", "/organizations", _local);
        var below = await Client.AdminAsync("GET", "/organizations?parent_id=south", _local);

        Assert.That(Ids(all), Is.EqualTo(["acme", "cape", "globex", "south"]));
        Assert.That(Ids(own), Is.EqualTo(["cape", "south"]));
        Assert.That(Ids(below), Is.EqualTo(["cape"]));
        Assert.That((await Client.AdminAsync("GET", "/organizations/acme", _local)).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task One_comes_with_its_path_its_children_its_file_and_an_ETag()
    {
        var found = await Client.AdminAsync("GET", "/organizations/south/tree", _local);
        var same = await Client.AdminAsync("GET", "/organizations/south/tree", _root, headers: ("If-None-Match", found.Header("ETag")!));

        Assert.That(
            found.Body,
            Is.EqualTo(
                """
                {"id":"south","name":"South","parent_id":"acme","enabled":true,"file":"hub.yaml","line":3,
                "path":["south","acme"],"children":["cape"]}
                """.ReplaceLineEndings("")));
        Assert.That(found.Header("Cache-Control"), Is.EqualTo("no-store"));
        Assert.That((same.Status, same.Body), Is.EqualTo((304, "")));
    }

    [Test]
    public async Task Members_come_with_their_roles_in_the_organization()
    {
        var members = await Client.AdminAsync("GET", "/organizations/south/members", _local);

        Assert.That(
            members.Json.GetProperty("items").EnumerateArray().Select(member =>
                $"{member.GetProperty("user_name")} {member.GetProperty("is_home")} {member.GetProperty("roles").GetRawText()}"),
            Is.EqualTo(["local True [\"manager\"]", "nobody True []", "filed True []"]));
    }

    [Test]
    public async Task A_list_goes_on_where_its_cursor_says_and_the_cursor_belongs_to_it()
    {
        var first = await Client.AdminAsync("GET", "/organizations?limit=2", _root);
        var cursor = first["next_cursor"]!;
        var second = await Client.AdminAsync("GET", $"/organizations?limit=3&cursor={cursor}", _root);

        Assert.That((string.Join(' ', Ids(first)), string.Join(' ', Ids(second))), Is.EqualTo(("acme cape", "globex south")));
        Assert.That(second["next_cursor"], Is.EqualTo("null"));
        foreach (var (token, query) in new[]
        {
            (_root, $"?cursor={cursor[..^2]}xx"), (_root, "?cursor=x"), (_root, $"?parent_id=acme&cursor={cursor}"),
            (_local, $"?cursor={cursor}"),
        })
        {
            var refused = await Client.AdminAsync("GET", "/organizations" + query, token);
            Assert.That((refused.Status, refused["reason"]), Is.EqualTo((400, "cursor_invalid")), query);
        }

        var elsewhere = await Client.AdminAsync("GET", $"/organizations/south/members?cursor={cursor}", _root);
        Assert.That(elsewhere["reason"], Is.EqualTo("cursor_invalid"));
    }

    [Test]
    [Spec("RFC 9457", "3.1")]
    public async Task A_refusal_is_a_problem_that_names_what_to_change()
    {
        var unknown = await Client.AdminAsync("GET", "/organizations?color=red", _root);
        var missing = await Client.AdminAsync("GET", "/organizations/nowhere", _root);
        var outOfReach = await Client.AdminAsync("GET", "/organizations/globex", _local);
        var noToken = await Client.AdminAsync("GET", "/organizations", null);
        var noScope = await Client.AdminAsync("GET", "/organizations", await Client.TokenOfAsync("root", "openid"));
        var noPath = await Client.AdminAsync("GET", "/nothing", _root);
        var noVerb = await Client.AdminAsync("DELETE", "/organizations", _root);

        Assert.That((unknown.Status, unknown.Header("Content-Type")), Is.EqualTo((400, "application/problem+json")));
        Assert.That(unknown["detail"], Is.EqualTo("The parameter 'color' is unknown here. There are: parent_id, search, limit, cursor."));
        Assert.That(
            (unknown["type"], unknown["status"], unknown["errors"]),
            Is.EqualTo(("urn:identityhub:problem:parameter_invalid", "400", "[]")));
        Assert.That(unknown["trace_id"], Has.Length.EqualTo(32));
        Assert.That(outOfReach.Seen(), Is.EqualTo(missing.Seen()).And.Contains("\"reason\":\"object_unknown\""));
        Assert.That((noToken.Status, noToken.Header("WWW-Authenticate")), Is.EqualTo((401, "Bearer realm=\"IdentityHub\"")));
        Assert.That((noScope.Status, noScope["reason"]), Is.EqualTo((403, "insufficient_scope")));
        Assert.That(noScope.Header("WWW-Authenticate"), Does.Contain("error=\"insufficient_scope\""));
        Assert.That((noPath.Status, noPath["reason"]), Is.EqualTo((404, "path_unknown")));
        Assert.That((noVerb.Status, noVerb.Header("Allow")), Is.EqualTo((405, "GET, POST")));
    }

    [Test]
    public async Task The_documentation_of_administrators_names_every_operation_and_that_of_applications_none()
    {
        var document = (await Client.GetAnswerAsync("/docs/admin/openapi.json")).Json;
        var paths = document.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();
        var list = document.GetProperty("paths").GetProperty("/admin/api/v1/organizations").GetProperty("get");

        Assert.That(paths, Does.Contain("/admin/api/v1/organizations/{organization_id}").And.Contain("/admin/api/dialects"));
        Assert.That(paths, Has.All.StartsWith("/admin/"));
        Assert.That(
            list.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()),
            Is.EqualTo(["parent_id", "search", "limit", "cursor"]));
        Assert.That(
            list.GetProperty("responses").GetProperty("403").GetProperty("content").EnumerateObject().Single().Name,
            Is.EqualTo("application/problem+json"));
        Assert.That((await Client.GetAnswerAsync("/docs/openapi.json")).Body, Does.Not.Contain("/admin/"));
    }

    [Test]
    public async Task Calls_of_one_credential_are_counted_for_each_endpoint()
    {
        var token = await Client.ClientTokenAsync("admin.read");
        var first = await Client.AdminAsync("GET", "/roles", token);
        var second = await Client.AdminAsync("GET", "/roles", token);

        Assert.That((first.Header("RateLimit-Limit"), first.Header("RateLimit-Remaining")), Is.EqualTo(("300", "299")));
        Assert.That(second.Header("RateLimit-Remaining"), Is.EqualTo("298"));
    }

    private static IEnumerable<string?> Ids(Answer answer) =>
        answer.Json.GetProperty("items").EnumerateArray().Select(static item => item.GetProperty("id").GetString());
}
