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
        var blocked = await hub.Client.AdminAsync("POST", "/users", machine, """{"user_name":"blocked","roles":["admin"]}""");
        Assert.That((await hub.Client.AdminAsync("PUT", $"/users/{blocked["id"]}/block", machine, "{}", "*")).Status, Is.EqualTo(200));
        await hub.Database.Call("DELETE FROM user_roles WHERE user_id = $1").With(Guid.Parse(Administrations.RootId)).ExecuteAsync(default);
        foreach (var (method, path, body) in new[]
        {
            ("PATCH", "", """{"enabled":false}"""), ("DELETE", "", null), ("DELETE", "/roles/admin", null), ("PUT", "/block", "{}"),
        })
        {
            var refused = await hub.Client.AdminAsync(method, $"/users/{made["id"]}{path}", machine, body, "*");
            Assert.That((refused.Status, refused["reason"]), Is.EqualTo((409, "last_administrator")), method + path);
        }
    }

    [TestCase(null)]
    [TestCase("root")]
    public async Task A_scope_of_one_area_is_no_way_to_the_whole_installation(string? user)
    {
        const string Scope = "admin.users.write";
        var token = user is null ? await Client.ClientTokenAsync(Scope) : await Client.TokenOfAsync(user, Scope);
        var admin = await NewAsync($"admin-of-{user}", null);
        await GiveAsync(_root, admin, "admin", null);
        foreach (var (method, path, body, reason) in new[]
        {
            ("POST", "/users", """{"user_name":"more","roles":["admin"]}""", "insufficient_scope"),
            ("POST", "/users", """{"user_name":"more","organization":"south","roles":["reader"]}""", "insufficient_scope"),
            ("POST", $"/users/{admin}/roles", """{"role":"reader","organization":"south"}""", "insufficient_scope"),
            ("PATCH", $"/users/{admin}", """{"email":"me@evil.example","email_verified":true}""", "rights_exceeded"),
            ("DELETE", $"/users/{admin}/factors", null, "rights_exceeded"), ("PUT", $"/users/{admin}/block", "{}", "rights_exceeded"),
        })
        {
            var refused = await Client.AdminAsync(method, path, token, body, "*");
            Assert.That((refused.Status, refused["reason"]), Is.EqualTo((403, reason)), method + path + body);
        }

        var made = await Client.AdminAsync("POST", "/users", token, $$"""{"user_name":"plain-of-{{user}}","organization":"south"}""");
        Assert.That(made.Status, Is.EqualTo(201), made.Body);
    }

    // On a server of its own: no other request runs into the pause.
    [Test]
    public async Task Rights_are_those_of_the_moment_of_the_change()
    {
        await using var hub = await StartHubAsync();
        var (root, local) = (await hub.Client.TokenOfAsync("root"), await hub.Client.TokenOfAsync("local"));
        var made = await hub.Client.AdminAsync("POST", "/users", root, """{"user_name":"promoted","organization":"south"}""");
        Answer? given = null;
        hub.BeforeStatement = async (sql, _) =>
        {
            // The last that is read of the user before the transaction: their rights were read before it.
            if (!sql.StartsWith("SELECT u.id, u.user_name", StringComparison.Ordinal)
                || !sql.Contains("WHERE u.id = $1", StringComparison.Ordinal))
                return;
            hub.BeforeStatement = null;
            given = await hub.Client.AdminAsync(
                "POST", $"/users/{made["id"]}/roles", root, """{"role":"auditor","organization":"south"}""");
        };
        var late = await hub.Client.AdminAsync("PATCH", $"/users/{made["id"]}", local, """{"email":"late@example.com"}""", "*");

        Assert.That(given?.Status, Is.EqualTo(201), $"the role was given between: {given?.Body}");
        Assert.That((late.Status, late["reason"]), Is.EqualTo((403, "rights_exceeded")));
    }

    [Test]
    public async Task An_address_is_proven_by_its_user_or_by_who_changes_users_everywhere_and_then_nothing_from_before_counts()
    {
        var id = await NewAsync("unproven", "south");
        var session = await Client.TokenOfAsync("unproven", "openid");
        foreach (var (method, path, body, pointer) in new[]
        {
            ("PATCH", $"/users/{id}", """{"email":"ceo@example.com","email_verified":true}""", "/email_verified"),
            ("PATCH", $"/users/{id}", """{"phone_number":"+27825550199","phone_number_verified":true}""", "/phone_number_verified"),
            ("POST", "/users", """{"user_name":"ceo","organization":"south","email":"ceo@example.com","email_verified":true}""",
                "/email_verified"),
        })
        {
            var refused = await Client.AdminAsync(method, path, _local, body, "*");
            Assert.That(refused.Status, Is.EqualTo(400), body);
            Assert.That(refused.Json.GetProperty("errors")[0].GetProperty("pointer").GetString(), Is.EqualTo(pointer), body);
        }

        var typed = await Client.AdminAsync(
            "PATCH", $"/users/{id}", _local, """{"email":"unproven@example.com","email_verified":false}""", "*");
        Assert.That((typed.Status, (await Client.UserInfoAsync(session)).Status), Is.EqualTo((200, 200)));
        var proven = await Client.AdminAsync("PATCH", $"/users/{id}", _root, """{"email_verified":true}""", "*");
        Assert.That((proven.Status, proven["email_verified"], proven["has_password"]), Is.EqualTo((200, "true", "false")));
        Assert.That((await Client.UserInfoAsync(session)).Status, Is.EqualTo(401), "who typed the address may have been somebody else");
    }

    [Test]
    public async Task Guests_and_users_with_more_rights_are_not_looked_at_closely()
    {
        var guest = await NewAsync("guest", "globex");
        await GiveAsync(_root, guest, "reader", "south");
        await GiveAsync(_root, guest, "manager", "globex");
        var strong = await NewAsync("stronger", "south");
        await GiveAsync(_root, strong, "auditor", "south");
        foreach (var id in new[] { guest, strong })
        {
            foreach (var path in new[] { "/sessions", "/consents", "/factors", "/block" })
            {
                var local = await Client.AdminAsync("GET", $"/users/{id}{path}", _local);
                var root = await Client.AdminAsync("GET", $"/users/{id}{path}", _root);
                Assert.That((local.Status, root.Status), Is.EqualTo((404, 200)), path);
            }
        }

        var roles = await Client.AdminAsync("GET", $"/users/{guest}/roles", _local);
        Assert.That(
            roles.Json.GetProperty("items").EnumerateArray().Select(role => role.GetProperty("id").GetString()),
            Is.EqualTo(["reader@south"]));
    }

    [Test]
    public async Task Nothing_is_changed_while_another_identity_is_assumed()
    {
        var lsid = await Client.LsidAsync("root", Administrations.Password);
        await Client.AssumeAsync(lsid, Administrations.BossId);
        var assumed = (await Client.TokenExchangeAsync("desk", lsid))["access_token"];
        var refused = await Client.AdminAsync("POST", "/users", assumed, """{"user_name":"as-boss","organization":"south"}""");

        Assert.That((refused.Status, refused["reason"]), Is.EqualTo((403, "identity_assumed")));
        Assert.That((await Client.AdminAsync("GET", "/users", assumed)).Status, Is.EqualTo(200), "they look as the user");
    }

    [Test]
    public async Task A_role_is_given_in_an_organization_that_exists()
    {
        var given = await GiveAsync(_root, await NewAsync("placeless", "south"), "reader", "nope");
        Assert.That((given.Status, given["reason"]), Is.EqualTo((400, "fields_invalid")));
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
