using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace IdentityHub.Testing;

/// <summary>A PostgreSQL cluster of one test's own, which the test may kill, freeze and start again; no other test sees it.</summary>
public sealed class CrashingPostgres : IDisposable
{
    private readonly string _folder;

    private CrashingPostgres(string connectionString)
    {
        ConnectionString = connectionString;
        _folder = new NpgsqlConnectionStringBuilder(connectionString).Host!;
    }

    /// <summary>As <c>ConnectionStrings:IdentityHub</c> takes it; the database has no table yet.</summary>
    public string ConnectionString { get; }

    /// <summary>The same as a setting of a node.</summary>
    public (string Key, string Value) Setting => ("ConnectionStrings:IdentityHub", ConnectionString);

    /// <summary>The folder of its socket and of its data.</summary>
    public string Folder => _folder;

    /// <summary>Makes and starts a cluster.</summary>
    public static async Task<CrashingPostgres> StartAsync()
    {
        var postgres = new CrashingPostgres((await RunAsync("bash", Script, "start", $"{Environment.ProcessId}")).Trim());

        // The test clusters are fast and forgetful; this one has to remember what it has acknowledged.
        await using var connection = new NpgsqlConnection(postgres.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("ALTER ROLE hub SET synchronous_commit = on", connection);
        await command.ExecuteNonQueryAsync();
        return postgres;
    }

    /// <summary>
    /// SIGKILL to every process of the cluster at once: a child that outlived the postmaster would still answer for a moment.
    /// </summary>
    public Task KillAsync() =>
        RunAsync("bash", ["-c", """kill -KILL "$@" 2>/dev/null || true""", "kill", PostmasterId(), .. ChildrenIds()]);

    /// <summary>SIGSTOP to every process of the cluster: connections stay open and nothing answers.</summary>
    public async Task FreezeAsync()
    {
        // The postmaster first: none of its children is gone before it looks after them again.
        await RunAsync("kill", "-STOP", PostmasterId());
        await RunAsync("kill", ["-STOP", .. ChildrenIds()]);
    }

    /// <summary>Undoes <see cref="FreezeAsync"/>.</summary>
    public Task ThawAsync() => RunAsync("kill", ["-CONT", .. ChildrenIds(), PostmasterId()]);

    /// <summary>Starts the cluster again on what it had written, and waits until it has recovered.</summary>
    public Task RestartAsync() => RunAsync(
        "bash",
        "-c",
        """
        set -e
        owner=(); if [ "$(id -u)" = 0 ]; then owner=(runuser -u postgres --); fi
        bin=$(dirname "$(cut -d' ' -f1 "$1/data/postmaster.opts")")
        cd "$1"
        for try in 1 2 3 4 5; do
          # Refused until the last child of the old postmaster has let go of the shared memory.
          if "${owner[@]}" "$bin/pg_ctl" restart --pgdata="$1/data" --log="$1/server.log" --wait --silent >"$1/restart.log" 2>&1 </dev/null; then exit 0; fi
          sleep 0.5
        done
        cat "$1/restart.log" "$1/server.log" >&2
        exit 1
        """,
        "restart",
        _folder);

    public void Dispose()
    {
        using var stop = Process.Start("bash", [Script, "stop", _folder]);
        stop.WaitForExit();
    }

    private static string Script => Path.Combine(AppContext.BaseDirectory, "postgres.sh");

    private string PostmasterId() => File.ReadLines(Path.Combine(_folder, "data", "postmaster.pid")).First();

    private string[] ChildrenIds()
    {
        var id = PostmasterId();
        return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/task/{id}/children"))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program}: {await errors}");
    }
}
