using IdentityHub.Deploy.Tests.Support;
using IdentityHub.Storage.Installation;
using IdentityHub.Testing;
using Npgsql;
using NUnit.Framework;

namespace IdentityHub.Deploy.Tests;

/// <summary>The shipped scripts back up and restore, and nothing that was revoked since the backup is alive. Decision 0039.</summary>
public class BackupTests
{
    private const string Orders = "orders";

    private const string Config =
        """
        scopes: [{ name: orders.read }]
        api_resources: [{ name: orders, scopes: [orders.read], client_secrets: [{ value: "plain:orders-secret" }] }]
        clients:
          - { client_id: app, token_endpoint_auth_method: none, grant_types: [password, refresh_token], scope: openid orders.read,
              access_token_format: reference, refresh_token: { rotation: true, grace: 0s } }
          - { client_id: app-jwt, token_endpoint_auth_method: none, grant_types: [password, refresh_token], scope: openid orders.read,
              access_token_format: jwt }
        users:
          - { id: 11111111-1111-4111-8111-111111111111, user_name: alice, password: "plain:Alice-Pass-1234" }
          - { id: 22222222-2222-4222-8222-222222222222, user_name: bob, password: "plain:Alice-Pass-1234" }
        """;

    private static readonly TestClient App = TestClient.Public("app");
    private static readonly TestClient JwtApp = TestClient.Public("app-jwt");

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("hub-backup-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task What_was_revoked_after_a_dump_is_not_alive_after_it_was_restored()
    {
        await using var installation = await Installation.CreateAsync(Config, DatabaseKind.Postgres, makesOwnKeys: true);
        var node = await installation.StartProcessAsync();
        var (revoked, rotated) = (await node.Client.LoginAsync(App), await node.Client.LoginAsync(App));
        var jwt = await node.Client.LoginAsync(JwtApp);

        // Rows of the trail are written by and by; a backup without one tells of no time that changes could cover.
        await Eventually.TrueAsync(
            async () => await RestoredDatabase.NewestOfTrailAsync(installation.Database.Open(), default) is not null,
            TimeSpan.FromSeconds(30), "the trail has the logins");
        var dump = await RunAsync(installation, "backup.sh", "dump", _folder);

        var newest = await node.Client.RefreshAsync(App, rotated["refresh_token"]);
        await node.Client.RevokeAsync(App, revoked["refresh_token"]);
        await node.Client.RevokeAsync(JwtApp, jwt["refresh_token"]);
        var later = await node.Client.LoginAsync(JwtApp);
        await HubAsync(installation, "users", "disable", "bob");
        var changes = await RunAsync(installation, "backup.sh", "audit", _folder);
        node.Kill();
        installation.Database.CloseIdle();
        var restored = await RunAsync(installation, "restore.sh", "dump", dump, changes);
        try
        {
            node.Start();
            await node.WaitUntilReadyAsync();
            await AssertNothingIsAliveAsync(node.Client, [revoked, rotated, newest], [jwt, later]);
            var bob = await node.Client.LoginAsync(App, "bob");
            Assert.That(bob["error"], Is.EqualTo("invalid_grant"), "bob was disabled after the backup");
            Assert.That(await node.Client.IsActiveAsync(Orders, (await node.Client.LoginAsync(App))["access_token"]), Is.True);
        }
        finally
        {
            node.Kill();
            await DropAsync(installation, restored.Split(' ')[^1]);
        }
    }

    [Test]
    public async Task A_restored_database_has_the_owner_the_rights_and_the_settings_of_the_one_before()
    {
        await using var installation = await Installation.CreateAsync(Config, DatabaseKind.Postgres, makesOwnKeys: true);
        installation.Database.KeepFromReuse();
        var name = new NpgsqlConnectionStringBuilder(installation.Database.ConnectionString).Database!;
        var (owner, other) = ($"owner of {name}", $"other of {name}");
        await ExecuteAsync(
            installation.Database.ConnectionString,
            $$"""
            CREATE ROLE "{{owner}}"; CREATE ROLE "{{other}}";
            ALTER DATABASE "{{name}}" OWNER TO "{{owner}}";
            REVOKE ALL ON DATABASE "{{name}}" FROM PUBLIC;
            GRANT CONNECT ON DATABASE "{{name}}" TO "{{other}}" WITH GRANT OPTION;
            ALTER DATABASE "{{name}}" SET work_mem = '5MB';
            ALTER ROLE "{{other}}" IN DATABASE "{{name}}" SET search_path = public, "a, b";
            DO $$ DECLARE one record; BEGIN
              FOR one IN SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
              LOOP EXECUTE format('ALTER TABLE %s OWNER TO %I', one.name, '{{owner}}'); END LOOP;
              FOR one IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace
              LOOP EXECUTE format('ALTER FUNCTION %s OWNER TO %I', one.name, '{{owner}}'); END LOOP;
            END $$;
            """);
        var before = await RightsAsync(installation, name);

        // What is migrated is made by the owner: a table of this call must be theirs.
        var hub = Path.Combine(_folder, "hub");
        await File.WriteAllTextAsync(
            hub, $"#!/usr/bin/env bash\necho \"$2 $ConnectionStrings__IdentityHub\" >>'{_folder}/calls'\nexec {Hub} \"$@\"\n");
        var dump = await RunAsync(installation, "backup.sh", "dump", _folder);
        installation.Database.CloseIdle();
        var restored = await RunWithAsync($"bash {hub}", installation, "restore.sh", "dump", dump);
        try
        {
            Assert.That(await RightsAsync(installation, name), Is.EqualTo(before));
            Assert.That(before, Does.Contain("work_mem=5MB").And.Contain("a, b").And.Contain(owner));
            var calls = await File.ReadAllLinesAsync(Path.Combine(_folder, "calls"));
            Assert.That(calls.Select(call => call.Split(' ')[0]), Is.EqualTo(new[] { "migrate", "restored" }));
            Assert.That(calls, Has.All.Contain($"Options=\"-c role={owner.Replace(" ", "\\ ", StringComparison.Ordinal)}\""));
        }
        finally
        {
            await DropAsync(installation, restored.Split(' ')[^1]);
        }
    }

    [Test]
    public async Task While_anything_is_connected_a_dump_is_not_restored_and_afterwards_everything_is_as_before()
    {
        await using var installation = await Installation.CreateAsync(Config, DatabaseKind.Postgres, makesOwnKeys: true);
        installation.Database.KeepFromReuse();
        var name = new NpgsqlConnectionStringBuilder(installation.Database.ConnectionString).Database!;
        var dump = await RunAsync(installation, "backup.sh", "dump", _folder);
        installation.Database.CloseIdle();

        (int ExitCode, string Output) busy;
        await using (var connection = new NpgsqlConnection(installation.Database.ConnectionString + ";Pooling=false"))
        {
            await connection.OpenAsync();
            busy = await Tool.RunAsync(Environment(installation), "bash", Tool.Deploy("backup/restore.sh"), "dump", dump);
        }

        // The restored database is there, and then hub fails.
        var environment = Environment(installation);
        environment["HUB"] = "false";
        var failed = await Tool.RunAsync(environment, "bash", Tool.Deploy("backup/restore.sh"), "dump", dump);
        await using var again = new NpgsqlConnection(installation.Database.ConnectionString + ";Pooling=false");
        await again.OpenAsync();
        await DropAsync(installation, $"{name}_restored");

        Assert.That((busy.ExitCode, failed.ExitCode), Is.EqualTo((1, 1)));
        Assert.That(busy.Output, Does.Contain($"1 connection(s) to '{name}' are open.").And.Contain("Nothing was changed."));
        Assert.That(failed.Output, Does.Contain($"'{name}' is as it was before, and connections to it are allowed again."));
        Assert.That(failed.Output, Does.Contain($"'{name}_restored'"));
    }

    [TestCase("2026-11-30' -c x=y")]
    [TestCase("$(touch x)")]
    public async Task A_moment_that_is_none_is_refused(string moment)
    {
        var (wal, data) = (Directory.CreateDirectory(Path.Combine(_folder, "wal")).FullName, Path.Combine(_folder, "data"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "PG_VERSION"), "15");

        var refused = await Tool.RunAsync("bash", Tool.Deploy("backup/restore.sh"), "point", _folder, wal, moment, data);

        Assert.That(refused.ExitCode, Is.EqualTo(1));
        Assert.That(refused.Output, Does.Contain("has another character than"));
        Assert.That(Directory.Exists(data), Is.False);
    }

    [Test]
    public async Task A_base_backup_with_tablespaces_is_refused()
    {
        var (wal, data) = (Directory.CreateDirectory(Path.Combine(_folder, "wal")).FullName, Path.Combine(_folder, "data"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "PG_VERSION"), "15");
        Directory.CreateDirectory(Path.Combine(_folder, "pg_tblspc", "16384"));

        var refused = await Tool.RunAsync("bash", Tool.Deploy("backup/restore.sh"), "point", _folder, wal, "latest", data);

        Assert.That(refused.ExitCode, Is.EqualTo(1));
        Assert.That(refused.Output, Does.Contain("tablespaces"));
        Assert.That(Directory.Exists(data), Is.False);
    }

    [Test]
    public async Task A_restore_to_a_point_in_time_is_rehearsed()
    {
        var (exitCode, output) = await Tool.RunAsync(
            new Dictionary<string, string?> { ["HUB"] = Hub }, "bash", Tool.Deploy("backup/rehearse.sh"));

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain("Nothing that was revoked is alive."));
    }

    [Test]
    public async Task A_file_of_sqlite_is_copied_while_the_server_runs_and_restored()
    {
        await using var installation = await Installation.CreateAsync(Config, DatabaseKind.Sqlite, makesOwnKeys: true);
        var node = await installation.StartProcessAsync();
        var old = await node.Client.LoginAsync(App);
        var file = installation.Database.ConnectionString["Data Source=".Length..];
        var copy = await RunAsync(installation, "backup.sh", "sqlite", file, _folder);
        var inTheWay = await Tool.RunAsync(
            new Dictionary<string, string?> { ["HUB"] = Hub }, "bash", Tool.Deploy("backup/restore.sh"), "sqlite", copy, file);
        node.Kill();
        foreach (var part in new[] { file, file + "-wal", file + "-shm" })
            File.Delete(part);

        // Of a restore that has failed: as a log of the copy it would be read into it.
        foreach (var part in new[] { "", "-wal", "-shm" })
            await File.WriteAllTextAsync($"{file}.restoring{part}", "not of this backup");
        await RunAsync(installation, "restore.sh", "sqlite", copy, file);
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(file)!, "*.restoring*"), Is.Empty);
        node.Start();
        await node.WaitUntilReadyAsync();

        Assert.That(inTheWay.ExitCode, Is.EqualTo(1));
        Assert.That(inTheWay.Output, Does.Contain("move it away"));
        await AssertNothingIsAliveAsync(node.Client, [old], []);
    }

    private static string Hub => $"dotnet {Path.Combine(AppContext.BaseDirectory, "hub.dll")}";

    private static async Task AssertNothingIsAliveAsync(HttpClient client, Answer[] references, Answer[] jwts)
    {
        foreach (var issued in references.Concat(jwts))
            Assert.That(await client.IsActiveAsync(Orders, issued["access_token"]), Is.False, issued.ToString());
        foreach (var issued in references)
            Assert.That((await client.RefreshAsync(App, issued["refresh_token"]))["error"], Is.EqualTo("invalid_grant"));
        foreach (var issued in jwts)
            Assert.That((await client.RefreshAsync(JwtApp, issued["refresh_token"]))["error"], Is.EqualTo("invalid_grant"));
    }

    // The last line: what was made.
    private static Task<string> RunAsync(Installation installation, string script, params string[] arguments) =>
        RunWithAsync(Hub, installation, script, arguments);

    private static async Task<string> RunWithAsync(string hub, Installation installation, string script, params string[] arguments)
    {
        var environment = Environment(installation);
        environment["HUB"] = hub;
        var (exitCode, output) = await Tool.RunAsync(
            environment, "bash", [Tool.Deploy($"backup/{script}"), .. arguments]);
        Assert.That(exitCode, Is.Zero, output);
        return output.Trim().Split('\n')[^1];
    }

    private static async Task HubAsync(Installation installation, params string[] arguments)
    {
        var (exitCode, output) = await Tool.RunAsync(
            Environment(installation), "dotnet", [Path.Combine(AppContext.BaseDirectory, "hub.dll"), .. arguments]);
        Assert.That(exitCode, Is.Zero, output);
    }

    private static Dictionary<string, string?> Environment(Installation installation)
    {
        var environment = new Dictionary<string, string?>
        {
            ["HUB"] = Hub,
            ["ConnectionStrings__IdentityHub"] = installation.Database.ConnectionString,
            ["IdentityHub__KeyProtection__KeyFile"] = installation.KeyFile,
        };
        if (installation.Database.Kind != DatabaseKind.Postgres)
            return environment;
        var settings = new NpgsqlConnectionStringBuilder(installation.Database.ConnectionString);
        environment["PGHOST"] = settings.Host;
        environment["PGDATABASE"] = settings.Database;
        environment["PGUSER"] = settings.Username;
        return environment;
    }

    // Owner, rights and settings of a database, without its name and number.
    private static async Task<string> RightsAsync(Installation installation, string name)
    {
        await using var connection = new NpgsqlConnection(ServerOf(installation) + ";Pooling=false");
        await connection.OpenAsync();
        await using var read = new NpgsqlCommand(
            """
            SELECT concat_ws(' | ', pg_get_userbyid(datdba),
              (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(datacl) AS a),
              (SELECT string_agg(concat_ws(' ', setrole::regrole, setconfig), ' ' ORDER BY setrole)
               FROM pg_db_role_setting WHERE setdatabase = d.oid))
            FROM pg_database d WHERE datname = $1
            """,
            connection);
        read.Parameters.Add(new NpgsqlParameter { Value = name });
        return (string)(await read.ExecuteScalarAsync())!;
    }

    private static string ServerOf(Installation installation) =>
        new NpgsqlConnectionStringBuilder(installation.Database.ConnectionString) { Database = "postgres" }.ConnectionString;

    private static Task DropAsync(Installation installation, string name) =>
        ExecuteAsync(ServerOf(installation), $"DROP DATABASE \"{name}\"");

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
