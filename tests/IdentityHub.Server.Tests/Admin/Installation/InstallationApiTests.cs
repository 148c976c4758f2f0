using IdentityHub.Server.Admin.Installation;
using IdentityHub.Server.Background;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage;
using IdentityHub.Storage.Audit;
using IdentityHub.Storage.Audit.Reading;
using IdentityHub.Storage.Outbox;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Admin.Installation;

/// <summary>The audit trail, the outbox and the signing keys in the administration API.</summary>
public class InstallationApiTests(DatabaseKind kind) : HubFixture(kind, Administrations.Config)
{
    private string _root = null!;
    private string _local = null!;

    [OneTimeSetUp]
    public async Task LogInAsync() =>
        (_root, _local) = (await Client.TokenOfAsync("root"), await Client.TokenOfAsync("local"));

    [Test]
    public async Task The_audit_trail_is_read_in_pages_and_streamed_whole()
    {
        await AddRowsAsync("test.paged", 7, Administrations.NobodyId);
        var seen = new List<string>();
        for (var query = ""; ;)
        {
            var page = await Client.AdminAsync("GET", $"/audit/events?type=test.paged&limit=3{query}", _root);
            seen.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(row => row.GetProperty("detail").GetString()!));
            if (page["next_cursor"] is not { } next || next == "null")
                break;
            query = $"&cursor={next}";
        }

        var export = await Client.AdminAsync("GET", "/audit/export?type=test.paged", _root);
        var lines = export.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => System.Text.Json.JsonElement.Parse(line).GetProperty("detail").GetString());

        // Rows 3 to 5 are of one time: the order among them is that of their ids.
        Assert.That(seen, Is.EqualTo(Enumerable.Range(0, 7).Reverse().Select(i => $"row {i}")));
        Assert.That(export.Header("Content-Type"), Is.EqualTo("application/x-ndjson"));
        Assert.That(lines, Is.EqualTo(Enumerable.Range(0, 7).Select(i => $"row {i}")));
    }

    [Test]
    public async Task An_export_goes_on_behind_each_batch()
    {
        await AddRowsAsync("test.batches", 2_100, Administrations.NobodyId);
        foreach (var query in (string[])["type=test.batches", $"type=test.batches&user_id={Administrations.NobodyId}"])
        {
            var export = await Client.AdminAsync("GET", $"/audit/export?{query}", _root);
            var lines = export.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => System.Text.Json.JsonElement.Parse(line).GetProperty("id").GetString())
                .ToList();

            Assert.That((lines.Count, lines.Distinct().Count()), Is.EqualTo((2_100, 2_100)), query);
        }
    }

    [Test]
    public async Task An_administrator_of_an_organization_reads_what_is_about_its_users()
    {
        await AddRowsAsync("test.reach", 1, Administrations.NobodyId);
        var own = await Client.AdminAsync("GET", $"/audit/events?type=test.reach&user_id={Administrations.NobodyId}", _local);
        var all = await Client.AdminAsync("GET", "/audit/events?type=test.reach", _local);
        var other = await Client.AdminAsync("GET", $"/audit/events?user_id={Administrations.StrangerId}", _local);
        var stream = await Client.AdminAsync("GET", "/audit/export", _local);

        Assert.That(own.Json.GetProperty("items").GetArrayLength(), Is.EqualTo(1), own.Body);
        Assert.That((all.Status, all["reason"], stream.Status), Is.EqualTo((403, "rights_exceeded", 403)));
        Assert.That((other.Status, other["reason"]), Is.EqualTo((404, "object_unknown")));
        var more = await Client.AdminAsync("GET", $"/audit/events?user_id={Administrations.BossId}", _local);
        Assert.That((more.Status, more["reason"]), Is.EqualTo((404, "object_unknown")));
        foreach (var query in (string[])[
            "user_id=x", "from=yesterday", "trace_id=1", "to=0001-01-01T00:00:00Z", "from=2026-11-30T00:00:00"])
            Assert.That((await Client.AdminAsync("GET", $"/audit/events?{query}", _root)).Status, Is.EqualTo(400), query);
    }

    [Test]
    public async Task A_message_that_was_given_up_is_sent_again()
    {
        var id = Guid.CreateVersion7();
        await using (var context = Hub.NewContext())
        {
            context.Add(new OutboxMessage
            {
                Id = id,
                Channel = "none",
                WrappedPayload = [1],
                CreatedAt = Hub.Time.GetUtcNow(),
                NextAttemptAt = Hub.Time.GetUtcNow(),
                Attempts = 9,
                DeadAt = Hub.Time.GetUtcNow(),
                LastError = "timeout",
            });
            await context.SaveChangesAsync();
        }

        var stuck = await Client.AdminAsync("GET", "/outbox/messages", _root);
        var again = await Client.AdminAsync("POST", $"/outbox/messages/{id}/send-again", _root);

        Assert.That(stuck.Body, Does.Contain($"\"id\":\"{id}\"").And.Contain("\"last_error\":\"timeout\"").And.Not.Contain("payload"));
        Assert.That(again.Status, Is.EqualTo(204), again.Body);
        await using var after = Hub.NewContext();
        var message = await after.OutboxMessages.SingleAsync(row => row.Id == id);
        Assert.That((message.DeadAt, message.Attempts), Is.EqualTo(((DateTimeOffset?)null, 0)));
        Assert.That(await after.AuditEvents.CountAsync(row => row.Target == $"outbox/messages/{id}"), Is.EqualTo(1));
        message.DeliveredAt = Hub.Time.GetUtcNow();
        await after.SaveChangesAsync();
        Assert.That((await Client.AdminAsync("POST", $"/outbox/messages/{id}/send-again", _root)).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Signing_keys_are_listed_announced_and_the_only_one_stays()
    {
        var keys = (await Client.AdminAsync("GET", "/keys", _root)).Json.GetProperty("items").EnumerateArray().ToList();
        var signs = keys.First(key => key.GetProperty("state").GetString() == "signs").GetProperty("kid").GetString();
        var refused = await Client.AdminAsync("POST", $"/keys/{signs}/retire", _root);
        var key = ("Idempotency-Key", "rotate-once");
        var rotated = await Client.AdminAsync("POST", "/keys/rotate", _root, """{ "algorithm": "ES256" }""", headers: key);
        var again = await Client.AdminAsync("POST", "/keys/rotate", _root, """{ "algorithm": "ES256" }""");

        Assert.That((refused.Status, refused["reason"]), Is.EqualTo((409, "object_in_use")), refused.Body);
        Assert.That(rotated.Status, Is.EqualTo(200), rotated.Body);
        Assert.That(again["items"], Is.EqualTo(rotated["items"]), "what is announced stays");
        var next = rotated.Json.GetProperty("items").EnumerateArray().Single();
        Assert.That(next.GetProperty("state").GetString(), Is.EqualTo("announced"));
        Assert.That(
            (await Client.GetAnswerAsync("/.well-known/openid-configuration/jwks")).Body, Does.Contain(next.GetProperty("kid").GetString()),
            "it is published at once");
        Assert.That(
            (await Client.AdminAsync("POST", "/keys/rotate", _root, """{ "algorithm": "none" }"""))["errors"],
            Does.Contain("/algorithm"));
    }

    [Test]
    public async Task Templates_are_listed_shown_and_tried_before_they_are_put_into_a_file()
    {
        var german = await Client.AdminAsync("GET", "/templates?kind=otp-email&language=DE", _root);
        var first = await Client.AdminAsync("GET", "/templates?channel=sms&limit=1", _root);
        var second = await Client.AdminAsync("GET", $"/templates?channel=sms&limit=1&cursor={first["next_cursor"]}", _root);
        var found = await Client.AdminAsync("GET", "/templates/otp-email.de", _root);
        var preview = await Client.AdminAsync("GET", "/templates/otp-email.de/preview", _root);

        var listed = german.Json.GetProperty("items").EnumerateArray().Single();
        Assert.That(
            (listed.GetProperty("id").GetString(), listed.GetProperty("source").GetString()), Is.EqualTo(("otp-email.de", "built_in")));
        Assert.That(first["items"], Is.Not.EqualTo(second["items"]));
        Assert.That(found["text"], Does.StartWith("Subject: ").And.Contain("{{code}}"));
        Assert.That(preview["text"], Does.Contain("123456").And.Not.Contain("{{"));
        Assert.That(preview["html"], Does.Contain("123456").And.Not.Contain("{{"));
        Assert.That((await Client.AdminAsync("GET", "/templates/none.de", _root)).Status, Is.EqualTo(404));

        var good = await Client.AdminAsync(
            "POST", "/templates/otp-email.it/check", _root, """{ "text": "Subject: Il codice di {{client}}\n\n{{code}}\n" }""");
        Assert.That((good.Status, good["subject"], good["text"], good["html"]),
            Is.EqualTo((200, "Il codice di Example App", "123456", "null")), good.Body);
        var wrong = await Client.AdminAsync(
            "POST", "/templates/otp-email.it/check", _root, """{ "text": "Subject: x\n\n{{cod}}\n", "html": "<p>{{code</p>" }""");
        Assert.That((wrong.Status, wrong["reason"]), Is.EqualTo((400, "fields_invalid")));
        Assert.That(
            wrong.Json.GetProperty("errors").EnumerateArray().Select(fault => fault.GetProperty("pointer").GetString()).Distinct(),
            Is.EquivalentTo(["/text", "/html"]), wrong.Body);
        Assert.That(wrong["errors"], Does.Contain("line 3"));
        Assert.That(
            (await Client.AdminAsync("POST", "/templates/otp-sms.it/check", _root, """{ "text": "{{code}}", "html": "{{code}}" }""")).Status,
            Is.EqualTo(400), "a text message has no HTML");
    }

    [Test]
    public async Task Each_object_that_differs_from_the_files_is_named_with_what_differs()
    {
        var drift = Hub.Services.GetRequiredService<ConfigDrift>();
        await drift.RunOnceAsync(CancellationToken.None);
        var none = await Client.AdminAsync("GET", "/config/drift", _root);
        await Hub.Services.GetRequiredService<HubDatabase>()
            .Call("UPDATE config_objects SET document = replace(document, 'Globex', 'Glowex') WHERE kind = 'organizations'")
            .ExecuteAsync(CancellationToken.None);
        await drift.RunOnceAsync(CancellationToken.None);
        var one = await Client.AdminAsync("GET", "/config/drift?kind=organizations", _root);
        var other = await Client.AdminAsync("GET", "/config/drift?kind=clients", _root);

        Assert.That(none["count"], Is.EqualTo("0"), none.Body);
        Assert.That(none["measured_at"], Is.Not.EqualTo("null"));
        var item = one.Json.GetProperty("items").EnumerateArray().Single();
        Assert.That(
            (item.GetProperty("action").GetString(), item.GetProperty("name").GetString(), item.GetProperty("line").GetRawText()),
            Is.EqualTo(("change", "globex", Administrations.LineOf("- { id: globex"))));
        Assert.That(
            item.GetProperty("changes").GetRawText(),
            Is.EqualTo("""[{"key":"name","stored":"Glowex","in_files":"Globex","note":null}]"""));
        Assert.That(other["items"], Is.EqualTo("[]"));
        Assert.That((await Client.AdminAsync("GET", "/config/state", _root))["drift"], Is.EqualTo("1"));

        // Of a user the keys, without what they hold.
        await Hub.Services.GetRequiredService<HubDatabase>()
            .Call("UPDATE config_objects SET document = replace(document, 'Filed', 'Elsewhere') WHERE kind = 'users'")
            .ExecuteAsync(CancellationToken.None);
        await drift.RunOnceAsync(CancellationToken.None);
        var users = await Client.AdminAsync("GET", "/config/drift?kind=users", _root);
        Assert.That(
            users.Json.GetProperty("items").EnumerateArray().Single().GetProperty("changes").GetRawText(),
            Is.EqualTo("""[{"key":"given_name","stored":null,"in_files":null,"note":"changed"}]"""), users.Body);
    }

    [Test]
    public async Task Live_logins_are_found_and_ended_by_those_who_reach_their_users()
    {
        var nobody = Administrations.NobodyId;
        await Client.TokenOfAsync("nobody", "openid");
        await Client.TokenOfAsync("nobody", "openid");
        var first = await Client.AdminAsync("GET", $"/sessions?user_id={nobody}&limit=1", _local);
        var second = await Client.AdminAsync("GET", $"/sessions?user_id={nobody}&limit=1&cursor={first["next_cursor"]}", _local);
        string[] ids = [IdOf(first), IdOf(second)];
        Assert.That(ids[0], Is.Not.EqualTo(ids[1]));

        // An administrator of the organization: not those above or beside it, not the installation's.
        var seen = Names(await Client.AdminAsync("GET", "/sessions?limit=200", _local));
        Assert.That(seen, Does.Contain("nobody").And.Not.Contain("root").And.Not.Contain("stranger"));
        Assert.That(Names(await Client.AdminAsync("GET", "/sessions?limit=200&client_id=console", _root)), Does.Contain("root"));
        Assert.That(Names(await Client.AdminAsync("GET", "/sessions?client_id=desk", _root)), Is.Empty);
        var south = Names(await Client.AdminAsync("GET", "/sessions?organization=south", _root));
        Assert.That(south.Distinct(), Is.SubsetOf(["nobody", "local"]));
        var tomorrow = Uri.EscapeDataString($"{Hub.Time.GetUtcNow().AddDays(1).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}");
        Assert.That(Names(await Client.AdminAsync("GET", $"/sessions?from={tomorrow}", _root)), Is.Empty);
        foreach (var query in (string[])["user_id=1", "from=yesterday", "cursor=forged"])
            Assert.That((await Client.AdminAsync("GET", $"/sessions?{query}", _root)).Status, Is.EqualTo(400), query);

        var shown = await Client.AdminAsync("GET", $"/sessions/{ids[0]}", _local);
        var ended = await Client.AdminAsync("DELETE", $"/sessions/{ids[0]}", _local, null, shown.Header("ETag"));
        Assert.That((shown["user_name"], shown["client_id"], ended.Status), Is.EqualTo(("nobody", "console", 204)), ended.Body);
        Assert.That((await Client.AdminAsync("GET", $"/sessions/{ids[0]}", _root)).Status, Is.EqualTo(404));
        Assert.That((await Client.AdminAsync("GET", $"/sessions/{ids[1]}", _root)).Status, Is.EqualTo(200), "the other stays");

        // Of a user who may do more, reading and ending answer alike.
        var mighty = await Client.AdminAsync(
            "POST", "/users", _root, $$"""{"user_name":"mighty","password":"{{Administrations.Password}}","organization":"south"}""");
        await Client.TokenOfAsync("mighty", "openid");
        var given = await Client.AdminAsync("POST", $"/users/{mighty["id"]}/roles", _root, """{ "role": "admin" }""");
        var id = IdOf(await Client.AdminAsync("GET", $"/sessions?user_id={mighty["id"]}", _root));
        var seen404 = await Client.AdminAsync("GET", $"/sessions/{id}", _local);
        var end404 = await Client.AdminAsync("DELETE", $"/sessions/{id}", _local, null, "*");
        Assert.That((given.Status / 100, seen404.Status, end404.Status), Is.EqualTo((2, 404, 404)), end404.Body);

        string IdOf(Answer page) => page.Json.GetProperty("items")[0].GetProperty("id").GetString()!;
        List<string?> Names(Answer page) =>
            [.. page.Json.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("user_name").GetString())];
    }

    [Test]
    public async Task An_explanation_reads_the_latest_rows_of_a_trace_and_what_is_around_its_end()
    {
        var (trace, foreign, now) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Hub.Time.GetUtcNow());
        await AddAsync(
            [
                RowOf(trace, Administrations.NobodyId, now.AddDays(-60), "first"),
                RowOf(Guid.CreateVersion7(), Administrations.StrangerId, now.AddDays(-30), "long ago"),
                RowOf(Guid.CreateVersion7(), Administrations.StrangerId, now.AddMinutes(-61), "around"),
                .. Enumerable.Range(1, 204).Select(
                    i => RowOf(trace, Administrations.StrangerId, now.AddHours(-1).AddMilliseconds(i), $"row {i}")),
                RowOf(foreign, Administrations.StrangerId, now, "foreign"),
            ]);

        var all = await Client.AdminAsync("GET", $"/audit/traces/{trace:N}", _root);
        var own = await Client.AdminAsync("GET", $"/audit/traces/{trace:N}", _local);
        var other = await Client.AdminAsync("GET", $"/audit/traces/{foreign:N}", _local);

        Assert.That((DetailsOf(all, "rows").Count, all["more_rows"]), Is.EqualTo((200, "true")), all.Body);
        Assert.That((DetailsOf(all, "rows")[0], DetailsOf(all, "rows")[^1]), Is.EqualTo(("row 5", "row 204")));
        Assert.That(DetailsOf(all, "around"), Does.Contain("around").And.Not.Contain("long ago"));
        Assert.That((string.Join(',', DetailsOf(own, "rows")), own["more_rows"]), Is.EqualTo(("first", "false")), own.Body);
        Assert.That(other.Status, Is.EqualTo(404));

        AuditEvent RowOf(Guid id, string user, DateTimeOffset at, string detail) => new()
        {
            Id = Guid.CreateVersion7(),
            TraceId = id,
            Type = "test.traced",
            Endpoint = "test",
            UserId = Guid.Parse(user),
            Detail = detail,
            At = at,
        };

        static List<string?> DetailsOf(Answer answer, string list) =>
            [.. answer.Json.GetProperty(list).EnumerateArray().Select(row => row.GetProperty("detail").GetString())];
    }

    [Test]
    public async Task Figures_are_shared_for_some_seconds_and_what_takes_long_is_not_counted_now()
    {
        using var figures = new InstallationFigures(Hub.Services.GetRequiredService<AuditFigures>());
        var now = Hub.Time.GetUtcNow();
        var none = await CountAsync(now);
        await AddAsync(
            [
                .. Enumerable.Range(0, 3).Select(i => new AuditEvent
                {
                    Id = Guid.CreateVersion7(),
                    TraceId = Guid.CreateVersion7(),
                    Type = "token.issued",
                    Endpoint = "test",
                    ClientId = "figured",
                    At = now.AddSeconds(-i),
                }),
            ]);
        var (shared, counted) = (await CountAsync(now.AddSeconds(19)), await CountAsync(now.AddSeconds(21)));

        Assert.That((none, shared, counted), Is.EqualTo(((0L, 0L), (0L, 0L), (3L, 3L))));
        if (Kind == DatabaseKind.Sqlite)
            return;

        await using (var context = Hub.NewContext())
        await using (await context.Database.BeginTransactionAsync())
        {
            await context.Database.ExecuteSqlAsync($"LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE");
            var hours = await figures.HoursAsync(now.AddSeconds(42), CancellationToken.None);
            var days = await figures.DaysAsync(now.AddSeconds(42), CancellationToken.None);
            Assert.That((hours[^1].Figures, days[^1].Figures), Is.EqualTo(((SpanFigures?)null, (SpanFigures?)null)));
            Assert.That(days[^3].Figures, Is.Not.Null, "what was counted stays");
        }

        Assert.That(await CountAsync(now.AddSeconds(103)), Is.EqualTo((3L, 3L)), "a later look counts it");

        async Task<(long Hours, long Days)> CountAsync(DateTimeOffset at) => (
            SumOf(await figures.HoursAsync(at, CancellationToken.None)), SumOf(await figures.DaysAsync(at, CancellationToken.None)));
        static long SumOf(IEnumerable<CountedSpan> spans) =>
            spans.SelectMany(span => span.Figures!.Clients).Where(client => client.Name == "figured").Sum(client => client.Count);
    }

    private async Task AddAsync(IEnumerable<AuditEvent> rows)
    {
        await using var context = Hub.NewContext();
        context.AddRange(rows);
        await context.SaveChangesAsync();
    }

    private async Task AddRowsAsync(string type, int count, string userId)
    {
        await using var context = Hub.NewContext();
        var now = Hub.Time.GetUtcNow();
        var ids = Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7()).Order().ToList();
        for (var i = 0; i < count; i++)
        {
            context.Add(new AuditEvent
            {
                TraceId = Guid.CreateVersion7(),
                Id = ids[i],
                Type = type,
                Endpoint = "test",
                UserId = Guid.Parse(userId),
                Detail = $"row {i}",
                At = now - TimeSpan.FromMinutes(10) + TimeSpan.FromMinutes(count > 10 ? i / 700 : i is >= 3 and <= 5 ? 3 : i),
            });
        }

        await context.SaveChangesAsync();
    }
}
