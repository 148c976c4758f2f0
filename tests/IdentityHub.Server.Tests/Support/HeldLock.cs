using IdentityHub.Storage;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace IdentityHub.Server.Tests.Support;

/// <summary>
/// A lock on PostgreSQL that a test holds until requests stand before it, each of which has seen the database as it was: the tightest race
/// there is.
/// </summary>
internal sealed class HeldLock : IAsyncDisposable
{
    // Below the time for which statements wait (LongWaits).
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(50);

    private readonly HubDbContext _holder;

    // Inside the transaction PostgreSQL shows its activity as it was at the first look.
    private readonly HubDbContext _watcher;
    private readonly IDbContextTransaction _transaction;

    private HeldLock(HubDbContext holder, HubDbContext watcher, IDbContextTransaction transaction) =>
        (_holder, _watcher, _transaction) = (holder, watcher, transaction);

    /// <summary>
    /// A setting for the nodes of the race: a request waits for a minute for its connection, in place of three seconds, and as long for the
    /// lock, in place of ten. A busy machine needs that time to open the connections of all requests.
    /// </summary>
    public static (string Key, string Value) LongWaits(Installation installation) =>
        ("ConnectionStrings:IdentityHub", $"{installation.Database.ConnectionString};Timeout=60;Command Timeout=60");

    /// <param name="sql">What takes the lock, e.g. a <c>SELECT … FOR UPDATE</c>.</param>
    public static async Task<HeldLock> TakeAsync(Installation installation, FormattableString sql)
    {
        var database = installation.Database.Open();
        var holder = database.NewContext();
        var transaction = await holder.Database.BeginTransactionAsync();
        await holder.Database.ExecuteSqlAsync(sql);
        return new HeldLock(holder, database.NewContext(), transaction);
    }

    /// <summary>Waits until so many requests at least stand before a lock, or <paramref name="ended"/> has completed.</summary>
    public Task WaitForAsync(int requests, string what, Task? ended = null) =>
        Eventually.TrueAsync(async () => ended?.IsCompleted == true || await WaitingAsync() >= requests, AtMost, what);

    /// <summary>Lets the requests through.</summary>
    public Task ReleaseAsync() => _transaction.RollbackAsync();

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _holder.DisposeAsync();
        await _watcher.DisposeAsync();
    }

    private Task<int> WaitingAsync() =>
        _watcher
            .Database.SqlQueryRaw<int>(
                "SELECT count(*)::int AS \"Value\" FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
            .SingleAsync();
}
