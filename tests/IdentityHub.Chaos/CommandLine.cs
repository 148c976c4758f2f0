using System.Diagnostics;

namespace IdentityHub.Chaos;

/// <summary>The command line of this version, on the installation of a run.</summary>
internal static class CommandLine
{
    /// <summary>Runs a command to its end.</summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="InvalidOperationException">It has failed; carries its standard error.</exception>
    public static async Task<string> RunAsync(Cluster cluster, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "hub.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ConnectionStrings__IdentityHub"] = cluster.Postgres.ConnectionString;
        start.Environment["IdentityHub__KeyProtection__KeyFile"] = cluster.KeyFile;
        using var hub = Process.Start(start)!;
        var output = hub.StandardOutput.ReadToEndAsync();
        var errors = await hub.StandardError.ReadToEndAsync();
        await hub.WaitForExitAsync();
        return hub.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"hub {string.Join(' ', arguments)}: {errors}");
    }
}
