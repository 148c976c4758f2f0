using System.Diagnostics;
using System.Net.Sockets;
using IdentityHub.Testing;
using Npgsql;

namespace IdentityHub.Server.Tests.Support;

/// <summary>
/// PgBouncer in transaction mode in front of the PostgreSQL of the tests: each transaction may meet another connection of the server.
/// </summary>
internal sealed class PgBouncer : IDisposable
{
    private const string Missing = "PgBouncer is missing: install the package 'pgbouncer'. tests/run.sh does so where it may.";
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-pooler-").FullName;
    private readonly int _port = HubProcess.FreePort();
    private Process? _process;

    private PgBouncer()
    {
    }

    public static async Task<PgBouncer> StartAsync()
    {
        var pooler = new PgBouncer();
        try
        {
            await pooler.RunAsync();
            return pooler;
        }
        catch
        {
            pooler.Dispose();
            throw;
        }
    }

    /// <summary>The same database, by way of the pooler.</summary>
    public string ConnectionStringOf(TestDatabase database) => new NpgsqlConnectionStringBuilder(database.ConnectionString)
    {
        Host = "127.0.0.1",
        Port = _port,
        Password = null,
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;

    /// <inheritdoc cref="ConnectionStringOf"/>
    public (string Key, string Value) SettingOf(TestDatabase database) => ("ConnectionStrings:IdentityHub", ConnectionStringOf(database));

    public void Dispose()
    {
        if (_process is { HasExited: false })
            _process.Kill(entireProcessTree: true);
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task RunAsync()
    {
        var program = new[] { "/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer" }.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException(Missing);
        var server = new NpgsqlConnectionStringBuilder(PostgresCluster.ConnectionString);
        var password = string.IsNullOrEmpty(server.Password) ? "" : $" password={server.Password}";
        var file = Path.Combine(_folder, "pgbouncer.ini");
        await File.WriteAllTextAsync(
            file,
            $"""
            [databases]
            * = host={server.Host} port={server.Port} user={server.Username}{password}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {_port}
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            default_pool_size = 8
            max_client_conn = 300
            """);

        // It refuses to run as root; then it runs as the owner of the cluster, who must be able to read the file.
        var isRoot = Environment.IsPrivilegedProcess;
        if (isRoot && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(
                _folder,
                UnixFileMode.UserRead
                    | UnixFileMode.UserWrite
                    | UnixFileMode.UserExecute
                    | UnixFileMode.OtherRead
                    | UnixFileMode.OtherExecute);
        _process = Process.Start(
            new ProcessStartInfo(isRoot ? "runuser" : program, isRoot ? ["-u", "postgres", "--", program, file] : [file])
            {
                RedirectStandardError = true,
            }
        )!;
        var output = _process.StandardError.ReadToEndAsync();
        var isListening = await Eventually.GetAsync(IsListeningAsync, listening => listening || _process.HasExited);
        if (!isListening)
            throw new InvalidOperationException($"PgBouncer does not start: {(_process.HasExited ? await output : "it listens nowhere")}");
    }

    private async Task<bool> IsListeningAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
