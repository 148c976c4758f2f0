using System.Text.RegularExpressions;
using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage;
using IdentityHub.Testing;
using Microsoft.Data.Sqlite;
using Npgsql;
using NUnit.Framework;
using SQLitePCL;

namespace IdentityHub.Server.Tests;

/// <summary>
/// Rows are read by the names that their statements give. Every place in the sources that reads rows is looked at: a name that the
/// statement does not have, or has twice, fails here and not in production.
/// </summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public partial class StatementColumnTests(DatabaseKind kind)
{
    // Places that read rows of several columns, when this was written. Fewer: the search finds no longer what it is for.
    private const int LeastPlaces = 40;

    [Test]
    public async Task Every_column_that_is_read_is_one_of_the_statement()
    {
        await using var storage = await TestDatabase.CreateAsync(kind);
        var database = storage.Open();
        var places = ReadPlaces.In(
            SourceTree.PathOf("src"), database, typeof(HubDatabase).Assembly, typeof(ConfigLoader).Assembly, typeof(Program).Assembly);
        var faults = new List<string>();
        foreach (var place in places.Where(place =>
                (database.WritesInCommonTableExpressions || !WritesInCommonTableExpression().IsMatch(place.Statement))
                && (database.TakesArrays || !place.Statement.Contains("[]", StringComparison.Ordinal))))
        {
            var columns = await ColumnsAsync(storage.ConnectionString, place.Statement);
            faults.AddRange(Faults(place.Names, columns).Select(fault => $"{place.File}: {fault} in the statement: {place.Statement}"));
        }

        Assert.That(places, Has.Count.AtLeast(LeastPlaces));
        Assert.That(faults, Is.Empty, string.Join(Environment.NewLine, faults));
    }

    [TestCase("id", "SELECT id AS id_of_session FROM sessions", "no column 'id'")]
    [TestCase("id", "SELECT s.id, u.id FROM sessions s JOIN users u ON u.id = s.user_id", "2 columns 'id'")]
    [TestCase(
        "attempts", "INSERT INTO counters (key_hash, attempts, let_through, expires_at) VALUES ($1, 1, TRUE, $2) RETURNING key_hash",
        "no column 'attempts'")]
    public async Task A_wrong_name_is_found(string name, string statement, string fault)
    {
        await using var storage = await TestDatabase.CreateAsync(kind);
        storage.Open();

        Assert.That(Faults([name], await ColumnsAsync(storage.ConnectionString, statement)), Is.EqualTo(new[] { fault }));
    }

    private static IEnumerable<string> Faults(IEnumerable<string> names, IReadOnlyList<string> columns) =>
        from name in names
        let count = columns.Count(column => column == name)
        where count != 1
        select count == 0 ? $"no column '{name}'" : $"{count} columns '{name}'";

    // The database says which columns an answer has; the statement does not run.
    private Task<IReadOnlyList<string>> ColumnsAsync(string connectionString, string statement) =>
        kind == DatabaseKind.Sqlite
            ? Task.FromResult(SqliteColumns(connectionString, statement))
            : PostgresColumnsAsync(connectionString, statement);

    private static async Task<IReadOnlyList<string>> PostgresColumnsAsync(string connectionString, string statement)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        for (var i = Regex.Matches(statement, @"\$(\d+)").Select(match => int.Parse(match.Groups[1].Value, null)).DefaultIfEmpty().Max();
            i > 0;
            i--)
            command.Parameters.Add(new NpgsqlParameter { Value = DBNull.Value });
        await using var answer = await command.ExecuteReaderAsync(System.Data.CommandBehavior.SchemaOnly);
        return [.. Enumerable.Range(0, answer.FieldCount).Select(answer.GetName)];
    }

    [GeneratedRegex(@"^WITH \w+ AS \(\s*(?:INSERT|UPDATE|DELETE)\b")]
    private static partial Regex WritesInCommonTableExpression();

    private static IReadOnlyList<string> SqliteColumns(string connectionString, string statement)
    {
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        var result = raw.sqlite3_prepare_v2(connection.Handle, statement, out var prepared);
        Assert.That(result, Is.EqualTo(raw.SQLITE_OK), statement);
        using (prepared)
            return
            [
                .. Enumerable
                    .Range(0, raw.sqlite3_column_count(prepared))
                    .Select(i => raw.sqlite3_column_name(prepared, i).utf8_to_string())
            ];
    }
}
