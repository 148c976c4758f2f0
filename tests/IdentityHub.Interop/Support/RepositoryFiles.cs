using System.Runtime.CompilerServices;

namespace IdentityHub.Interop.Support;

/// <summary>Files of the repository that the tests were built from.</summary>
internal static class RepositoryFiles
{
    public static string PathOf(string relative, [CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (!File.Exists(Path.Combine(folder.FullName, "IdentityHub.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests were not built inside the repository.");
        return Path.Combine(folder.FullName, relative);
    }
}
