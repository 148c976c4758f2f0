using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Audit;
using IdentityHub.Storage.Outbox;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
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
