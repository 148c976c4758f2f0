using System.Diagnostics;
using IdentityHub.Storage.CleanUp;
using IdentityHub.Storage.Outbox;
using IdentityHub.Storage.RefreshTokens;
using IdentityHub.Storage.Replay;
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

    [Test]
    [Spec("ASSURANCE", "F11")]
    public async Task Expired_rows_among_live_ones_go_in_batches_until_none_is_left()
    {
        var ends = Enumerable.Range(0, 3 * ExpiredRows.BatchSize)
            .Select(number => number % 3 == 0 ? Now.AddMinutes(1) : Now - ExpiredRows.Margin - TimeSpan.FromSeconds(1)).ToList();
        await Given.StoredAsync([.. ends.Select(end => (object)new UsedIdentifier { IdentifierHash = Given.Hash(), ExpiresAt = end })]);
        await Given.StoredAsync([.. ends.Select(end => (object)Token(end))]);

        var rows = new ExpiredRows(Database);
        var went = new List<int>();
        do
            went.Add(await rows.DeleteBatchAsync(Now, Now.AddDays(-400), Cancellation));
        while (went[^1] > 0);

        await using var context = NewContext();
        Assert.That(went.Sum(), Is.EqualTo(4 * ExpiredRows.BatchSize));
        Assert.That(went, Is.All.LessThanOrEqualTo(2 * ExpiredRows.BatchSize), "a batch of each table at once");
        Assert.That(
            (await context.UsedIdentifiers.CountAsync(), await context.RefreshTokens.CountAsync()),
            Is.EqualTo((ExpiredRows.BatchSize, ExpiredRows.BatchSize)));
    }

    [Test]
    [Spec("ASSURANCE", "F11")]
    public async Task F11_Two_clean_up_jobs_over_many_expired_rows_end_and_a_refresh_does_not_wait_for_them()
    {
        if (Storage.Kind != DatabaseKind.Postgres)
            Assert.Pass("One at a time writes to SQLite.");
        const int Rows = 60_000;
        Storage.KeepFromReuse();
        await Database.Call(
                "INSERT INTO refresh_tokens (token_hash, family_id, issued_at, expires_at) "
                    + "SELECT sha256(i::text::bytea), gen_random_uuid(), $1, $1 FROM generate_series(1, $2) i")
            .With(Now.AddDays(-1)).With(Rows).ExecuteAsync(Cancellation);
        var login = await Given.LoginAsync();
        var cleaning = Task.WhenAll(CleanAsync(), CleanAsync());

        var (newest, times) = (login.Token.TokenHash, new List<TimeSpan>());
        while (!cleaning.IsCompleted)
        {
            var (successor, watch) = (Given.Hash(), Stopwatch.StartNew());
            var rotation = await new RefreshTokenStore(Database)
                .RotateAsync(newest, Given.ClientId, successor, Now.AddDays(15), Now, Cancellation);
            Assert.That(rotation!.Rotated, Is.True);
            newest = successor;
            times.Add(watch.Elapsed);
        }

        await cleaning;
        await using var context = NewContext();
        Assert.That(await context.RefreshTokens.CountAsync(token => token.ExpiresAt < Now), Is.Zero);
        Assert.That(times, Has.Count.GreaterThan(50));
        Assert.That(times.Order().ElementAt(times.Count * 99 / 100), Is.LessThan(TimeSpan.FromMilliseconds(250)));

        async Task CleanAsync()
        {
            var rows = new ExpiredRows(Storage.Open());
            while (await rows.DeleteBatchAsync(Now, Now.AddDays(-400), Cancellation) > 0)
            {
            }
        }
    }

    private static RefreshToken Token(DateTimeOffset end) => new()
    {
        TokenHash = Given.Hash(),
        FamilyId = Guid.CreateVersion7(),
        IssuedAt = Now.AddDays(-1),
        ExpiresAt = end,
    };

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
