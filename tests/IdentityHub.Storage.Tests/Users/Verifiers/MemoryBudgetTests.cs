using IdentityHub.Storage.Users.Verifiers;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Users.Verifiers;

public class MemoryBudgetTests
{
    [Test]
    public void What_has_no_room_waits_and_nothing_that_came_later_overtakes_it()
    {
        var budget = new MemoryBudget(100);
        var order = new List<string>();
        Thread large = null!, small = null!;
        budget.Run(60, () =>
        {
            large = Started(() => budget.Run(60, () => Add("large")));
            small = Started(() => budget.Run(30, () => Add("small")));
            return Add("first");
        });
        large.Join();
        small.Join();

        Assert.That(order, Has.Count.EqualTo(3));
        Assert.That(order[0], Is.EqualTo("first"), "30 would have fitted beside it, but came behind 60");

        // Begun, and waiting for its turn or its room: it can do nothing until the first gives back.
        Thread Started(Action work)
        {
            var thread = new Thread(() => work()) { IsBackground = true };
            thread.Start();
            SpinWait.SpinUntil(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin) || !thread.IsAlive);
            return thread;
        }

        int Add(string name)
        {
            lock (order)
                order.Add(name);
            return order.Count;
        }
    }

    [Test]
    public void What_fits_runs_beside_the_others()
    {
        var budget = new MemoryBudget(100);
        var inner = budget.Run(60, () =>
        {
            var beside = 0;
            var thread = new Thread(() => beside = budget.Run(40, () => 7)) { IsBackground = true };
            thread.Start();
            thread.Join();
            return beside;
        });

        Assert.That(inner, Is.EqualTo(7));
    }

    [Test]
    public void A_failure_gives_its_memory_back()
    {
        var budget = new MemoryBudget(100);

        Assert.That(() => budget.Run<int>(100, () => throw new InvalidOperationException()), Throws.InvalidOperationException);
        Assert.That(budget.Run(100, () => 7), Is.EqualTo(7));
    }

    [Test]
    public void More_than_all_of_it_is_refused_at_once() =>
        Assert.That(() => new MemoryBudget(100).Run(101, () => 7), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
