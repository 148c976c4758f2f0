using System.Runtime.CompilerServices;

namespace IdentityHub.Testing;

/// <summary>Files of the repository that the tests were built from.</summary>
public static class SourceTree
{
    /// <summary>The full path of a file or folder of the repository.</summary>
    /// <param name="relative">Its path from the root of the repository.</param>
    /// <param name="here">Left out: the source file of the caller.</param>
    /// <exception cref="InvalidOperationException">The tests were not built inside the repository.</exception>
    public static string PathOf(string relative, [CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (!File.Exists(Path.Combine(folder.FullName, "IdentityHub.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests were not built inside the repository.");
        return Path.Combine(folder.FullName, relative);
    }

    /// <summary>The arguments with which <c>dotnet</c> runs a project of the repository as it was built together with the tests.</summary>
    /// <param name="project">Its folder, from the root of the repository.</param>
    public static IReadOnlyList<string> RunArguments(string project)
    {
        // 'dotnet run' looks in the project's own bin folder, unless it is told that everything was built elsewhere.
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string[] artifacts = output.Name.StartsWith("net", StringComparison.Ordinal)
            ? []
            : ["--artifacts-path", output.Parent!.Parent!.Parent!.FullName];
        return ["run", "--no-build", .. artifacts, "--project", PathOf(project)];
    }
}
