using IdentityHub.Storage.Audit;
using IdentityHub.Storage.CleanUp;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.CleanUp;

/// <summary>On PostgreSQL the audit trail is divided into months, and whole months are dropped. Decision 0040.</summary>
public class AuditMonthsTests
{
    private const string LastMigrationBefore = "UserAttributes";

    private static readonly DateTimeOffset March = new(2026, 3, 15, 12, 0, 0, TimeSpan.Zero);

    private TestDatabase _storage = null!;
    private Given _given = null!;

    [SetUp]
    public async Task CreateAsync()
    {
        _storage = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        _given = new Given(_storage.Open(), March);
    }

    [TearDown]
    public async Task RemoveAsync() => await _storage.DisposeAsync();

    [Test]
    public async Task A_month_is_dropped_as_a_whole_when_its_last_row_is_old_enough_and_the_next_stays()
    {
        var rows = new ExpiredRows(Database);
        await rows.PrepareMonthsAsync(March, default);
        await WriteAsync(March, March.AddDays(10), March.AddMonths(1));

        await rows.DeleteAuditAsync(March.AddDays(16), default);
        var still = await CountAsync();
        var went = await rows.DeleteAuditAsync(new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero), default);

        Assert.That((still, await CountAsync(), went), Is.EqualTo((3, 1, 1)), "one month went");
        Assert.That(await PartsAsync(), Does.Not.Contain("audit_events_2026_03").And.Contain("audit_events_2026_04"));
    }

    [Test]
    public async Task A_row_without_a_month_is_kept_and_moves_into_its_month_when_that_is_made()
    {
        await WriteAsync(March);
        var before = await CountAsync("audit_events_other");

        await new ExpiredRows(Database).PrepareMonthsAsync(March.AddMonths(-1), default);

        Assert.That((before, await CountAsync("audit_events_other"), await CountAsync("audit_events_2026_03")), Is.EqualTo((1, 0, 1)));
    }

    [Test]
    public async Task An_old_row_without_a_month_is_deleted()
    {
        await WriteAsync(March, March.AddDays(2));

        var went = await new ExpiredRows(Database).DeleteAuditAsync(March.AddDays(1), default);

        Assert.That((went, await CountAsync()), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Months_are_made_once_and_two_ahead()
    {
        var rows = new ExpiredRows(Database);
        await rows.PrepareMonthsAsync(March, default);
        await rows.PrepareMonthsAsync(March, default);

        Assert.That(
            (await PartsAsync()).Where(part => string.CompareOrdinal(part, "audit_events_2026_07") < 0),
            Is.EqualTo(new[] { "audit_events_2026_03", "audit_events_2026_04", "audit_events_2026_05" }));
    }

    [Test]
    public async Task Nodes_that_make_and_drop_months_at_the_turn_of_a_month_do_not_disturb_each_other()
    {
        var nodes = Enumerable.Range(0, 4).Select(_ => new ExpiredRows(_storage.Open())).ToList();
        for (var month = 0; month < 8; month++)
        {
            var now = March.AddMonths(month);
            await WriteAsync(now, now.AddMonths(-1));
            await Task.WhenAll(
                nodes.Select(async node =>
                {
                    await node.PrepareMonthsAsync(now, default);
                    await node.DeleteAuditAsync(new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero), default);
                }));

            Assert.That((await CountAsync(), await CountAsync($"audit_events_{now:yyyy_MM}")), Is.EqualTo((1, 1)), $"{now:yyyy-MM}");
        }
    }

    [Test]
    public async Task A_long_query_of_an_old_month_holds_up_neither_the_clean_up_nor_what_is_written()
    {
        var rows = new ExpiredRows(Database);
        await rows.PrepareMonthsAsync(March, default);
        await WriteAsync(March);
        await using var connection = new NpgsqlConnection(_storage.ConnectionString);
        await connection.OpenAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var read = new NpgsqlCommand("SELECT count(*) FROM audit_events_2026_03", connection, transaction);
            await read.ExecuteScalarAsync();

            var cleaning = rows.DeleteAuditAsync(March.AddYears(1), default);
            await Task.WhenAll(cleaning, WriteAsync(March.AddYears(5)));
            Assert.That(await CountAsync(), Is.EqualTo(2), "the month is still there");
        }

        await RemoveAllAsync(Database, March.AddYears(1));
        Assert.That(await CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_search_reads_the_months_that_it_asks_for_by_an_index()
    {
        await new ExpiredRows(Database).PrepareMonthsAsync(March, default);
        await WriteAsync([.. Enumerable.Range(0, 200).Select(number => March.AddHours(number))]);

        var byTime = await PlanAsync("at >= '2026-04-01' AND at < '2026-04-20'");
        Assert.That(byTime, Does.Contain("audit_events_2026_04").And.Not.Contain("audit_events_2026_03"));
        const string InMarch = "AND at >= '2026-03-01' AND at < '2026-04-01'";
        Assert.That(await PlanAsync($"trace_id = '{Guid.NewGuid()}'"), Does.Not.Contain("Seq Scan").And.Contain("2026_03_pkey"));
        Assert.That(await PlanAsync($"user_id = '{Guid.NewGuid()}' {InMarch}"), Does.Contain("audit_events_2026_03_user_id_at_idx"));
        Assert.That(await PlanAsync($"reason = 'client_secret_wrong' {InMarch}"), Does.Contain("audit_events_2026_03_reason_at_idx"));
    }

    // In a time zone that is behind UTC, the end of a month is not that of its UTC month.
    [TestCase("UTC")]
    [TestCase("America/New_York")]
    [TestCase("Pacific/Auckland")]
    public async Task Rows_from_before_the_migration_stay_are_searched_and_age(string zone)
    {
        await using var storage = await TestDatabase.CreateEmptyAsync(DatabaseKind.Postgres);
        await SetTimeZoneAsync(storage, zone);
        var database = storage.Open();
        await using var context = database.NewContext();
        var migrations = context.Database.GetMigrations().ToList();
        var before = migrations.Single(id => id.EndsWith(LastMigrationBefore, StringComparison.Ordinal));
        await context.GetService<IMigrator>().MigrateAsync(before);
        var now = TimeProvider.System.GetUtcNow();
        foreach (var row in new[] { Row(March), Row(now), Row(now.AddDays(45)) })
            await database.Call("INSERT INTO audit_events (trace_id, id, at, type, endpoint) VALUES ($1, $2, $3, $4, $5)")
                .With(row.TraceId).With(row.Id).With(row.At).With(row.Type).With(row.Endpoint).ExecuteAsync(default);

        await context.Database.MigrateAsync();
        await database.WriteAuditAsync([Row(now), Row(now.AddDays(100))], default);
        var all = await context.AuditEvents.CountAsync();
        await new ExpiredRows(database).DeleteAuditAsync(March.AddDays(1), default);

        Assert.That((all, await context.AuditEvents.CountAsync()), Is.EqualTo((5, 4)));
        var next = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);
        Assert.That(await EndOfBeforeAsync(database), Is.EqualTo(next));
        Assert.That(await context.AuditEvents.MinAsync(row => row.At), Is.GreaterThan(March.AddDays(1)));

        await RemoveAllAsync(database, now.AddYears(1));
        Assert.That(await context.AuditEvents.CountAsync(), Is.Zero);
        Assert.That(
            await database.Call("SELECT to_regclass('audit_events_before') IS NULL").ListAsync(static row => row.Bool(), default),
            Is.EqualTo(new[] { true }), "its table is dropped");
    }

    [Test]
    public async Task What_a_caller_calls_by_the_name_of_a_part_is_not_touched()
    {
        await using var transaction = await Database.BeginAsync(default);
        await transaction.Call("CREATE TEMPORARY TABLE audit_events_before (at timestamptz)").ExecuteAsync(default);
        await transaction.Call("INSERT INTO audit_events_before VALUES ('2020-01-01')").ExecuteAsync(default);

        await transaction.Call("SELECT audit_events_drop($1, $2)").With(March).With(1000).ListAsync(static row => row.Int(), default);

        Assert.That(
            await transaction.Call("SELECT count(*) FROM audit_events_before").ListAsync(static row => row.Long(), default),
            Is.EqualTo(new[] { 1L }), "its triggers would run with the rights of the owner");
    }

    [Test]
    public async Task Who_may_read_the_trail_may_read_its_new_months()
    {
        var role = "backup_" + Guid.NewGuid().ToString("N");
        await Database.Call($"CREATE ROLE {role}").ExecuteAsync(default);
        try
        {
            await Database.Call($"GRANT SELECT ON audit_events TO {role}").ExecuteAsync(default);
            await new ExpiredRows(Database).PrepareMonthsAsync(March, default);

            Assert.That(
                await Database.Call($"SELECT has_table_privilege('{role}', 'audit_events_2026_03', 'SELECT')")
                    .ListAsync(static row => row.Bool(), default),
                Is.EqualTo(new[] { true }));
        }
        finally
        {
            await Database.Call($"DROP OWNED BY {role}").ExecuteAsync(default);
            await Database.Call($"DROP ROLE {role}").ExecuteAsync(default);
        }
    }

    private HubDatabase Database => _given.Database;

    private static async Task RemoveAllAsync(HubDatabase database, DateTimeOffset before)
    {
        while (await new ExpiredRows(database).DeleteAuditAsync(before, default) > 0)
        {
        }
    }

    private static async Task SetTimeZoneAsync(TestDatabase storage, string zone)
    {
        await using var connection = new NpgsqlConnection(storage.ConnectionString);
        await connection.OpenAsync();
        await using var set = new NpgsqlCommand($"ALTER DATABASE \"{connection.Database}\" SET timezone = '{zone}'", connection);
        await set.ExecuteNonQueryAsync();
        NpgsqlConnection.ClearPool(connection);
    }

    private static async Task<DateTimeOffset> EndOfBeforeAsync(HubDatabase database) =>
        (await database.Call("SELECT audit_events_end('audit_events_before'::regclass)").ListAsync(static row => row.Time(), default))[0];

    private static AuditEvent Row(DateTimeOffset at) => new()
    {
        TraceId = Guid.NewGuid(),
        Id = Guid.CreateVersion7(),
        At = at,
        Type = "token.issued",
        Endpoint = "connect/token",
        UserId = Guid.NewGuid(),
        Reason = "reason",
    };

    private Task WriteAsync(params DateTimeOffset[] times) => Database.WriteAuditAsync([.. times.Select(Row)], default);

    private async Task<long> CountAsync(string table = "audit_events") =>
        (await Database.Call($"SELECT count(*) FROM {table}").ListAsync(static row => row.Long(), default))[0];

    private Task<List<string>> PartsAsync() =>
        Database.Call(
                "SELECT relname::text AS name FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'audit_events'::regclass "
                    + "AND relname LIKE 'audit_events_2%' ORDER BY relname")
            .ListAsync(static row => row.Text(), default);

    // Without reading whole tables, however small they are in a test.
    private async Task<string> PlanAsync(string condition)
    {
        await using var transaction = await Database.BeginAsync(default);
        await transaction.Call("SET LOCAL enable_seqscan = off").ExecuteAsync(default);
        return string.Join(
            '\n',
            await transaction.Call($"EXPLAIN SELECT * FROM audit_events WHERE {condition} ORDER BY at DESC, id DESC LIMIT 50")
                .ListAsync(static row => row.Text(), default));
    }
}
