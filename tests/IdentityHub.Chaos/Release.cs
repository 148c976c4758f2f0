using System.Diagnostics;
using System.Text.RegularExpressions;
using IdentityHub.Testing;

namespace IdentityHub.Chaos;

/// <summary>Another version of the server: published in a folder, or built from a commit of this repository.</summary>
internal sealed partial class Release : IDisposable
{
    private const string ServerFile = "IdentityHub.Server.dll";
    private readonly HashSet<string> _unknownSettings = new(StringComparer.Ordinal);
    private readonly string? _worktree;

    private Release(string server, string? worktree) => (Server, _worktree) = (server, worktree);

    /// <summary>Its <c>IdentityHub.Server.dll</c>.</summary>
    public string Server { get; }

    /// <summary>Settings of this version that it does not have.</summary>
    public IReadOnlyCollection<string> UnknownSettings => _unknownSettings;

    /// <summary>Finds or builds it. Building takes minutes.</summary>
    /// <param name="reference">A folder with the published server, or what git knows as a commit.</param>
    public static async Task<Release> OpenAsync(string reference)
    {
        if (Directory.Exists(reference))
            return new Release(Path.GetFullPath(Path.Combine(reference, ServerFile)), worktree: null);
        var (root, worktree) = (SourceTree.PathOf(""), Path.Combine(Path.GetTempPath(), $"hub-release-{Guid.NewGuid():N}"));
        await RunAsync(root, "git", "worktree", "add", "--detach", worktree, reference);
        var release = new Release(Path.Combine(worktree, "out", ServerFile), worktree);
        try
        {
            // What analyzers find in it was found when it was written.
            await RunAsync(
                worktree, "dotnet", "build", "src/IdentityHub.Server", "-c", "Release", "-o", "out", "--nologo", "-v", "quiet",
                "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false");
            return File.Exists(release.Server)
                ? release
                : throw new InvalidOperationException($"The build of {reference} has made no {ServerFile}.");
        }
        catch
        {
            release.Dispose();
            throw;
        }
    }

    /// <summary>Takes the settings that it has refused out of those that it is started with.</summary>
    /// <param name="output">What it has said.</param>
    /// <returns>False where it was refused for something else.</returns>
    public bool LearnUnknownSettings(string output)
    {
        var known = _unknownSettings.Count;
        _unknownSettings.UnionWith(Unknown().Matches(output).Select(static match => match.Groups[1].Value));
        return _unknownSettings.Count > known;
    }

    public void Dispose()
    {
        if (_worktree is null)
            return;
        using var remove = Process.Start(
            new ProcessStartInfo("git", ["worktree", "remove", "--force", _worktree]) { WorkingDirectory = SourceTree.PathOf("") })!;
        remove.WaitForExit();
    }

    private static async Task RunAsync(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await output}{errors}");
    }

    [GeneratedRegex(@"(IdentityHub:[\w:]+) is not a setting")]
    private static partial Regex Unknown();
}
