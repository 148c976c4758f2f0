using System.Diagnostics;
using IdentityHub.Testing;

namespace IdentityHub.Deploy.Tests.Support;

/// <summary>Programs of the machine that look at what is under <c>deploy/</c>; <c>tests/run.sh</c> installs what is needed.</summary>
internal static class Tool
{
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(2);

    /// <summary>The folder <c>deploy/</c>, or a path below it.</summary>
    public static string Deploy(string path = "") => SourceTree.PathOf(Path.Combine("deploy", path));

    /// <summary>Runs a program to its end.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments) =>
        RunAsync(new Dictionary<string, string?>(), program, arguments);

    /// <inheritdoc cref="RunAsync(string, string[])"/>
    /// <param name="environment">Variables of the program; null removes one.</param>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        IReadOnlyDictionary<string, string?> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = SourceTree.PathOf(""),
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(AtMost);
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
