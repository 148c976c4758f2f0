using System.ComponentModel;
using System.Diagnostics;
using Npgsql;

namespace IdentityHub.Testing;

/// <summary>
/// The one PostgreSQL server of a test run: the first that <see cref="Sources"/> has. One that this process starts is made on first use and
/// removed when the process has ended. Where there is none to be had, the tests that need it fail.
/// </summary>
public static class PostgresCluster
{
    /// <summary>
    /// Environment variable with the connection string of a database whose user may create databases; <c>run.sh</c> sets it for all test
    /// processes.
    /// </summary>
    public const string Variable = "IDENTITYHUB_TEST_POSTGRES";

    // The exit code of postgres.sh where the machine has no PostgreSQL.
    private const int NoPrograms = 3;

    /// <summary>Where a server is looked for, in this order.</summary>
    public static IReadOnlyList<PostgresSource> Sources { get; } =
    [
        new($"A server of your own: set {Variable} to the connection string of a database whose user may create databases, e.g. "
            + "Host=localhost;Username=postgres;Password=secret;Database=postgres.", () => Environment.GetEnvironmentVariable(Variable)),
        new(
            "PostgreSQL 14 or later on this machine: install it, e.g. the package 'postgresql'. There is no initdb on the PATH or under "
                + "/usr/lib/postgresql.",
            StartPrograms),
        new(
            "A container: start Docker or another engine with its API. None answers; with one the tests run the image "
                + $"{PostgresContainer.Image}.",
            PostgresContainer.Start),
    ];

    private static readonly Lazy<string> Found = new(() => PostgresSource.FindFirst(Sources));

    /// <summary>Connection string of the maintenance database.</summary>
    public static string ConnectionString => Found.Value;

    /// <summary>The same server with another database.</summary>
    public static string ConnectionStringOf(string database) =>
        new NpgsqlConnectionStringBuilder(ConnectionString) { Database = database }.ConnectionString;

    private static string? StartPrograms()
    {
        var start = new ProcessStartInfo(
            "bash", [Path.Combine(AppContext.BaseDirectory, "postgres.sh"), "start", $"{Environment.ProcessId}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var script = StartScript(start);
        if (script is null)
            return null;
        var errors = script.StandardError.ReadToEndAsync();
        var output = script.StandardOutput.ReadToEnd().Trim();
        script.WaitForExit();
        return script.ExitCode switch
        {
            0 => output,
            NoPrograms => null,
            _ => throw new InvalidOperationException(
                $"The PostgreSQL of this machine does not start: {errors.GetAwaiter().GetResult().Trim()}"),
        };
    }

    // Null on a machine without bash.
    private static Process? StartScript(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
