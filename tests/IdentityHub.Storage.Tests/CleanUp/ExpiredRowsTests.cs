using IdentityHub.Storage.CleanUp;
using IdentityHub.Storage.Outbox;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.CleanUp;

public class ExpiredRowsTests(DatabaseKind kind) : DatabaseTests(kind)
{
    [Test]
    public async Task Messages_go_a_day_after_they_were_sent_and_thirty_days_after_they_were_given_up_and_never_while_they_wait()
    {
        var stay = new[]
        {
            Message("waiting for ever", null, null),
            Message("sent lately", Now.AddDays(-1).AddMinutes(1), null),
            Message("given up lately", null, Now.AddDays(-30).AddMinutes(1)),
        };
        await Given.StoredAsync([
            .. stay,
            Message("sent", Now.AddDays(-1).AddMinutes(-1), null),
            Message("given up", null, Now.AddDays(-30).AddMinutes(-1))
        ]);

        var removed = await new ExpiredRows(Database).DeleteBatchAsync(Now, Now.AddDays(-400), Cancellation);

        await using var context = NewContext();
        Assert.That(removed, Is.EqualTo(2));
        Assert.That(
            await context.OutboxMessages.Select(message => message.LastError).ToListAsync(),
            Is.EquivalentTo(stay.Select(message => message.LastError)));
    }

    private static OutboxMessage Message(string what, DateTimeOffset? deliveredAt, DateTimeOffset? deadAt) => new()
    {
        Id = Guid.CreateVersion7(),
        Channel = "email",
        WrappedPayload = Given.Hash(),
        CreatedAt = Now.AddDays(-60),
        NextAttemptAt = Now.AddDays(-60),
        DeliveredAt = deliveredAt,
        DeadAt = deadAt,
        LastError = what,
    };
}
