using System.Text.Json;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Admin.Objects;

/// <summary>Objects of the configuration in the administration API.</summary>
public class ObjectApiTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private static readonly string Config =
        Administrations.Config.Replace("  lsid: {", "  hash-secret: {", StringComparison.Ordinal)
        + """
              - { client_id: keeper, grant_types: [client_credentials], client_secrets: [{ value: "plain:keeper-secret" }],
                  scope: admin.clients.write admin.api_keys.write }

            """;

    private string _root = null!;
    private string _local = null!;

    [OneTimeSetUp]
    public async Task LogInAsync() =>
        (_root, _local) = (await Client.TokenOfAsync("root"), await Client.TokenOfAsync("local"));

    [Test]
    public async Task A_client_is_made_used_changed_and_taken_away()
    {
        var made = await Client.AdminAsync("POST", "/clients", _root, Job("job"));
        var secret = SecretOf(made);
        var found = await Client.AdminAsync("GET", "/clients/job", _root);
        var known = await Client.AdminAsync("GET", "/clients/job", _root, headers: ("If-None-Match", made.Header("ETag")!));

        Assert.That((made.Status, made.Header("Location")), Is.EqualTo((201, "/admin/api/v1/clients/job")), made.Body);
        Assert.That((found.Status, found.Header("ETag")), Is.EqualTo((200, made.Header("ETag"))));
        Assert.That(found.Body, Does.Not.Contain(secret).And.Contain("\"stored:").And.Contain("\"client_name\":null"));
        Assert.That(found.Json.GetProperty("meta").GetProperty("source").GetString(), Is.EqualTo("api"));
        Assert.That(known.Status, Is.EqualTo(304));
        Assert.That((await Client.MachineAsync(new TestClient("job", secret))).Status, Is.EqualTo(200), "it is in force at once");

        const string Off = """{ "enabled": false, "client_name": "<b>Job</b>" }""";
        Assert.That((await Client.AdminAsync("PATCH", "/clients/job", _root, Off)).Status, Is.EqualTo(428));
        Assert.That((await Client.AdminAsync("PATCH", "/clients/job", _root, Off, "\"stale\"")).Status, Is.EqualTo(412));
        var off = await Client.AdminAsync("PATCH", "/clients/job", _root, Off, made.Header("ETag"));
        Assert.That((off.Status, off["enabled"], off["client_name"]), Is.EqualTo((200, "false", "<b>Job</b>")), off.Body);
        Assert.That((off.Body.Contains('<'), off.Header("ETag") == made.Header("ETag")), Is.EqualTo((false, false)));
        Assert.That((await Client.MachineAsync(new TestClient("job", secret))).Status, Is.EqualTo(401));

        // What an object shows may be sent back, without what the server says of it.
        var whole = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(off.Body)!;
        whole.Remove("meta");
        whole["enabled"] = JsonElement.Parse("true");
        var on = await Client.AdminAsync("PUT", "/clients/job", _root, JsonSerializer.Serialize(whole), off.Header("ETag"));
        Assert.That(on.Status, Is.EqualTo(200), on.Body);
        Assert.That((await Client.MachineAsync(new TestClient("job", secret))).Status, Is.EqualTo(200), "the secret has stayed");

        Assert.That((await Client.AdminAsync("DELETE", "/clients/job", _root, null, on.Header("ETag"))).Status, Is.EqualTo(204));
        Assert.That((await Client.AdminAsync("GET", "/clients/job", _root)).Status, Is.EqualTo(404));
        Assert.That((await Client.MachineAsync(new TestClient("job", secret))).Status, Is.EqualTo(401));

        await using var context = Hub.NewContext();
        var rows = await context.AuditEvents.Where(row => row.Target == "clients/job").OrderBy(row => row.Id).ToListAsync();
        Assert.That(
            rows.Select(row => row.Type),
            Is.EqualTo(["admin.client.created", "admin.client.changed", "admin.client.changed", "admin.client.deleted"]));
        Assert.That(rows[1].ActorId, Is.EqualTo(Guid.Parse(Administrations.RootId)));
        Assert.That(
            JsonElement.Parse(rows[1].Changes!).GetProperty("before").GetRawText(),
            Is.EqualTo("""{"client_name": null, "enabled": true}""").Or.EqualTo("""{"client_name":null,"enabled":true}"""));
        Assert.That(rows.Select(row => row.Changes), Has.None.Contains(secret));
    }

    [Test]
    public async Task Of_fifty_changes_of_one_state_one_is_done()
    {
        var made = await Client.AdminAsync("POST", "/scopes", _root, """{ "name": "raced" }""");
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            Client.AdminAsync("PATCH", "/scopes/raced", _root, $$"""{ "description": "{{i}}" }""", made.Header("ETag"))));

        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        Assert.That(answers.Count(answer => answer.Status == 412), Is.EqualTo(49));
    }

    [Test]
    public async Task What_a_file_owns_is_changed_there()
    {
        var refused = await Client.AdminAsync("PATCH", "/clients/console", _root, """{ "enabled": false }""", "*");

        Assert.That(
            (refused.Status, refused["reason"], refused["file"], refused.Json.GetProperty("line").GetInt32() > 0),
            Is.EqualTo((409, "file_owned", "hub.yaml", true)));
    }

    [Test]
    public async Task A_fault_has_its_pointer_and_what_the_server_says_is_no_part_of_a_body()
    {
        var cases = new (string Path, string Body, string Pointer)[]
        {
            ("/clients", Job("x", "raed"), "/scope"),
            ("/clients", """{ "client_id": "x", "meta": { "source": "file" } }""", "/meta"),
            ("/clients", """{ "client_id": "x", "source_file": "hub.yaml" }""", "/source_file"),
            ("/clients", Job("x").Replace("generate:", "file:/etc/passwd", StringComparison.Ordinal), "/client_secrets/0/value"),
            ("/roles", """{ "name": "r", "permissions": ["session.read", "everything"] }""", "/permissions/1"),
            ("/organizations", """{ "id": "o", "name": "O", "parent": "nowhere" }""", "/parent"),
            ("/tenants", """{ "alias": "t", "api_keys": [] }""", "/api_keys"),
        };
        foreach (var (path, body, pointer) in cases)
        {
            var refused = await Client.AdminAsync("POST", path, _root, body);

            Assert.That((refused.Status, refused["reason"]), Is.EqualTo((400, "fields_invalid")), refused.Body);
            Assert.That(
                refused.Json.GetProperty("errors").EnumerateArray().Select(fault => fault.GetProperty("pointer").GetString()),
                Has.Member(pointer), refused.Body);
        }

        var large = await Client.AdminAsync("POST", "/clients", _root, $$"""{ "client_id": "{{new string('x', 100_000)}}" }""");
        Assert.That(large.Status, Is.EqualTo(413));
    }

    [Test]
    public async Task A_secret_is_rotated_and_the_old_one_ends_when_the_caller_says()
    {
        var first = SecretOf(await Client.AdminAsync("POST", "/clients", _root, Job("rotated")));
        var second = SecretOf(await Client.AdminAsync("POST", "/clients/rotated/rotate-secret", _root));
        Assert.That((await Client.MachineAsync(new TestClient("rotated", first))).Status, Is.EqualTo(200));
        Assert.That((await Client.MachineAsync(new TestClient("rotated", second))).Status, Is.EqualTo(200));

        var last = await Client.AdminAsync("POST", "/clients/rotated/rotate-secret", _root, """{ "overlap_days": 0 }""");
        Assert.That(last.Status, Is.EqualTo(200), last.Body);
        Assert.That((await Client.MachineAsync(new TestClient("rotated", first))).Status, Is.EqualTo(401));
        Assert.That((await Client.MachineAsync(new TestClient("rotated", SecretOf(last)))).Status, Is.EqualTo(200));

        var secrets = await Client.AdminAsync("GET", "/clients/rotated/secrets", _root);
        Assert.That(
            secrets.Json.GetProperty("items").EnumerateArray().Select(secret => secret.GetProperty("state").GetString()),
            Is.EqualTo(["expired", "expired", "live"]), secrets.Body);
        var wrong = await Client.AdminAsync("POST", "/clients/rotated/rotate-secret", _root, """{ "overlap_days": 9999 }""");
        Assert.That((wrong.Status, wrong["errors"]), Is.EqualTo((400, """[{"pointer":"/overlap_days","detail":"must be 0 to 3650"}]""")));
    }

    [Test]
    public async Task A_call_that_is_repeated_with_its_key_makes_one_client_and_shows_the_same_secret()
    {
        var key = ("Idempotency-Key", "make-once");
        var first = await Client.AdminAsync("POST", "/clients", _root, Job("once"), headers: key);
        var again = await Client.AdminAsync("POST", "/clients", _root, Job("once"), headers: key);
        var other = await Client.AdminAsync("POST", "/clients", _root, Job("twice"), headers: key);
        var taken = await Client.AdminAsync("POST", "/clients", _root, Job("once"));

        Assert.That((again.Status, again.Body, again.Header("Idempotency-Replayed")), Is.EqualTo((201, first.Body, "true")));
        Assert.That((other.Status, taken.Status, taken["reason"]), Is.EqualTo((422, 409, "object_exists")));
        await using var context = Hub.NewContext();
        Assert.That(
            await context.ConfigObjects.Where(row => row.Name == "once" || row.Name == "twice").Select(row => row.Name).ToListAsync(),
            Is.EqualTo(["once"]));
    }

    [Test]
    public async Task Nobody_gives_a_client_more_than_their_own_token_allows()
    {
        var keeper = (await Client.MachineAsync("keeper", "admin.clients.write"))["access_token"];
        var made = await Client.AdminAsync("POST", "/clients", _root, Job("chief", "admin.write"));
        var attempts = new[]
        {
            await Client.AdminAsync("POST", "/clients", keeper, Job("more", "admin.write")),
            await Client.AdminAsync("POST", "/clients", keeper, Job("more", "admin.users.read")),
            await Client.AdminAsync("POST", "/clients/chief/rotate-secret", keeper),
            await Client.AdminAsync("PATCH", "/clients/chief", keeper, """{ "scope": "openid" }""", "*"),
        };

        Assert.That(made.Status, Is.EqualTo(201), made.Body);
        Assert.That(attempts.Select(attempt => (attempt.Status, attempt["reason"])), Has.All.EqualTo((403, "rights_exceeded")));
        Assert.That((await Client.AdminAsync("POST", "/clients", keeper, Job("equal", "admin.clients.write"))).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task An_administrator_of_an_organization_changes_what_lies_below_it_and_nothing_else()
    {
        var made = await Client.AdminAsync("POST", "/organizations", _local, """{ "id": "harbour", "name": "Harbour", "parent": "cape" }""");
        Assert.That(made.Status, Is.EqualTo(201), made.Body);
        foreach (var parent in (string[])["\"globex\"", "\"acme\"", "\"nowhere\"", "null"])
        {
            var body = $$"""{ "id": "else", "name": "Else", "parent": {{parent}} }""";
            var refused = await Client.AdminAsync("POST", "/organizations", _local, body);
            Assert.That((refused.Status, refused["errors"]), Is.EqualTo((400, Unreachable("/parent", "organization.write"))), parent);
            refused = await Client.AdminAsync("PATCH", "/organizations/harbour", _local, $$"""{ "parent": {{parent}} }""", "*");
            Assert.That((refused.Status, refused["errors"]), Is.EqualTo((400, Unreachable("/parent", "organization.write"))), parent);
        }

        var circle = await Client.AdminAsync("PATCH", "/organizations/harbour", _root, """{ "parent": "harbour" }""", "*");
        Assert.That((circle.Status, circle["reason"]), Is.EqualTo((400, "fields_invalid")), circle.Body);
        Assert.That((await Client.AdminAsync("GET", "/organizations/acme", _local)).Status, Is.EqualTo(404));
        Assert.That((await Client.AdminAsync("PATCH", "/organizations/globex", _local, "{}", "*")).Status, Is.EqualTo(404));
        var refusedMove = await Client.AdminAsync("PATCH", "/organizations/harbour", _local, """{ "parent": "south" }""", "*");
        Assert.That((refusedMove.Status, refusedMove["reason"]), Is.EqualTo((403, "rights_exceeded")), refusedMove.Body);
        var moved = await Client.AdminAsync("PATCH", "/organizations/harbour", _root, """{ "parent": "south" }""", made.Header("ETag"));
        Assert.That((moved.Status, moved["parent"]), Is.EqualTo((200, "south")), moved.Body);
        var gone = await Client.AdminAsync("DELETE", "/organizations/harbour", _local, null, moved.Header("ETag"));
        Assert.That(gone.Status, Is.EqualTo(204), gone.Body);
    }

    [Test]
    public async Task A_key_allows_no_more_than_who_makes_it()
    {
        var made = await Client.AdminAsync("POST", "/api-keys", _local, Key("dialer-2", "cape", "organization.read"));
        var overUsers = await Client.AdminAsync("POST", "/api-keys", _local, Key("more", "cape", "session.read"));
        var keeper = (await Client.MachineAsync("keeper", "admin.api_keys.write"))["access_token"];
        var otherArea = await Client.AdminAsync("POST", "/api-keys", keeper, Key("more", "cape", "user.read"));
        var ownArea = await Client.AdminAsync("POST", "/api-keys", keeper, Key("keys", "cape", "api_key.read"));
        var more = await Client.AdminAsync("POST", "/api-keys", _local, Key("more", "cape", "user.password"));
        var elsewhere = await Client.AdminAsync("POST", "/api-keys", _local, Key("more", "globex", "session.read"));
        var everywhere = await Client.AdminAsync("POST", "/api-keys", _root, """
            { "name": "all", "permissions": ["session.read"], "value": "generate:" }
            """);

        Assert.That(made.Status, Is.EqualTo(201), made.Body);
        Assert.That(SecretOf(made), Does.StartWith("ihk_"));
        foreach (var refused in (Answer[])[more, overUsers, otherArea])
            Assert.That((refused.Status, refused["reason"]), Is.EqualTo((403, "rights_exceeded")), refused.Body);
        Assert.That(ownArea.Status, Is.EqualTo(201), ownArea.Body);
        Assert.That((elsewhere.Status, elsewhere["errors"]), Is.EqualTo((400, Unreachable("/organization", "api_key.write"))));
        Assert.That(everywhere.Status, Is.EqualTo(201), everywhere.Body);
        Assert.That(Names(await Client.AdminAsync("GET", "/api-keys", _local)), Does.Contain("dialer-2").And.Not.Contain("all"));
        Assert.That((await Client.AdminAsync("GET", "/api-keys/all", _local)).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task What_an_organization_has_to_bear_is_lifted_above_it()
    {
        const string Strict = """{ "id": "strict", "name": "S", "parent": "cape", "require_mfa": true, "remember_browser": false }""";
        Assert.That((await Client.AdminAsync("POST", "/organizations", _root, Strict)).Status, Is.EqualTo(201));
        var keeper = await Client.AdminAsync(
            "POST", "/users", _root,
            $$"""{ "user_name": "strict-keeper", "password": "{{Administrations.Password}}", "organization": "south" }""");
        var given = await Client.AdminAsync(
            "POST", $"/users/{keeper["id"]}/roles", _root, """{ "role": "manager", "organization": "strict" }""");
        Assert.That((keeper.Status, given.Status), Is.EqualTo((201, 200)).Or.EqualTo((201, 201)), given.Body);
        var own = await Client.TokenOfAsync("strict-keeper");
        foreach (var loose in (string[])[
            """{ "email_domains": ["gmail.com"] }""", """{ "enabled": false }""",
            """{ "require_mfa": false }""", """{ "mfa_grace_until": "2099-01-01T00:00:00Z" }""", """{ "remember_browser": true }"""])
        {
            var refused = await Client.AdminAsync("PATCH", "/organizations/strict", own, loose, "*");
            Assert.That((refused.Status, refused["reason"]), Is.EqualTo((403, "rights_exceeded")), refused.Body);
        }

        var renamed = await Client.AdminAsync("PATCH", "/organizations/strict", own, """{ "name": "Strictly" }""", "*");
        Assert.That(renamed.Status, Is.EqualTo(200), renamed.Body);
        var lifted = await Client.AdminAsync("PATCH", "/organizations/strict", _local, """{ "require_mfa": false }""", "*");
        Assert.That(lifted.Status, Is.EqualTo(200), lifted.Body);
    }

    [Test]
    public async Task Names_of_others_are_told_to_those_only_who_see_them()
    {
        await Client.AdminAsync("POST", "/organizations", _root, """{ "id": "port", "name": "Port", "parent": "cape" }""");
        await Client.AdminAsync("POST", "/clients", _root, Job("shipper").Replace(
            "\"scope\"", "\"organization\": \"port\", \"scope\"", StringComparison.Ordinal));
        await Client.AdminAsync("POST", "/api-keys", _root, Key("hidden", "globex", "session.read"));
        var used = await Client.AdminAsync("DELETE", "/organizations/port", _local, null, "*");
        var taken = await Client.AdminAsync("POST", "/api-keys", _local, Key("hidden", "globex", "api_key.read"));

        Assert.That((used.Status, used["reason"]), Is.EqualTo((409, "object_in_use")), used.Body);
        Assert.That(used["detail"], Does.Contain("objects that you do not see").And.Not.Contain("shipper"));
        Assert.That((taken.Status, taken["errors"]), Is.EqualTo((400, Unreachable("/organization", "api_key.write"))));
    }

    [Test]
    public async Task A_name_that_is_an_address_is_found_by_its_encoded_form()
    {
        var made = await Client.AdminAsync("POST", "/api-resources", _root, """{ "name": "https://api.example.com/v1" }""");
        var path = made.Header("Location")![Administrations.Base.Length..];
        var found = await Client.AdminAsync("GET", path, _root);

        Assert.That(path, Is.EqualTo("/api-resources/https%3A%2F%2Fapi.example.com%2Fv1"));
        Assert.That((found.Status, found["name"]), Is.EqualTo((200, "https://api.example.com/v1")));
        Assert.That((await Client.AdminAsync("GET", "/api-resources/%00", _root)).Status, Is.EqualTo(404).Or.EqualTo(400));
    }

    [Test]
    public async Task A_list_is_filtered_and_goes_on_where_its_cursor_says()
    {
        foreach (var i in Enumerable.Range(0, 5))
            await Client.AdminAsync("POST", "/scopes", _root, $$"""{ "name": "list.{{i}}" }""");
        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await Client.AdminAsync("GET", $"/scopes?prefix=list.&source=api&limit=2{cursor}", _root);
            seen.AddRange(Names(page));
            cursor = page["next_cursor"] is { } next and not "null" ? $"&cursor={next}" : null;
            if (seen.Count == 2)
                await Client.AdminAsync("POST", "/scopes", _root, """{ "name": "list.00" }""");
        }

        Assert.That(seen, Is.EqualTo(["list.0", "list.1", "list.2", "list.3", "list.4"]));
        Assert.That(Names(await Client.AdminAsync("GET", "/clients?scope=admin.clients.write&source=file", _root)), Is.EqualTo(["keeper"]));
        var unknown = await Client.AdminAsync("GET", "/clients?color=red", _root);
        Assert.That((unknown.Status, unknown["reason"]), Is.EqualTo((400, "parameter_invalid")));
        Assert.That((await Client.AdminAsync("GET", "/clients?enabled=perhaps", _root)).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task What_others_need_stays()
    {
        await Client.AdminAsync("POST", "/scopes", _root, """{ "name": "needed" }""");
        await Client.AdminAsync("POST", "/clients", _root, Job("needy", "needed"));
        var refused = await Client.AdminAsync("DELETE", "/scopes/needed", _root, null, "*");

        Assert.That((refused.Status, refused["reason"]), Is.EqualTo((409, "object_in_use")));
        Assert.That(refused["detail"], Does.Contain("clients/needy"));
    }

    [Test]
    public async Task An_older_API_is_switched_on_within_its_limits_and_its_callers_are_listed()
    {
        var off = await Client.AdminAsync("GET", "/dialects/lsid", _root);
        var wrong = await Client.AdminAsync("PATCH", "/dialects/lsid", _root, """{ "lifetime": "31d" }""", off.Header("ETag"));
        var on = await Client.AdminAsync(
            "PATCH", "/dialects/lsid", _root, """{ "enabled": true, "sunset": "2031-12-31", "lifetime": "1d" }""", off.Header("ETag"));

        Assert.That((off.Status, off["enabled"], wrong.Status), Is.EqualTo((200, "false", 400)));
        Assert.That((on.Status, on["enabled"], on["sunset"], on["lifetime"]), Is.EqualTo((200, "true", "2031-12-31", "1d")), on.Body);
        Assert.That(Names(await Client.AdminAsync("GET", "/dialects?enabled=true", _root)), Does.Contain("lsid"));

        var partner = await Client.AdminAsync("POST", "/clients/partners", _root, """{ "client_id": "partner-8" }""");
        Assert.That(partner.Status, Is.EqualTo(201), partner.Body);
        var token = await Client.AnswerAsync(new HttpRequestMessage(HttpMethod.Post, "/api/token")
        {
            Content = new StringContent(
                $$"""{ "hash": "{{partner["hash_alias"]}}", "secret": "{{SecretOf(partner)}}" }""", System.Text.Encoding.UTF8,
                "application/json"),
        });
        Assert.That(token.Status, Is.EqualTo(200), token.Body);
        var use = await Eventually.GetAsync(
            () => Client.AdminAsync("GET", "/dialects/hash-secret/use?days=7", _root), answer => answer.Body.Contains("partner-8"));
        var caller = use.Json.GetProperty("items").EnumerateArray().Single();
        Assert.That((caller.GetProperty("client_id").GetString(), caller.GetProperty("calls").GetInt32()), Is.EqualTo(("partner-8", 1)));
        Assert.That(caller.GetProperty("days").GetArrayLength(), Is.EqualTo(1));
        Assert.That((await Client.AdminAsync("GET", "/dialects/hash-secret/use?days=0", _root)).Status, Is.EqualTo(400));
        Assert.That((await Client.AdminAsync("GET", "/dialects/none/use", _root)).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task The_configuration_shows_its_generations_and_what_was_made_here_as_a_file()
    {
        await Client.AdminAsync("POST", "/scopes", _root, """{ "name": "shown", "description": "yes: \"it\" is" }""");
        var state = await Client.AdminAsync("GET", "/config/state", _root);
        var generations = await Client.AdminAsync("GET", "/config/generations?limit=100", _root);
        await Client.AdminAsync("POST", "/clients", _root, Job("exported"));
        var export = await Client.AdminAsync("GET", "/config/export", _root);

        Assert.That(
            generations.Json.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("hash").GetString()),
            Has.Member(state["applied"]));
        Assert.That(state.Json.GetProperty("objects").GetArrayLength(), Is.GreaterThan(3));
        Assert.That(export["yaml"], Does.Contain("scopes:").And.Contain("shown"));
        Assert.That(export["yaml"], Does.Not.Contain("console").And.Not.Contain("sha256:"));
        Assert.That(export["yaml"], Does.Contain("env:HUB_CLIENTS_EXPORTED_CLIENT_SECRETS_1_VALUE"));
    }

    private static string Job(string id, string? scope = null) =>
        $$"""
        { "client_id": "{{id}}", "grant_types": ["client_credentials"], "scope": "{{scope ?? ""}}",
          "client_secrets": [{ "value": "generate:" }] }
        """;

    private static string Key(string name, string organization, string permission) =>
        $$"""{ "name": "{{name}}", "organization": "{{organization}}", "permissions": ["{{permission}}"], "value": "generate:" }""";

    private static string Unreachable(string pointer, string permission) =>
        $$"""[{"pointer":"{{pointer}}","detail":"must be an organization in which you hold the permission {{permission}}"}]""";

    private static string SecretOf(Answer made) =>
        made.Json.GetProperty("generated_secrets").EnumerateArray().Single().GetProperty("value").GetString()!;

    private static IEnumerable<string> Names(Answer list) =>
        list.Json.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("meta").GetProperty("name").GetString()!);
}
