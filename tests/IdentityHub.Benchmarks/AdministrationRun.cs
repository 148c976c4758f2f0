using System.Diagnostics;
using System.Globalization;
using IdentityHub.Storage.Audit.Reading;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Postgres;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace IdentityHub.Benchmarks;

/// <summary>
/// How long administrators wait in a large installation: the verb <c>administration</c>. Searches users by their beginnings, over all and
/// within an organization, and reads the last hour of a client from the audit trail.
/// </summary>
internal static class AdministrationRun
{
    private const int Organizations = 200;
    private const int Clients = 200;
    private const int Rounds = 40;
    private const int Page = 51;

    // Names of ten beginnings, phone numbers of one country, and the organizations in turn.
    private const string UsersSql =
        """
        INSERT INTO organizations (id, name) SELECT 'org' || g, 'Org ' || g FROM generate_series(1, {1}) g;
        INSERT INTO roles (id, name, normalized_name, permissions) VALUES (gen_random_uuid(), 'support', 'SUPPORT', 'user.read');
        INSERT INTO users (id, user_name, normalized_user_name, email, normalized_email, email_confirmed, phone_number, phone_number_confirmed,
                           security_stamp, two_factor_enabled, lockout_enabled, access_failed_count, given_name, family_name, organization_id,
                           hash_login_disabled, created_at, updated_at)
        SELECT (lpad(to_hex(1732000000000 + g * 10), 12, '0') || '70008' || substr(md5('x' || g), 1, 15))::uuid, n, upper(n),
               n || '@example.com', upper(n || '@example.com'), true, '+27' || lpad(g::text, 9, '0'), true, 'x', false, true, 0,
               (array['Anna', 'Bernd', 'Clara', 'David', 'Élodie', 'Frank', 'Greta', 'Hugo', 'Ines', 'Jan'])[1 + g % 10] || (g % 977),
               'Fam' || md5(g::text), 'org' || (1 + g % {1}), false, now(), now()
        FROM (SELECT g, (array['anna', 'bernd', 'clara', 'david', 'elodie', 'frank', 'greta', 'hugo', 'ines', 'jan'])[1 + g % 10]
                  || '.' || md5(g::text) AS n
              FROM generate_series(1, {0}) g) t;
        INSERT INTO memberships (user_id, organization_id, role_id)
        SELECT u.id, u.organization_id, r.id FROM users u, roles r WHERE r.name = 'support' AND u.normalized_user_name LIKE 'ANNA.00%';
        VACUUM ANALYZE users;
        VACUUM ANALYZE memberships
        """;

    // A day of calls in the order of their times, as a server writes them.
    private const string AuditSql =
        """
        INSERT INTO audit_events (trace_id, id, at, type, endpoint, client_id)
        SELECT gen_random_uuid(), gen_random_uuid(), now() - interval '24 hours' + g * (interval '24 hours' / {0}), 'token.issued',
               'connect/token', 'client' || (g % {1})
        FROM generate_series(1, {0}) g;
        VACUUM ANALYZE audit_events
        """;

    private static readonly string[] s_beginnings =
    [
        "a", "anna", "anna.0", "anna.00f", "anna.00ff", "ANNA.C4CA42", "nobody", "+27", "+2700", "+27000012", "fam", "fam1f", "élodie",
        "ines9", "%",
    ];

    /// <summary>Measures and prints.</summary>
    /// <param name="args"><c>--users N</c> (1,000,000), <c>--rows N</c> (2,000,000) of the audit trail.</param>
    public static async Task RunAsync(string[] args)
    {
        var (users, rows) = (NumberOf(args, "--users", 1_000_000), NumberOf(args, "--rows", 2_000_000));
        var connectionString = Environment.GetEnvironmentVariable(RefreshRotation.ConnectionVariable)
            ?? throw new InvalidOperationException($"{RefreshRotation.ConnectionVariable} is not set: run load/with-postgres.sh COMMAND.");
        await using var database = PostgresDatabase.Open(connectionString);
        await using (var context = database.NewContext())
            await context.Database.MigrateAsync();
        await FillAsync(connectionString, UsersSql, users, Organizations);
        await FillAsync(connectionString, AuditSql, rows, Clients);

        var search = new UserSearch(database);
        var administrator = await AnyAdministratorAsync(connectionString);
        foreach (var beginning in s_beginnings)
        {
            var all = new UserFilter { Search = beginning };
            await MeasureAsync($"all, '{beginning}'", after => search.ListAsync(all, null, after, Page, default));
            var one = all with { OrganizationId = "org7" };
            await MeasureAsync($"one organization, '{beginning}'", after => search.ListAsync(one, null, after, Page, default));
            await MeasureAsync(
                $"administrator of one, '{beginning}'", after => search.ListAsync(all, (administrator, "user.read"), after, Page, default));
        }

        var reader = new AuditReader(database);
        await MeasureAsync("last hour of a client", async _ =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var filter = new AuditFilter { ClientId = "client7", From = now.AddHours(-1), To = now };
            await reader.ListNewestAsync(filter, Page, now, default);
            return [];
        });
    }

    // Each round asks for the first page and the one after it.
    private static async Task MeasureAsync(string name, Func<UserPlace?, Task<List<FoundUser>>> ask)
    {
        var times = new List<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            // In the first one code is compiled and pages of the database are read.
            if (round == 1)
                times.Clear();
            UserPlace? after = null;
            for (var page = 0; page < 2; page++)
            {
                var watch = Stopwatch.StartNew();
                var found = await ask(after);
                times.Add(watch.Elapsed.TotalMilliseconds);
                if (found.Count < Page)
                    break;
                after = found[^2].Place;
            }
        }

        times.Sort();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-40} p50 {times[times.Count / 2],8:0.0} ms  p95 {times[(int)(times.Count * 0.95)],8:0.0} ms"));
    }

    private static async Task<Guid> AnyAdministratorAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var read = connection.CreateCommand();
        read.CommandText = "SELECT user_id FROM memberships ORDER BY user_id LIMIT 1";
        return (Guid)(await read.ExecuteScalarAsync())!;
    }

    private static async Task FillAsync(string connectionString, string statements, params int[] sizes)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        foreach (var statement in statements.Split(";\n"))
        {
            await using var fill = connection.CreateCommand();
            fill.CommandText = statement;
            foreach (var (i, size) in sizes.Index())
                fill.CommandText = fill.CommandText.Replace($"{{{i}}}", $"{size}", StringComparison.Ordinal);
            fill.CommandTimeout = 0;
            await fill.ExecuteNonQueryAsync();
        }
    }

    private static int NumberOf(string[] args, string option, int otherwise) =>
        Array.IndexOf(args, option) is var at and >= 0 ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
}
