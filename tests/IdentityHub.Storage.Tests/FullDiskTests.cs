using IdentityHub.Storage.Audit;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests;

/// <summary>A full disk is a database that cannot be used for a while: nothing is half written, and it goes on by itself.</summary>
public class FullDiskTests
{
    [Test]
    public async Task A_full_disk_under_SQLite_is_unavailable_writes_nothing_and_is_used_again_when_there_is_room()
    {
        await using var storage = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        var database = storage.Open();

        // SQLite answers SQLITE_FULL both when the disk is full and when a database has so many pages as it may have.
        await using (var transaction = await database.BeginAsync(default))
        {
            var pages = (await transaction.Call("PRAGMA page_count").ListAsync(static row => row.Long(), default))[0];
            await transaction.Call($"PRAGMA max_page_count = {pages + 2}").ExecuteAsync(default);
            var failure = Assert.CatchAsync(() => FillAsync(transaction));
            Assert.That(database.IsUnavailable(failure!), Is.True, failure!.ToString());
            Assert.That(failure.Message, Is.EqualTo("SQLite Error 13: 'database or disk is full'."));
        }

        await using var context = database.NewContext();
        Assert.That(await context.AuditEvents.CountAsync(), Is.Zero, "nothing of the transaction is left");
        await using (var transaction = await database.BeginAsync(default))
        {
            await transaction.Call("PRAGMA max_page_count = 1000000").ExecuteAsync(default);
            await transaction.AddAuditAsync(Row(), default);
            await transaction.CommitAsync(default);
        }

        Assert.That(await context.AuditEvents.CountAsync(), Is.EqualTo(1));
    }

    private static async Task FillAsync(SqlTransaction transaction)
    {
        for (var i = 0; i < 10_000; i++)
            await transaction.AddAuditAsync(Row(), default);
    }

    private static AuditEvent Row() => new()
    {
        TraceId = Guid.NewGuid(),
        Id = Guid.CreateVersion7(),
        At = DateTimeOffset.UnixEpoch,
        Type = "token.issued",
        Endpoint = "connect/token",
        Detail = new string('x', 500),
    };
}
