using IdentityHub.Storage.Audit;
using IdentityHub.Storage.Audit.Reading;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Audit.Reading;

public class AuditReaderTests(DatabaseKind kind) : DatabaseTests(kind)
{
    private static readonly Guid Alice = Guid.Parse("11111111-1111-4111-8111-111111111111");

    [Test]
    public async Task The_newest_rows_are_found_however_far_they_lie_apart()
    {
        int[] minutes = [1, 20, 200, 5_000, 60_000, 500_000];
        await WriteAsync([.. minutes.Select(ago => Row(Now.AddMinutes(-ago), $"reason_{ago}"))]);

        var all = await ListAsync(new AuditFilter(), 10);
        var three = await ListAsync(new AuditFilter(), 3);
        var between = await ListAsync(new AuditFilter { From = Now.AddMinutes(-5_000), To = Now.AddMinutes(-20) }, 10);

        Assert.That(all, Is.EqualTo(minutes.Select(ago => $"reason_{ago}")));
        Assert.That(three, Is.EqualTo(minutes.Take(3).Select(ago => $"reason_{ago}")));
        Assert.That(between, Is.EqualTo(["reason_200", "reason_5000"]), "the first time is in, the last one is not");
    }

    [Test]
    public async Task Each_condition_chooses_and_all_of_them_must_be_met()
    {
        var trace = Guid.NewGuid();
        await WriteAsync(
            Row(Now, "a", client: "web"), Row(Now.AddSeconds(-1), "b", user: Alice),
            Row(Now.AddSeconds(-2), "c", endpoint: "connect/revoke"),
            Row(Now.AddSeconds(-3), "d", type: "token.refused"), Row(Now.AddSeconds(-4), "e", trace: trace),
            Row(Now.AddSeconds(-5), null, client: "web"));

        Assert.That(await ListAsync(new AuditFilter { ClientId = "web" }, 9), Is.EqualTo(["a", null]));
        Assert.That(await ListAsync(new AuditFilter { ClientId = "web", HasReason = false }, 9), Is.EqualTo(new string?[] { null }));
        Assert.That(await ListAsync(new AuditFilter { HasReason = true }, 2), Is.EqualTo(["a", "b"]));
        Assert.That(await ListAsync(new AuditFilter { UserId = Alice }, 9), Is.EqualTo(["b"]));
        Assert.That(await ListAsync(new AuditFilter { Endpoint = "connect/revoke" }, 9), Is.EqualTo(["c"]));
        Assert.That(await ListAsync(new AuditFilter { Type = "token.refused" }, 9), Is.EqualTo(["d"]));
        Assert.That(await ListAsync(new AuditFilter { TraceId = trace }, 9), Is.EqualTo(["e"]));
        Assert.That(await ListAsync(new AuditFilter { Reason = "c", ClientId = "web" }, 9), Is.Empty);
    }

    [Test]
    public async Task Around_a_request_stand_the_rows_of_its_client_and_of_its_user()
    {
        var trace = Guid.NewGuid();
        await WriteAsync(
            Row(Now.AddMinutes(-6), "too_early", client: "web"), Row(Now.AddMinutes(-2), "of_client", client: "web"),
            Row(Now, "itself", client: "web", trace: trace),
            Row(Now.AddMinutes(1), "of_user", user: Alice), Row(Now.AddMinutes(2), "of_others", client: "other"));

        var reader = new AuditReader(Database);
        var both = await reader.ListAroundAsync("web", Alice, Now.AddMinutes(-5), Now.AddMinutes(5), trace, 9, Cancellation);
        var nobody = await reader.ListAroundAsync(null, null, Now.AddMinutes(-5), Now.AddMinutes(5), trace, 9, Cancellation);

        Assert.That(both.Select(row => row.Reason), Is.EqualTo(["of_client", "of_user"]));
        Assert.That(nobody, Is.Empty);
    }

    [Test]
    public async Task What_comes_later_with_an_earlier_time_is_given_and_nothing_is_given_twice()
    {
        await WriteAsync(Row(Now.AddMinutes(-4), "old"), Row(Now.AddSeconds(-1), "last"));
        var follower = new AuditFollower(Database, new AuditFilter { HasReason = true });

        var begin = await follower.BeginAsync(1, Now, Cancellation);
        await WriteAsync(Row(Now.AddSeconds(1), "new"), Row(Now.AddSeconds(1), null));
        var first = await follower.LookAsync(Now.AddSeconds(2), Cancellation);
        await WriteAsync(Row(Now.AddSeconds(-5), "of_a_slow_node"), Row(Now.AddMinutes(-4).AddSeconds(30), "of_a_minute"));
        var second = await follower.LookAsync(Now.AddSeconds(3), Cancellation);
        var later = new List<AuditEvent>();
        for (var i = 4; i < 24; i++)
            later.AddRange(await follower.LookAsync(Now.AddSeconds(i), Cancellation));

        Assert.That(begin.Select(row => row.Reason), Is.EqualTo(["last"]));
        Assert.That(first.Select(row => row.Reason), Is.EqualTo(["new"]));
        Assert.That(second.Select(row => row.Reason), Is.EqualTo(["of_a_slow_node"]));
        Assert.That(later.Select(row => row.Reason), Is.EqualTo(["of_a_minute"]), "one of the later looks goes further back");
    }

    [Test]
    public async Task After_a_time_without_the_database_nothing_is_missing()
    {
        var follower = new AuditFollower(Database, new AuditFilter());
        await follower.BeginAsync(0, Now, Cancellation);
        await follower.LookAsync(Now.AddSeconds(1), Cancellation);

        await WriteAsync(Row(Now.AddSeconds(2), "before"), Row(Now.AddMinutes(20), "meanwhile"));
        var after = await follower.LookAsync(Now.AddMinutes(30), Cancellation);

        Assert.That(after.Select(row => row.Reason), Is.EqualTo(["before", "meanwhile"]));
    }

    private static AuditEvent Row(
        DateTimeOffset at, string? reason, string? client = null, Guid? user = null, string endpoint = "connect/token",
        string type = "request.refused", Guid? trace = null) =>
        new()
        {
            TraceId = trace ?? Guid.NewGuid(),
            Id = Guid.CreateVersion7(at),
            At = at,
            Type = type,
            Endpoint = endpoint,
            ClientId = client,
            UserId = user,
            Reason = reason,
        };

    private Task WriteAsync(params AuditEvent[] rows) => Database.WriteAuditAsync(rows, Cancellation);

    private async Task<IEnumerable<string?>> ListAsync(AuditFilter filter, int most) =>
        (await new AuditReader(Database).ListNewestAsync(filter, most, Now, Cancellation)).Select(row => row.Reason);
}
