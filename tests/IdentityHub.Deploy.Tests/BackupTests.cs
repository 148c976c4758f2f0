using IdentityHub.Deploy.Tests.Support;
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
        var dump = await RunAsync(installation, "backup.sh", "dump", _folder);

        var newest = await node.Client.RefreshAsync(App, rotated["refresh_token"]);
        await node.Client.RevokeAsync(App, revoked["refresh_token"]);
        await node.Client.RevokeAsync(JwtApp, jwt["refresh_token"]);
        var later = await node.Client.LoginAsync(JwtApp);
        await HubAsync(installation, "users", "disable", "bob");
        var changes = await RunAsync(installation, "backup.sh", "audit", _folder);
        node.Kill();
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
        await RunAsync(installation, "restore.sh", "sqlite", copy, file);
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
    private static async Task<string> RunAsync(Installation installation, string script, params string[] arguments)
    {
        var (exitCode, output) = await Tool.RunAsync(
            Environment(installation), "bash", [Tool.Deploy($"backup/{script}"), .. arguments]);
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

    private static async Task DropAsync(Installation installation, string name)
    {
        var settings = new NpgsqlConnectionStringBuilder(installation.Database.ConnectionString) { Database = "postgres" };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await using var drop = new NpgsqlCommand($"DROP DATABASE \"{name}\"", connection);
        await drop.ExecuteNonQueryAsync();
    }
}
