using System.Text.Json;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.AddressChanges;
using IdentityHub.Storage.Audit;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Admin.Users;

/// <summary>Users in the administration API: what comes of each change, and what is refused.</summary>
public class UserApiTests(DatabaseKind kind) : HubFixture(kind, Administrations.Config)
{
    private string _root = null!;
    private string _local = null!;
    private int _count;

    [OneTimeSetUp]
    public async Task LogInAsync() =>
        (_root, _local) = (await Client.TokenOfAsync("root"), await Client.TokenOfAsync("local"));

    [Test]
    public async Task A_user_is_made_found_by_a_beginning_and_shown()
    {
        var made = await MakeAsync(
            """{"user_name":"zelda","email":"zelda.fitz@example.com","phone_number":"+27 82 555 0101","given_name":"Élodie",""" +
            """ "family_name":"<b>Zola</b>","locale":"fr","organization":"south","email_verified":true}""");
        var id = made["id"];

        Assert.That(made.Status, Is.EqualTo(201), made.Body);
        Assert.That(made.Header("Location"), Is.EqualTo($"{Administrations.Base}/users/{id}"));
        Assert.That((made["phone_number"], made["enabled"], made["has_password"]), Is.EqualTo(("+27825550101", "true", "false")));
        Assert.That(made.Body, Does.Not.Contain("<b>"), "encoded");
        Assert.That(made["family_name"], Is.EqualTo("<b>Zola</b>"));
        foreach (var search in new[] { "zel", "ZELDA", "zelda.f", "%2B2782555", "élo", "Élo", "%3Cb%3Ez" })
            Assert.That(await NamesAsync($"?search={search}", _local), Is.EqualTo(["zelda"]), search);
        foreach (var search in new[] { "elda", "zelda_fitz", "%25", "zelda%25" })
            Assert.That(await NamesAsync($"?search={search}", _local), Is.Empty, search);
        var shown = await Client.AdminAsync("GET", $"/users/{id}", _local);
        Assert.That((shown.Body, shown.Header("ETag")), Is.EqualTo((made.Body, made.Header("ETag"))));
    }

    [Test]
    public async Task Users_are_filtered_and_listed_within_reach_only_and_cursors_survive_who_comes_and_goes()
    {
        Assert.That(
            await NamesAsync("?role=manager", _root), Is.EqualTo(["boss", "local", "stranger"]));
        Assert.That(await NamesAsync("?role=manager", _local), Is.EqualTo(["local"]));
        Assert.That(await NamesAsync("?role=admin&enabled=true", _root), Is.EqualTo(["root"]));
        Assert.That(await NamesAsync("?organization=globex", _root), Is.EqualTo(["stranger"]));
        Assert.That(await NamesAsync("?enabled=false&organization=globex", _root), Is.Empty);

        var first = await Client.AdminAsync("GET", "/users?limit=2", _root);
        var id = (await MakeAsync("""{"user_name":"latecomer","organization":"south"}"""))["id"];
        await Client.AdminAsync("DELETE", $"/users/{id}", _root, ifMatch: "*");
        var second = await Client.AdminAsync("GET", $"/users?limit=2&cursor={first["next_cursor"]}", _root);
        Assert.That(Names(first).Concat(Names(second)), Is.EqualTo(["root", "boss", "local", "stranger"]));

        foreach (var (query, reason) in new[]
        {
            ("?color=red", "parameter_invalid"), ("?limit=0", "parameter_invalid"), ("?limit=201", "parameter_invalid"),
            ("?enabled=maybe", "parameter_invalid"), ("?search=a&search=b", "parameter_repeated"), ("?cursor=x", "cursor_invalid"),
            ($"?search=a&cursor={first["next_cursor"]}", "cursor_invalid"),
        })
        {
            var refused = await Client.AdminAsync("GET", "/users" + query, _root);
            Assert.That((refused.Status, refused["reason"]), Is.EqualTo((400, reason)), query);
        }
    }

    [Test]
    [Spec("RFC 7396", "2")]
    public async Task A_patch_changes_what_it_names_and_is_audited_with_before_and_after()
    {
        var (id, tag) = await NewAsync(""","email":"{0}@example.com","email_verified":true,"given_name":"Ann" """);
        var changed = await Client.AdminAsync(
            "PATCH", $"/users/{id}", _local, $$"""{"given_name":null,"family_name":"Lee","email":"{{id}}@example.com"}""", tag);

        Assert.That(changed.Status, Is.EqualTo(200), changed.Body);
        Assert.That(
            (changed["given_name"], changed["family_name"], changed["email_verified"]), Is.EqualTo(("null", "Lee", "false")),
            "another address is not proven");
        Assert.That(changed.Header("ETag"), Is.Not.EqualTo(tag));
        var row = (await RowsAsync(id)).Single(row => row.Type == "admin.user.address_changed");
        var changes = JsonElement.Parse(row.Changes!);
        Assert.That(
            (row.ClientId, row.ActorId, row.Target), Is.EqualTo(("console", Guid.Parse(Administrations.LocalId), $"users/{id}")));
        Assert.That(changes.GetProperty("before").GetProperty("given_name").GetString(), Is.EqualTo("Ann"));
        Assert.That(changes.GetProperty("after").GetProperty("family_name").GetString(), Is.EqualTo("Lee"));
        Assert.That(changes.GetProperty("after").TryGetProperty("user_name", out _), Is.False, "it has not changed");
    }

    [Test]
    public async Task A_change_needs_the_state_that_it_is_about()
    {
        var (id, tag) = await NewAsync("");
        var missing = await Client.AdminAsync("PATCH", $"/users/{id}", _root, "{}");
        var stale = await Client.AdminAsync("PATCH", $"/users/{id}", _root, "{}", "\"x\"");
        var weak = await Client.AdminAsync("PATCH", $"/users/{id}", _root, "{}", "W/" + tag);
        var garbled = await Client.AdminAsync("PATCH", $"/users/{id}", _root, "{}", "x");
        var any = await Client.AdminAsync("PATCH", $"/users/{id}", _root, """{"given_name":"Any"}""", "*");
        var listed = await Client.AdminAsync("PATCH", $"/users/{id}", _root, "{}", $"\"x\", {any.Header("ETag")}");

        Assert.That((missing.Status, missing["reason"]), Is.EqualTo((428, "precondition_missing")));
        Assert.That((stale.Status, stale["reason"]), Is.EqualTo((412, "precondition_failed")));
        Assert.That((weak.Status, garbled.Status, any.Status, listed.Status), Is.EqualTo((412, 400, 200, 200)));
        Assert.That((await Client.AdminAsync("DELETE", $"/users/{id}", _root)).Status, Is.EqualTo(428));
    }

    [Test]
    public async Task Of_fifty_changes_with_one_ETag_one_wins()
    {
        var (id, tag) = await NewAsync("");
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            Client.AdminAsync("PATCH", $"/users/{id}", _root, $$"""{"given_name":"Name {{i}}"}""", tag)));

        Assert.That(
            answers.CountBy(answer => answer.Status).OrderBy(count => count.Key),
            Is.EqualTo([KeyValuePair.Create(200, 1), KeyValuePair.Create(412, 49)]));
        Assert.That((await RowsAsync(id)).Count(row => row.Type == "admin.user.changed"), Is.EqualTo(1));
    }

    [Test]
    public async Task Only_what_callers_may_set_is_taken_from_a_body()
    {
        var (id, _) = await NewAsync("");
        foreach (var (body, pointer) in new[]
        {
            ("""{"id":"00000000-0000-4000-8000-000000000099"}""", "/id"), ("""{"has_password":true}""", "/has_password"),
            ("""{"security_stamp":"x"}""", "/security_stamp"), ("""{"roles":["admin"]}""", "/roles"), ("""{"password":"x"}""", "/password"),
            ("""{"created_at":"2020-01-01T00:00:00Z"}""", "/created_at"), ("""{"user_name":null}""", "/user_name"),
            ("""{"email":"no address"}""", "/email"), ("""{"phone_number":"0"}""", "/phone_number"), ("""{"enabled":"no"}""", "/enabled"),
            ("""{"attributes":{"shoe":1}}""", "/attributes/shoe"), ("""{"email_verified":true}""", "/email_verified"),
            ("""{"organization":"nowhere"}""", "/organization"), ("""{"user_name":"a b"}""", "/user_name"),
            ("""{"given_name":"a\u0000b"}""", "/given_name"),
        })
        {
            var refused = await Client.AdminAsync("PATCH", $"/users/{id}", _root, body, "*");
            Assert.That(
                (refused.Status, refused.Status == 400 ? refused.Json.GetProperty("errors")[0].GetProperty("pointer").GetString() : null),
                Is.EqualTo((400, pointer)), body);
        }

        var long10 = "{\"a\":\"" + new string('x', 10_000_000) + "\"}";
        foreach (var (body, status) in new[] { ("[]", 400), ("", 400), ("{", 400), (long10, 413) })
            Assert.That((await Client.AdminAsync("PATCH", $"/users/{id}", _root, body, "*")).Status, Is.EqualTo(status), $"{body.Length}");
    }

    [Test]
    public async Task What_belongs_to_another_user_is_refused_by_name()
    {
        var (id, _) = await NewAsync(""","email":"{0}@example.com" """);
        var name = await Client.AdminAsync("PATCH", $"/users/{id}", _root, """{"user_name":"BOSS"}""", "*");
        var made = await MakeAsync("""{"user_name":"local","email":"filed@example.com"}""");

        Assert.That((name.Status, name["reason"], Pointers(name)), Is.EqualTo((409, "account_taken", "/user_name")));
        Assert.That((made.Status, Pointers(made)), Is.EqualTo((409, "/email /user_name")));
    }

    [Test]
    public async Task A_disabled_user_is_signed_out_and_gets_nothing_until_enabled()
    {
        var (id, _) = await NewAsync($",\"password\":\"{Administrations.Password}\"");
        var name = (await Client.AdminAsync("GET", $"/users/{id}", _root))["user_name"]!;
        var token = await Client.TokenOfAsync(name, "openid");
        var disabled = await Client.AdminAsync("PATCH", $"/users/{id}", _local, """{"enabled":false}""", "*");

        Assert.That((disabled.Status, disabled["enabled"]), Is.EqualTo((200, "false")));
        Assert.That((await Client.UserInfoAsync(token)).Status, Is.EqualTo(401));
        Assert.That((await Client.LoginAsync("console", name, Administrations.Password)).Status, Is.EqualTo(400));
        await Client.AdminAsync("PATCH", $"/users/{id}", _local, """{"enabled":true}""", "*");
        Assert.That((await Client.LoginAsync("console", name, Administrations.Password)).Status, Is.EqualTo(200));
        Assert.That((await Client.UserInfoAsync(token)).Status, Is.EqualTo(401), "what was ended stays so");
    }

    [Test]
    public async Task A_user_of_a_file_is_changed_in_the_file()
    {
        foreach (var (method, path, body) in new[]
        {
            ("PATCH", "", "{}"), ("DELETE", "", null), ("POST", "/roles", """{"role":"reader","organization":"south"}"""),
        })
        {
            var refused = await Client.AdminAsync(method, $"/users/{Administrations.FiledId}{path}", _root, body, "*");
            Assert.That(
                (refused.Status, refused["reason"], refused["file"], refused["line"]),
                Is.EqualTo((409, "file_owned", "hub.yaml", Administrations.LineOf(Administrations.FiledId))), method);
        }

        var block = await Client.AdminAsync("PUT", $"/users/{Administrations.FiledId}/block", _local, "{}", "*");
        Assert.That((block.Status, block["blocked"]), Is.EqualTo((200, "true")), "a block stands in no file");
        await Client.AdminAsync("DELETE", $"/users/{Administrations.FiledId}/block", _local, ifMatch: "*");
    }

    [Test]
    public async Task A_user_is_blocked_and_unblocked_and_their_logins_consents_and_factors_end()
    {
        var names = await Hub.AddUserWithEverythingAsync($"full{_count++}", "south");
        var user = $"/users/{names["{user}"]}";
        var past = await Client.AdminAsync("PUT", $"{user}/block", _local, """{"until":"2020-01-01T00:00:00Z"}""", "*");
        var blocked = await Client.AdminAsync("PUT", $"{user}/block", _local, """{"until":"2030-01-01T00:00:00Z"}""", "*");
        var stale = await Client.AdminAsync("DELETE", $"{user}/block", _local, ifMatch: past.Header("ETag") ?? "\"x\"");

        Assert.That((past.Status, Pointers(past)), Is.EqualTo((400, "/until")));
        Assert.That((blocked.Status, blocked["until"]), Is.EqualTo((200, "2030-01-01T00:00:00Z")));
        Assert.That(stale.Status, Is.EqualTo(412));
        Assert.That((await Client.AdminAsync("DELETE", $"{user}/block", _local, ifMatch: blocked.Header("ETag"))).Status, Is.EqualTo(204));
        Assert.That((await Client.AdminAsync("GET", $"{user}/block", _local))["blocked"], Is.EqualTo("false"));
        foreach (var path in new[] { $"/sessions/{names["{session}"]}", "/consents/console", "/factors/totp", "/roles/reader@cape" })
        {
            var one = await Client.AdminAsync("GET", user + path, _local);
            var gone = await Client.AdminAsync("DELETE", user + path, _local, ifMatch: one.Header("ETag"));
            Assert.That((one.Status, gone.Status), Is.EqualTo((200, 204)), path);
            Assert.That((await Client.AdminAsync("GET", user + path, _local)).Status, Is.EqualTo(404), path);
        }

        Assert.That(
            (await RowsAsync(names["{user}"])).Select(row => row.Type),
            Is.SupersetOf([
                "admin.user.blocked", "admin.user.unblocked", "admin.user.session_ended", "admin.user.consent_withdrawn",
                "admin.user.factor_removed", "admin.user.role_taken",
            ]));
    }

    [Test]
    public async Task An_erased_user_is_gone_and_their_names_are_free()
    {
        var names = await Hub.AddUserWithEverythingAsync("gone", "south");
        var erased = await Client.AdminAsync("DELETE", $"/users/{names["{user}"]}", _local, ifMatch: "*");

        Assert.That(erased.Status, Is.EqualTo(204), erased.Body);
        foreach (var path in new[] { "", "/roles", "/sessions", "/block" })
            Assert.That((await Client.AdminAsync("GET", $"/users/{names["{user}"]}{path}", _root)).Status, Is.EqualTo(404), path);
        Assert.That(await NamesAsync("?search=gone", _root), Is.Empty);
        Assert.That((await RowsAsync(names["{user}"])).Select(row => row.Type), Does.Contain("user.erased"));
        var again = await MakeAsync("""{"user_name":"gone","organization":"south"}""");
        Assert.That(again.Status, Is.EqualTo(201));
    }

    [Test]
    public async Task Another_address_is_told_at_the_old_one_and_no_older_link_puts_one_back()
    {
        var (id, _) = await NewAsync(""","email":"{0}@old.example.com","email_verified":true""");
        await using (var context = Hub.NewContext())
        {
            context.Add(new AddressChange
            {
                TokenHash = Guid.NewGuid().ToByteArray(),
                UserId = Guid.Parse(id),
                IsPhone = false,
                OldAddress = "older@example.com",
                CreatedAt = Hub.Time.GetUtcNow(),
                ExpiresAt = Hub.Time.GetUtcNow().AddDays(7),
            });
            await context.SaveChangesAsync();
        }

        var changed = await Client.AdminAsync("PATCH", $"/users/{id}", _root, """{"email":"moved@example.com"}""", "*");

        Assert.That((changed.Status, changed["email"]), Is.EqualTo((200, "moved@example.com")), changed.Body);
        await using var after = Hub.NewContext();
        Assert.That(await after.AddressChanges.CountAsync(change => change.UserId == Guid.Parse(id)), Is.Zero);

        // Delivery follows the answer.
        await Eventually.TrueAsync(
            async () => (await Client.CallAsync("GET", "/dev/outbox", null, null, ("Accept", "application/json"))).Body
                .Contains("@old.example.com", StringComparison.Ordinal),
            TimeSpan.FromSeconds(30), "the old address is told");
    }

    // Applications read the names of roles as well: a role without permissions counts.
    [Test, Spec("ASSURANCE", "S2")]
    public async Task S2_A_user_with_a_role_elsewhere_keeps_their_address_and_account()
    {
        Assert.That((await Client.AdminAsync("POST", "/roles", _root, """{"name":"approver"}""")).Status, Is.EqualTo(201));
        var (id, _) = await NewAsync(""","email":"{0}@example.com","email_verified":true""");
        var given = await Client.AdminAsync("POST", $"/users/{id}/roles", _root, """{"role":"approver","organization":"globex"}""");
        Assert.That(given.Status, Is.LessThan(300), given.Body);

        var changed = await Client.AdminAsync("PATCH", $"/users/{id}", _local, """{"email":"mine@example.com"}""", "*");
        var erased = await Client.AdminAsync("DELETE", $"/users/{id}", _local, ifMatch: "*");
        var blocked = await Client.AdminAsync("PUT", $"/users/{id}/block", _local, "{}", "*");

        Assert.That((changed.Status, changed["reason"]), Is.EqualTo((403, "rights_exceeded")), changed.Body);
        Assert.That((erased.Status, erased["reason"]), Is.EqualTo((403, "rights_exceeded")), erased.Body);
        Assert.That(blocked.Status, Is.EqualTo(200), "they can be shut out, not taken over");
    }

    [Test]
    public async Task Somebody_who_is_invited_sets_their_password_with_the_link()
    {
        var invited = await Client.AdminAsync(
            "POST", "/organizations/south/invitations", _local,
            """{"email":"guest@example.com","given_name":"Guest","roles":["reader"],"locale":"de"}""");
        Assert.That((invited.Status, invited["user_name"], invited["email_verified"]), Is.EqualTo((201, "guest@example.com", "false")));
        var token = await Hub.ResetTokenAsync();
        var outbox = await Client.CallAsync("GET", "/dev/outbox", null, null, ("Accept", "application/json"));

        Assert.That(outbox.Body, Does.Contain("Ihr neues Konto"));
        Assert.That((await Client.ResetAsync(token, "guest@example.com", "Chosen-Pass-77")).Status, Is.EqualTo(204).Or.EqualTo(200));
        Assert.That((await Client.LoginAsync("console", "guest@example.com", "Chosen-Pass-77")).Status, Is.EqualTo(200));
        var shown = await Client.AdminAsync("GET", $"/users/{invited["id"]}", _local);
        Assert.That((shown["email_verified"], shown["has_password"]), Is.EqualTo(("true", "true")), "the link has proven the address");
        Assert.That((await MakeAsync("""{"user_name":"noaddress","invite":true}""")).Status, Is.EqualTo(400));
    }

    private Task<Answer> MakeAsync(string body) => Client.AdminAsync("POST", "/users", _root, body);

    private async Task<(string Id, string Tag)> NewAsync(string more)
    {
        var name = $"new{_count++}";
        var made = await MakeAsync($"{{\"user_name\":\"{name}\",\"organization\":\"south\"{more.Replace("{0}", name)}}}");
        Assert.That(made.Status, Is.EqualTo(201), made.Body);
        return (made["id"]!, made.Header("ETag")!);
    }

    private async Task<List<AuditEvent>> RowsAsync(string userId)
    {
        await using var context = Hub.NewContext();
        var id = Guid.Parse(userId);
        return await context.AuditEvents.AsNoTracking().Where(row => row.UserId == id).ToListAsync();
    }

    private async Task<IEnumerable<string?>> NamesAsync(string query, string token) =>
        Names(await Client.AdminAsync("GET", "/users" + query, token));

    private static List<string?> Names(Answer answer) =>
        [.. answer.Json.GetProperty("items").EnumerateArray().Select(static item => item.GetProperty("user_name").GetString())];

    private static string Pointers(Answer answer) => string.Join(
        ' ',
        answer.Json.GetProperty("errors").EnumerateArray().Select(static fault => fault.GetProperty("pointer").GetString()).Order());
}
