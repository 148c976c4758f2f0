using IdentityHub.Storage.Audit;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Audit;

public class AuditTests(DatabaseKind kind) : DatabaseTests(kind)
{
    [Test]
    public async Task Events_are_stored_as_they_were_given()
    {
        AuditEvent[] events = [Full(), Sparse(), Full()];

        await Database.WriteAuditAsync(events, Cancellation);

        await using var context = NewContext();
        var stored = await context.AuditEvents.ToListAsync();
        Assert.That(stored, Is.EquivalentTo(events).UsingPropertiesComparer());
    }

    [Test]
    public async Task No_events_are_no_work()
    {
        await Database.WriteAuditAsync([], Cancellation);

        await using var context = NewContext();
        Assert.That(await context.AuditEvents.AnyAsync(), Is.False);
    }

    [Test]
    public async Task A_thousand_events_are_written_at_once()
    {
        await Database.WriteAuditAsync([.. Enumerable.Range(0, 1000).Select(_ => Full())], Cancellation);

        await using var context = NewContext();
        Assert.That(await context.AuditEvents.CountAsync(), Is.EqualTo(1000));
    }

    [Test]
    public async Task Of_a_batch_with_one_bad_row_nothing_is_written()
    {
        var audit = Full();

        Assert.That(
            async () => await Database.WriteAuditAsync([Sparse(), audit, audit], Cancellation),
            Throws.Exception.Matches<Exception>(Database.IsUniqueViolation));

        await using var context = NewContext();
        Assert.That(await context.AuditEvents.AnyAsync(), Is.False);
    }

    private static AuditEvent Full() => new()
    {
        TraceId = Guid.NewGuid(),
        Id = Guid.CreateVersion7(),
        At = Now,
        Type = "token.refused",
        Endpoint = "connect/token",
        GrantType = "authorization_code",
        ClientId = "demo-web",
        UserId = Guid.NewGuid(),
        SessionId = Guid.NewGuid(),
        Reason = "code_used",
        Detail = "The code was used at 2026-11-22T11:59:59Z; a tab\there, a line\nthere, \"quotes\", ö and €.",
        IpAddress = "2001:db8::1",
        Generation = "0123456789ab",
    };

    private static AuditEvent Sparse() =>
        new() { TraceId = Guid.NewGuid(), Id = Guid.CreateVersion7(), At = Now, Type = "config.applied", Endpoint = "hub" };
}
