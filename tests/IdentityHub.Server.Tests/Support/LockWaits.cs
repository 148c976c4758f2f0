using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Support;

/// <summary>Sees on PostgreSQL that a transaction waits for another one.</summary>
internal static class LockWaits
{
    private const string WaitingSql =
        "SELECT COUNT(*)::int AS \"Value\" FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

    /// <summary>Returns once a statement on the database of the hub waits for a lock.</summary>
    public static async Task SomeoneWaitsAsync(this Hub hub)
    {
        await using var context = hub.NewContext();
        var waiting = await Eventually.GetAsync(() => context.Database.SqlQueryRaw<int>(WaitingSql).SingleAsync(), count => count > 0);
        Assert.That(waiting, Is.GreaterThan(0), "nothing waits for a lock");
    }
}
