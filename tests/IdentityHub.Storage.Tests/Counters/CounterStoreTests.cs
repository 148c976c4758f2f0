using IdentityHub.Storage.Counters;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Counters;

[Spec("ASSURANCE", "B1")]
public class CounterStoreTests(DatabaseKind kind) : DatabaseTests(kind)
{
    // 5 attempts, then 1, 2, 4, 8, 15, 15, … minutes.
    private static readonly CounterRule Password = new(
        "password", 5, TimeSpan.FromHours(1), true, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(15));

    // 5 attempts in ten minutes, then a minute off, then afresh.
    private static readonly CounterRule Fixed = Password with { Name = "fixed", Sliding = false, Window = TimeSpan.FromMinutes(10) };

    private readonly byte[] _key = Given.Hash();

    private CounterStore Counters => new(Database);

    [Test]
    public async Task Attempts_up_to_the_limit_are_let_through_and_the_one_that_reaches_it_starts_the_block()
    {
        var attempts = await CountAsync(Password, 6);

        Assert.Multiple(() =>
        {
            Assert.That(attempts.Select(attempt => attempt.LetThrough), Is.EqualTo((bool[])[true, true, true, true, true, false]));
            Assert.That(attempts.Select(attempt => attempt.Attempts), Is.EqualTo((int[])[1, 2, 3, 4, 5, 5]));
            Assert.That(attempts[3].BlockedUntil, Is.Null);
            Assert.That(attempts[4].BlockedUntil, Is.EqualTo(Now.AddMinutes(1)));
            Assert.That(attempts[5].BlockedUntil, Is.EqualTo(Now.AddMinutes(1)));
        });
    }

    [Test]
    public async Task Each_further_attempt_doubles_the_block_up_to_the_longest()
    {
        var now = Now;
        await CountAsync(Password, 4);
        var blocks = new List<TimeSpan>();
        for (var i = 0; i < 7; i++)
        {
            var attempt = await Counters.CountAsync(Password, _key, now, Cancellation);
            Assert.That(attempt.LetThrough, Is.True);
            blocks.Add(attempt.BlockedUntil!.Value - now);
            now = attempt.BlockedUntil.Value;
        }

        Assert.That(blocks.Select(block => block.TotalMinutes), Is.EqualTo((double[])[1, 2, 4, 8, 15, 15, 15]));
    }

    [Test]
    public async Task A_blocked_attempt_neither_counts_nor_lengthens_the_block()
    {
        await CountAsync(Password, 5);
        await CountAsync(Password, 20);

        var after = await Counters.CountAsync(Password, _key, Now.AddMinutes(1), Cancellation);

        Assert.That(after, Is.EqualTo(new CountedAttempt(true, 6, Now.AddMinutes(3))));
    }

    [Test]
    public async Task A_sliding_window_begins_anew_with_each_attempt()
    {
        await CountAsync(Password, 1);
        await Counters.CountAsync(Password, _key, Now.AddMinutes(59), Cancellation);

        Assert.Multiple(async () =>
        {
            Assert.That((await Counters.PeekAsync(_key, Now.AddMinutes(118), Cancellation))!.Attempts, Is.EqualTo(2));
            Assert.That((await Counters.CountAsync(Password, _key, Now.AddMinutes(119), Cancellation)).Attempts, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_fixed_window_begins_with_the_first_attempt()
    {
        await CountAsync(Fixed, 1);
        await Counters.CountAsync(Fixed, _key, Now.AddMinutes(9), Cancellation);

        Assert.That((await Counters.CountAsync(Fixed, _key, Now.AddMinutes(10), Cancellation)).Attempts, Is.EqualTo(1));
    }

    [Test]
    public async Task After_the_block_of_a_fixed_window_the_count_begins_afresh()
    {
        var blocked = (await CountAsync(Fixed, 6))[5];

        var after = await Counters.CountAsync(Fixed, _key, Now.AddMinutes(1), Cancellation);

        Assert.That(blocked.LetThrough, Is.False);
        Assert.That(after, Is.EqualTo(new CountedAttempt(true, 1, null)));
    }

    [Test]
    public async Task A_count_is_read_without_adding_to_it()
    {
        Assert.That(await Counters.PeekAsync(_key, Now, Cancellation), Is.Null);
        await CountAsync(Password, 5);

        Assert.Multiple(async () =>
        {
            Assert.That(await Counters.PeekAsync(_key, Now, Cancellation), Is.EqualTo(new CountedAttempt(false, 5, Now.AddMinutes(1))));
            Assert.That((await Counters.PeekAsync(_key, Now.AddMinutes(1), Cancellation))!.LetThrough, Is.True);
        });
    }

    [Test]
    public async Task A_cleared_count_begins_afresh()
    {
        await CountAsync(Password, 5);

        await Counters.ClearAsync(_key, Cancellation);

        Assert.That((await CountAsync(Password, 1))[0], Is.EqualTo(new CountedAttempt(true, 1, null)));
    }

    [Test]
    public async Task Taking_the_attempt_back_that_reached_the_limit_lifts_the_block()
    {
        await CountAsync(Password, 5);

        await Counters.TakeBackAsync(_key, Cancellation);

        Assert.That(await Counters.PeekAsync(_key, Now, Cancellation), Is.EqualTo(new CountedAttempt(true, 4, null)));
    }

    [Test]
    public async Task Taking_an_attempt_back_beyond_the_limit_lifts_its_block_and_leaves_the_count_of_the_others()
    {
        await CountAsync(Password, 5);
        var afterTheBlock = Now.AddMinutes(1);
        await Counters.CountAsync(Password, _key, afterTheBlock, Cancellation);

        await Counters.TakeBackAsync(_key, Cancellation);

        Assert.That(await Counters.PeekAsync(_key, afterTheBlock, Cancellation), Is.EqualTo(new CountedAttempt(true, 5, null)));
        Assert.That(
            await Counters.CountAsync(Password, _key, afterTheBlock, Cancellation),
            Is.EqualTo(new CountedAttempt(true, 6, afterTheBlock.AddMinutes(2))));
    }

    [Test]
    public async Task No_more_is_taken_back_than_was_counted()
    {
        await CountAsync(Password, 1);

        for (var i = 0; i < 3; i++)
            await Counters.TakeBackAsync(_key, Cancellation);

        Assert.That((await Counters.PeekAsync(_key, Now, Cancellation))!.Attempts, Is.Zero);
    }

    [Test]
    public async Task Of_200_parallel_attempts_exactly_as_many_as_the_limit_are_let_through()
    {
        var rendezvous = new Rendezvous(200).At(Database);

        var attempts = await InParallel(200, _ => Counters.CountAsync(Password, _key, Now, Cancellation));

        Assert.That(rendezvous.Met, Is.True, "nothing has raced");
        Assert.That(
            attempts.Where(attempt => attempt.LetThrough).Select(attempt => attempt.Attempts), Is.EquivalentTo((int[])[1, 2, 3, 4, 5]));
    }

    [Test]
    public async Task Keys_do_not_share_counts()
    {
        await CountAsync(Password, 6);

        Assert.That((await Counters.CountAsync(Password, Given.Hash(), Now, Cancellation)).LetThrough, Is.True);
    }

    private async Task<List<CountedAttempt>> CountAsync(CounterRule rule, int times)
    {
        var attempts = new List<CountedAttempt>();
        for (var i = 0; i < times; i++)
            attempts.Add(await Counters.CountAsync(rule, _key, Now, Cancellation));
        return attempts;
    }
}
