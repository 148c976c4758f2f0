using IdentityHub.Storage.Outbox;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Outbox;

/// <summary>Where many write at once.</summary>
[Spec("ASSURANCE", "F9")]
public class OutboxTakingTests
{
    private static readonly TimeSpan NotForEver = TimeSpan.FromSeconds(30);

    [Test]
    public async Task F9_What_others_are_taking_at_the_moment_is_passed_over_and_not_waited_for()
    {
        await using var storage = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        var given = new Given(storage.Open(), FakeTime.Start);
        var outbox = new OutboxStore(given.Database);
        await given.StoredAsync(Message(0), Message(1), Message(2));

        // Another taker, at the moment between finding the two oldest and having taken them.
        await using var other = given.NewContext();
        await using var transaction = await other.Database.BeginTransactionAsync();
        await other.Database.ExecuteSqlRawAsync("SELECT id FROM outbox_messages ORDER BY next_attempt_at LIMIT 2 FOR UPDATE");

        var takers = Enumerable
            .Range(0, 4)
            .Select(_ => outbox.TakeAsync("email", FakeTime.Start.AddMinutes(1), FakeTime.Start.AddMinutes(2), 2, CancellationToken.None));
        var taken = await Task.WhenAll(takers).WaitAsync(NotForEver);

        Assert.That(taken.SelectMany(batch => batch).Select(message => message.CreatedAt), Is.EqualTo([FakeTime.Start.AddSeconds(2)]));
    }

    private static OutboxMessage Message(int number) => new()
    {
        Id = Guid.CreateVersion7(),
        Channel = "email",
        WrappedPayload = Given.Hash(),
        CreatedAt = FakeTime.Start.AddSeconds(number),
        NextAttemptAt = FakeTime.Start.AddSeconds(number),
    };
}
