using System.Diagnostics;
using System.Reflection;

namespace IdentityHub.Interop.Support;

/// <summary>Runs one of the scripts under <c>node/</c>: exit code 0 is a success, and its output says what went wrong otherwise.</summary>
internal static class NodeScript
{
    // A script that hangs ends here; how long one takes is not what it is about.
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(3);

    private static readonly string Folder = typeof(NodeScript)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(data => data.Key == "Scripts")
        .Value!;

    /// <summary>Where a script lies.</summary>
    /// <param name="script">Path below <c>node/</c>.</param>
    /// <exception cref="InvalidOperationException">The packages of the scripts are not installed.</exception>
    public static string PathOf(string script) =>
        Directory.Exists(Path.Combine(Folder, "node_modules"))
            ? Path.Combine(Folder, script)
            : throw new InvalidOperationException(
                $"The packages of the scripts are missing: run 'npm ci' in {Folder}, or tests/run.sh Interop.");

    /// <summary>Runs a script to its end.</summary>
    /// <param name="script">Path below <c>node/</c>.</param>
    /// <param name="server">What the script is told as <c>INTEROP</c>, in JSON.</param>
    /// <exception cref="InvalidOperationException">It failed; carries its output, and that of a server that has ended.</exception>
    public static async Task RunAsync(string script, InteropServer server, params string[] arguments)
    {
        try
        {
            await RunAsync(script, server.Description, arguments);
        }
        catch (InvalidOperationException failure) when (server.Process.Ended is { } ended)
        {
            throw new InvalidOperationException($"{failure.Message}{Environment.NewLine}{ended}");
        }
    }

    /// <summary>The same for a script that calls no server.</summary>
    /// <exception cref="InvalidOperationException">It failed; carries its output.</exception>
    public static Task RunAsync(string script, params string[] arguments) => RunAsync(script, description: null, arguments);

    private static async Task RunAsync(string script, string? description, string[] arguments)
    {
        var start = new ProcessStartInfo("node", [PathOf(script), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (description is not null)
            start.Environment["INTEROP"] = description;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(AtMost);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException(
                $"{script} has not ended within {AtMost}:{Environment.NewLine}{await output}{await errors}");
        }

        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{script} {string.Join(' ', arguments)}{Environment.NewLine}{await output}{await errors}");
    }
}
