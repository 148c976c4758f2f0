using IdentityHub.Storage.Outbox;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Outbox;

public class OutboxStoreTests(DatabaseKind kind) : DatabaseTests(kind)
{
    private const string Channel = "email";
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private OutboxStore Outbox => new(Database);

    [Test]
    public async Task A_message_is_taken_as_it_was_written_and_its_try_is_counted()
    {
        var message = Message();
        await InsertAsync(message);

        var taken = await TakeAsync(Now, most: 10);

        var stored = await ReadAsync(message.Id);
        Assert.Multiple(() =>
        {
            Assert.That(taken, Has.Count.EqualTo(1));
            Assert.That((taken[0].Id, taken[0].Channel, taken[0].CreatedAt, taken[0].Attempt), Is.EqualTo((message.Id, Channel, Now, 1)));
            Assert.That(taken[0].WrappedPayload, Is.EqualTo(message.WrappedPayload));
            Assert.That((stored.Attempts, stored.LockedUntil), Is.EqualTo((1, (DateTimeOffset?)Now + Lease)));
        });
    }

    [Test]
    public async Task What_was_rolled_back_was_never_written()
    {
        await using (var transaction = await Database.BeginAsync(Cancellation))
            await OutboxStore.InsertAsync(transaction, Message(), Cancellation);

        Assert.That(await TakeAsync(Now, most: 10), Is.Empty);
    }

    [Test]
    public async Task Those_that_are_due_longest_come_first_and_no_more_than_were_asked_for()
    {
        var messages = Enumerable
            .Range(0, 6)
            .Select(i => Message(message => message.NextAttemptAt = message.CreatedAt = Now.AddSeconds(-i)))
            .ToList();
        await Given.StoredAsync([.. messages]);

        var taken = await TakeAsync(Now, most: 4);

        Assert.That(taken.Select(message => message.Id), Is.EquivalentTo(messages.Skip(2).Select(message => message.Id)));
    }

    [Test]
    public async Task One_that_is_of_another_channel_or_not_due_or_settled_or_taken_is_left_alone()
    {
        await Given.StoredAsync(
            Message(message => message.Channel = "sms"),
            Message(message => message.NextAttemptAt = Now.AddSeconds(1)),
            Message(message => message.DeliveredAt = Now),
            Message(message => message.DeadAt = Now),
            Message(message => message.LockedUntil = Now.AddSeconds(1)));

        Assert.That(await TakeAsync(Now, most: 10), Is.Empty);
    }

    [Test, Spec("ASSURANCE", "F9")]
    public async Task F9_What_its_taker_has_not_settled_is_taken_again_when_the_lease_has_ended()
    {
        await InsertAsync(Message());
        await TakeAsync(Now, most: 10);

        Assert.That(await TakeAsync(Now + Lease - TimeSpan.FromTicks(10), most: 10), Is.Empty);
        Assert.That((await TakeAsync(Now + Lease, most: 10)).Select(message => message.Attempt), Is.EqualTo([2]));
    }

    [Test, Spec("ASSURANCE", "F9")]
    public async Task F9_Takers_that_race_take_every_message_once()
    {
        const int Takers = 12;
        var messages = Enumerable.Range(0, 5 * Takers).Select(_ => Message()).ToList();
        await Given.StoredAsync([.. messages]);
        var rendezvous = new Rendezvous(Takers).At(Database);

        var taken = (await InParallel(Takers, _ => TakeAsync(Now, most: 5)))
            .SelectMany(batch => batch)
            .Select(message => message.Id)
            .ToList();

        Assert.That(rendezvous.Met, Is.True);
        Assert.That(taken, Is.Unique);

        // A taker may pass over what another is taking just then, and comes back.
        taken.AddRange((await TakeAsync(Now, most: messages.Count)).Select(message => message.Id));
        Assert.That(taken, Is.EquivalentTo(messages.Select(message => message.Id)));
    }

    [Test]
    public async Task A_delivered_message_is_delivered_once_even_when_its_lease_had_ended()
    {
        var message = Message(message => message.LastError = "timeout");
        await InsertAsync(message);
        await TakeAsync(Now, most: 1);
        await TakeAsync(Now + Lease, most: 1);

        var marks = await InParallel(5, _ => Outbox.TryMarkDeliveredAsync(message.Id, Now.AddMinutes(1), Cancellation));

        var stored = await ReadAsync(message.Id);
        Assert.That(marks.Count(marked => marked), Is.EqualTo(1));
        Assert.That(
            (stored.DeliveredAt, stored.LockedUntil, stored.LastError),
            Is.EqualTo(((DateTimeOffset?)Now.AddMinutes(1), (DateTimeOffset?)null, (string?)null)));
        Assert.That(await TakeAsync(Now.AddDays(1), most: 1), Is.Empty);
    }

    [Test]
    public async Task A_failed_message_is_due_again_when_it_was_said_to_be()
    {
        await InsertAsync(Message());
        var taken = (await TakeAsync(Now, most: 1)).Single();

        Assert.That(await Outbox.TryMarkFailedAsync(taken, Now.AddSeconds(5), "status_503", Cancellation), Is.True);

        Assert.That((await ReadAsync(taken.Id)).LastError, Is.EqualTo("status_503"));
        Assert.That(await TakeAsync(Now.AddSeconds(4), most: 1), Is.Empty);
        Assert.That(await TakeAsync(Now.AddSeconds(5), most: 1), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_taker_that_has_lost_its_lease_settles_nothing_but_a_delivery()
    {
        await InsertAsync(Message());
        var late = (await TakeAsync(Now, most: 1)).Single();
        var current = (await TakeAsync(Now + Lease, most: 1)).Single();

        Assert.That(await Outbox.TryMarkFailedAsync(late, Now.AddDays(1), "timeout", Cancellation), Is.False);
        Assert.That(await Outbox.TryMarkDeadAsync(late, Now, "timeout", Cancellation), Is.False);
        Assert.That((await ReadAsync(late.Id)).LockedUntil, Is.EqualTo(Now + Lease + Lease));
        Assert.That(await Outbox.TryMarkDeadAsync(current, Now, "status_400", Cancellation), Is.True);
        Assert.That(await Outbox.TryMarkDeliveredAsync(late.Id, Now, Cancellation), Is.False, "it was given up");
    }

    private Task<List<TakenMessage>> TakeAsync(DateTimeOffset now, int most) =>
        Outbox.TakeAsync(Channel, now, now + Lease, most, Cancellation);

    private async Task InsertAsync(OutboxMessage message)
    {
        await using var transaction = await Database.BeginAsync(Cancellation);
        await OutboxStore.InsertAsync(transaction, message, Cancellation);
        await transaction.CommitAsync(Cancellation);
    }

    private async Task<OutboxMessage> ReadAsync(Guid id)
    {
        await using var context = NewContext();
        return await context.OutboxMessages.SingleAsync(message => message.Id == id);
    }

    private static OutboxMessage Message(Action<OutboxMessage>? change = null)
    {
        var message = new OutboxMessage
        {
            Id = Guid.CreateVersion7(),
            Channel = Channel,
            WrappedPayload = Given.Hash(),
            CreatedAt = Now,
            NextAttemptAt = Now,
        };
        change?.Invoke(message);
        return message;
    }
}
