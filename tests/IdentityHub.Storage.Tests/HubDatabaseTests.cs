using IdentityHub.Storage.Postgres;
using IdentityHub.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests;

public class HubDatabaseTests(DatabaseKind kind) : DatabaseTests(kind)
{
    [Test]
    public async Task A_transaction_that_is_not_committed_leaves_nothing()
    {
        await using (var transaction = await Database.BeginAsync(Cancellation))
        {
            await transaction
                .Call("INSERT INTO organizations (id, name) VALUES ($1, $2)")
                .With("acme")
                .With("Acme")
                .ExecuteAsync(Cancellation);
            await using var inside = transaction.CreateContext();
            Assert.That(await inside.Organizations.AnyAsync(), Is.True, "a context of the transaction sees what it wrote");
        }

        await using var context = NewContext();
        Assert.That(await context.Organizations.AnyAsync(), Is.False);
    }

    [Test]
    public async Task A_named_lock_lets_one_in_at_a_time()
    {
        HubDatabase[] nodes = [Database, Storage.Open()];
        var inside = 0;

        var most = await InParallel(12, async i =>
        {
            await using var transaction = await nodes[i % 2].BeginLockedAsync("a-lock", Cancellation);
            var now = Interlocked.Increment(ref inside);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            return now;
        });

        Assert.That(most, Is.All.EqualTo(1));
    }

    [Test]
    public async Task A_violated_constraint_is_not_an_unavailable_database()
    {
        const string insert = "INSERT INTO used_identifiers (identifier_hash, expires_at) VALUES ($1, $2)";
        var hash = Given.Hash();
        await Database.Call(insert).With(hash).With(Now).ExecuteAsync(Cancellation);

        Assert.That(
            async () => await Database.Call(insert).With(hash).With(Now).ExecuteAsync(Cancellation),
            Throws.Exception.Matches<Exception>(failure => Database.IsUniqueViolation(failure) && !Database.IsUnavailable(failure)));
    }

    [Test, Spec("ASSURANCE", "F3")]
    public async Task A_database_that_is_gone_is_unavailable()
    {
        // A file does not go away, but it can be locked for longer than anybody waits.
        if (Storage.Kind == DatabaseKind.Sqlite)
        {
            Assert.That(Database.IsUnavailable(new SqliteException("database is locked", 5)), Is.True);
            return;
        }

        await using var nowhere = PostgresDatabase.Open("Host=127.0.0.1;Port=1;Username=hub;Database=hub");

        Assert.That(
            async () => await nowhere.Call("SELECT 1").ExecuteAsync(Cancellation),
            Throws.Exception.Matches<Exception>(failure => nowhere.IsUnavailable(failure) && !nowhere.IsUniqueViolation(failure)));
    }

    [Test]
    public async Task An_announced_change_of_the_configuration_wakes_another_node()
    {
        // SQLite has no other nodes: the wait is over when its time is.
        if (Storage.Kind == DatabaseKind.Sqlite)
        {
            var time = new FakeTime();
            var alone = Database.WaitForConfigChangeAsync(TimeSpan.FromSeconds(10), time, Cancellation);
            Assert.That(alone.IsCompleted, Is.False);
            time.Advance(TimeSpan.FromSeconds(10));
            await alone.WaitAsync(TimeSpan.FromSeconds(30));
            return;
        }

        var other = Storage.Open();
        await other.WaitForConfigChangeAsync(TimeSpan.FromMinutes(5), TimeProvider.System, Cancellation);
        var waiting = other.WaitForConfigChangeAsync(TimeSpan.FromMinutes(5), TimeProvider.System, Cancellation);
        Assert.That(waiting.IsCompleted, Is.False);

        await using var transaction = await Database.BeginAsync(Cancellation);
        await Database.AnnounceConfigChangeAsync(transaction.Connection, transaction.Transaction, Cancellation);
        await transaction.CommitAsync(Cancellation);

        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Test]
    public async Task Times_keep_their_microseconds_and_are_UTC()
    {
        var time = new DateTimeOffset(2026, 11, 22, 14, 0, 0, TimeSpan.FromHours(2)).AddTicks(1_234_560);
        await Database
            .Call("INSERT INTO used_identifiers (identifier_hash, expires_at) VALUES ($1, $2)")
            .With(Given.Hash())
            .With(time)
            .ExecuteAsync(Cancellation);

        var read = (await Database.Call("SELECT expires_at FROM used_identifiers").ListAsync(row => row.Time(), Cancellation)).Single();

        Assert.That(read, Is.EqualTo(time));
        Assert.That(read.Offset, Is.EqualTo(TimeSpan.Zero));
    }
}
