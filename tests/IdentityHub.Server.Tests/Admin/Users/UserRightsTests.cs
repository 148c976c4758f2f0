using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Admin.Users;

/// <summary>
/// No caller gives more than they hold, changes a user who may do more, harms themselves, or takes the last administrator away.
/// </summary>
[Spec("ASSURANCE", "S2")]
public class UserRightsTests(DatabaseKind kind) : HubFixture(kind, Administrations.Config)
{
    private string _root = null!;
    private string _local = null!;
    private string _boss = null!;

    [OneTimeSetUp]
    public async Task LogInAsync()
    {
        _root = await Client.TokenOfAsync("root");
        _local = await Client.TokenOfAsync("local");
        _boss = await Client.TokenOfAsync("boss");
    }

    [Test]
    public async Task No_one_gives_a_role_that_allows_more_than_they_hold_there()
    {
        var id = await NewAsync("receiver", "south");
        foreach (var (role, organization, status, reason) in new[]
        {
            ("reader", "south", 201, null), ("reader", "cape", 201, null), ("manager", "south", 201, null),
            ("auditor", "south", 403, "rights_exceeded"), ("reader", "acme", 403, "rights_exceeded"),
            ("reader", "globex", 403, "rights_exceeded"), ("reader", "nowhere", 403, "rights_exceeded"),
            ("admin", null, 403, "rights_exceeded"), ("admin", "south", 400, "fields_invalid"), ("reader", null, 400, "fields_invalid"),
            ("unknown", "south", 400, "fields_invalid"),
        })
        {
            var given = await GiveAsync(_local, id, role, organization);
            Assert.That((given.Status, given["reason"]), Is.EqualTo((status, reason)), $"{role} in {organization}");
        }

        Assert.That((await GiveAsync(_root, id, "auditor", "south")).Status, Is.EqualTo(201));
        var made = await Client.AdminAsync(
            "POST", "/users", _local, """{"user_name":"toomuch","organization":"south","roles":["auditor"]}""");
        var everywhere = await Client.AdminAsync("POST", "/users", _local, """{"user_name":"everywhere"}""");
        Assert.That((made.Status, made["reason"]), Is.EqualTo((403, "rights_exceeded")));
        Assert.That(everywhere.Status, Is.EqualTo(400), "a user of the installation");
        var found = await Client.AdminAsync("GET", "/users?search=toomuch", _root);
        Assert.That(found.Body, Does.Contain("\"items\":[]"), "nothing was made");
    }

    [Test]
    public async Task No_one_changes_a_user_who_may_do_more_than_they()
    {
        var id = await NewAsync("strong", "south");
        await GiveAsync(_root, id, "auditor", "south");
        foreach (var (method, path, body) in new[]
        {
            ("PATCH", "", """{"given_name":"x"}"""), ("DELETE", "", null), ("PUT", "/block", "{}"), ("DELETE", "/sessions", null),
            ("DELETE", "/factors", null), ("POST", "/roles", """{"role":"reader","organization":"south"}"""),
            ("DELETE", "/roles/auditor@south", null),
        })
        {
            var refused = await Client.AdminAsync(method, $"/users/{id}{path}", _local, body, "*");
            Assert.That((refused.Status, refused["reason"]), Is.EqualTo((403, "rights_exceeded")), method + path);
        }

        Assert.That((await Client.AdminAsync("GET", $"/users/{id}", _local)).Status, Is.EqualTo(200), "they see them");
    }

    [Test]
    public async Task A_role_in_an_organization_does_not_own_the_account()
    {
        var id = await NewAsync("visitor", "globex");
        await GiveAsync(_root, id, "reader", "south");

        Assert.That((await Client.AdminAsync("GET", $"/users/{id}", _local)).Status, Is.EqualTo(200), "a member is seen");
        var changed = await Client.AdminAsync("PATCH", $"/users/{id}", _local, """{"given_name":"x"}""", "*");
        var moved = await Client.AdminAsync(
            "PATCH", $"/users/{await NewAsync("mover", "south")}", _local, """{"organization":"acme"}""", "*");
        Assert.That((changed.Status, moved.Status), Is.EqualTo((403, 400)));
        var up = await Client.AdminAsync(
            "PATCH", $"/users/{await NewAsync("climber", "south")}", _boss, """{"organization":"acme"}""", "*");
        Assert.That((up.Status, up["organization"]), Is.EqualTo((200, "acme")));
    }

    [Test]
    public async Task Administrators_do_not_harm_themselves()
    {
        var first = await NewAsync("first", null);
        await GiveAsync(_root, first, "admin", null);
        var token = await Client.TokenOfAsync("first");
        foreach (var (method, path, body) in new[]
        {
            ("PATCH", "", """{"enabled":false}"""), ("DELETE", "", null), ("PUT", "/block", "{}"), ("DELETE", "/roles/admin", null),
        })
        {
            var refused = await Client.AdminAsync(method, $"/users/{first}{path}", token, body, "*");
            Assert.That((refused.Status, refused["reason"]), Is.EqualTo((409, "self_demotion")), method + path);
        }
    }

    // On a server of its own: root is no administrator meanwhile.
    [Test]
    public async Task The_last_administrator_stays()
    {
        await using var hub = await StartHubAsync();
        var machine = await hub.Client.ClientTokenAsync();
        var made = await hub.Client.AdminAsync("POST", "/users", machine, """{"user_name":"last","roles":["admin"]}""");
        await hub.Database.Call("DELETE FROM user_roles WHERE user_id = $1").With(Guid.Parse(Administrations.RootId)).ExecuteAsync(default);
        foreach (var (method, path, body) in new[]
        {
            ("PATCH", "", """{"enabled":false}"""), ("DELETE", "", null), ("DELETE", "/roles/admin", null),
        })
        {
            var refused = await hub.Client.AdminAsync(method, $"/users/{made["id"]}{path}", machine, body, "*");
            Assert.That((refused.Status, refused["reason"]), Is.EqualTo((409, "last_administrator")), method + path);
        }
    }

    private async Task<string> NewAsync(string name, string? organization)
    {
        var home = organization is null ? "null" : $"\"{organization}\"";
        var made = await Client.AdminAsync(
            "POST", "/users", _root,
            $$"""{"user_name":"{{name}}","organization":{{home}},"password":"{{Administrations.Password}}"}""");
        Assert.That(made.Status, Is.EqualTo(201), made.Body);
        return made["id"]!;
    }

    private Task<Answer> GiveAsync(string token, string id, string role, string? organization) => Client.AdminAsync(
        "POST", $"/users/{id}/roles", token,
        organization is null ? $$"""{"role":"{{role}}"}""" : $$"""{"role":"{{role}}","organization":"{{organization}}"}""");
}
