using IdentityHub.Server.Audit;
using IdentityHub.Storage.Audit;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Audit;

[Spec("ASSURANCE", "L11")]
public class RepeatedRefusalsTests
{
    private static readonly DateTimeOffset Now = FakeTime.Start;

    [Test]
    public void L11_Twelve_thousand_refusals_of_one_kind_are_a_few_rows_and_one_that_counts_the_rest()
    {
        var refusals = new RepeatedRefusals();

        var rows = Enumerable
            .Range(0, 12_000)
            .Count(i => refusals.Take(Refusal(Now.AddMilliseconds(i)), isKnownClient: false, mayClose: true, out _));
        var closed = refusals.CloseAll();

        Assert.That((rows, closed.Count), Is.EqualTo((RepeatedRefusals.MaxRowsOfOne, 1)));
        Assert.That(
            (closed[0].Type, closed[0].Reason, closed[0].Endpoint, closed[0].IpAddress),
            Is.EqualTo(("request.refused_repeatedly", "client_unknown", "connect/token", "203.0.113.9")));
        Assert.That(
            closed[0].Detail,
            Does.StartWith("11980 more refused from 2026-11-22T12:00:00.020Z to 2026-11-22T12:00:11.999Z; 20 before them"));
        Assert.That(refusals.CloseAll(), Is.Empty, "written once");
    }

    [Test]
    public void Another_address_endpoint_reason_or_known_client_is_counted_apart_and_an_interface_of_IPv6_or_an_unknown_client_is_not()
    {
        var refusals = new RepeatedRefusals();
        AuditEvent[] apart =
        [
            Refusal(Now), Refusal(Now, address: "203.0.113.10"), Refusal(Now, endpoint: "connect/par"),
            Refusal(Now, reason: "client_secret_wrong"), Refusal(Now, address: "2001:db8::1"),
        ];
        foreach (var refusal in apart.Concat([Refusal(Now, client: "web"), Refusal(Now, client: "app")]))
        {
            for (var i = 0; i <= RepeatedRefusals.MaxRowsOfOne; i++)
                refusals.Take(refusal, isKnownClient: refusal.ClientId is not null, mayClose: true, out _);
        }

        Assert.That(refusals.Take(Refusal(Now, address: "2001:db8::2"), isKnownClient: false, mayClose: true, out _), Is.False);
        Assert.That(refusals.Take(Refusal(Now, client: "made up"), isKnownClient: false, mayClose: true, out _), Is.False);
        var closed = refusals.CloseAll();
        Assert.That(closed, Has.Count.EqualTo(7));
        Assert.That(closed.Select(row => row.ClientId), Is.EquivalentTo(new[] { null, null, null, null, null, "web", "app" }));
        Assert.That(closed.Select(row => row.IpAddress), Has.Some.EqualTo("2001:db8::/64"));
    }

    [Test]
    public void L11_However_many_addresses_take_part_rows_and_memory_are_bounded_and_every_refusal_is_counted()
    {
        const int addresses = 3 * RepeatedRefusals.MaxKinds;
        var refusals = new RepeatedRefusals();

        var rows = 0;
        for (var i = 0; i < addresses; i++)
        {
            for (var repeated = 0; repeated < 3; repeated++)
                rows += refusals.Take(Refusal(Now, address: $"198.51.{i / 256}.{i % 256}"), isKnownClient: false, mayClose: true, out _)
                    ? 1
                    : 0;
        }

        var closed = refusals.CloseAll();
        var counted = closed.Sum(row => int.Parse(row.Detail!.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
        Assert.That(
            (rows, closed.Count), Is.EqualTo((RepeatedRefusals.MaxRows, RepeatedRefusals.MaxKinds + 1 - (RepeatedRefusals.MaxRows / 3))));
        Assert.That(rows + counted, Is.EqualTo(3 * addresses));
    }

    [Test]
    public void A_minute_later_the_count_is_closed_and_begins_anew()
    {
        var refusals = new RepeatedRefusals();
        for (var i = 0; i <= RepeatedRefusals.MaxRowsOfOne; i++)
            refusals.Take(Refusal(Now), isKnownClient: false, mayClose: true, out _);

        Assert.That(refusals.Close(Now.AddSeconds(59)), Is.Empty);
        Assert.That(
            (refusals.Take(Refusal(Now.AddMinutes(1)), isKnownClient: false, mayClose: true, out var closed), closed.Count),
            Is.EqualTo((true, 1)));
        Assert.That(refusals.Close(Now.AddMinutes(3)), Is.Empty, "nothing shares a row");
    }

    [Test]
    public void While_rows_wait_for_the_database_no_further_ones_are_made()
    {
        var refusals = new RepeatedRefusals();
        for (var i = 0; i <= RepeatedRefusals.MaxRowsOfOne; i++)
            refusals.Take(Refusal(Now), isKnownClient: false, mayClose: false, out _);

        Assert.That(
            (refusals.Take(Refusal(Now.AddHours(1)), isKnownClient: false, mayClose: false, out var none), none.Count),
            Is.EqualTo((false, 0)));
        Assert.That(
            refusals.CloseAll().Single().Detail,
            Does.StartWith("2 more refused from 2026-11-22T12:00:00.000Z to 2026-11-22T13:00:00.000Z"));
    }

    private static AuditEvent Refusal(
        DateTimeOffset at, string address = "203.0.113.9", string endpoint = "connect/token", string reason = "client_unknown",
        string? client = null)
    {
        return new AuditEvent
        {
            TraceId = Guid.NewGuid(),
            Id = Guid.CreateVersion7(at),
            At = at,
            Type = AuditTypes.Refused,
            Endpoint = endpoint,
            Reason = reason,
            ClientId = client,
            IpAddress = address,
        };
    }
}
