using System.Diagnostics;
using Npgsql;

namespace IdentityHub.Testing;

/// <summary>
/// The one PostgreSQL cluster of a test run: the one that <see cref="Variable"/> names (<c>run.sh</c> starts it for all test processes),
/// otherwise one of this process, made on first use and removed at its end. Where there is none to be had, the tests that need it fail.
/// </summary>
public static class PostgresCluster
{
    /// <summary>Environment variable with the connection string of a database whose user may create databases.</summary>
    public const string Variable = "IDENTITYHUB_TEST_POSTGRES";

    private static readonly Lazy<string> Started = new(Start);

    /// <summary>Connection string of the maintenance database.</summary>
    public static string ConnectionString => Started.Value;

    /// <summary>The same server with another database.</summary>
    public static string ConnectionStringOf(string database) =>
        new NpgsqlConnectionStringBuilder(ConnectionString) { Database = database }.ConnectionString;

    private static string Start()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
            return given;

        var start = new ProcessStartInfo("bash", [Path.Combine(AppContext.BaseDirectory, "postgres.sh"), "start", $"{Environment.ProcessId}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var script = Process.Start(start)!;
        var errors = script.StandardError.ReadToEndAsync();
        var output = script.StandardOutput.ReadToEnd().Trim();
        script.WaitForExit();
        return script.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"No PostgreSQL to test on: {errors.GetAwaiter().GetResult().Trim()}");
    }
}
