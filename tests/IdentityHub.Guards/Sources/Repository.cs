using System.Diagnostics;
using System.Reflection;

namespace IdentityHub.Guards.Sources;

/// <summary>What git knows or is about to know: tracked files, and new ones that are not ignored.</summary>
public static class Repository
{
    private static readonly Lazy<IReadOnlyList<string>> Listed = new(List);

    public static string Root { get; } =
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!;

    /// <summary>Paths relative to <see cref="Root"/>.</summary>
    public static IReadOnlyList<string> Paths => Listed.Value;

    /// <summary>C# that people wrote under <c>src</c>, or under another folder.</summary>
    public static IReadOnlyList<SourceFile> CSharp(string under = "src") =>
        Read(path =>
            path.StartsWith(under + "/", StringComparison.Ordinal)
            && path.EndsWith(".cs", StringComparison.Ordinal)
            && !path.Contains("/Migrations/", StringComparison.Ordinal));

    public static IReadOnlyList<SourceFile> Read(Func<string, bool> chosen) =>
        [.. Paths.Where(chosen).Select(path => new SourceFile(path, File.ReadAllText(Path.Combine(Root, path))))];

    private static List<string> List()
    {
        var start = new ProcessStartInfo("git", ["ls-files", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
        };
        using var git = Process.Start(start)!;
        var paths = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        return [.. paths.Where(path => File.Exists(Path.Combine(Root, path)))];
    }
}
