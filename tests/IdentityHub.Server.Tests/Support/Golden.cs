using System.Runtime.CompilerServices;

namespace IdentityHub.Server.Tests.Support;

/// <summary>Bytes that a contract has frozen: files of the folder <c>golden</c> beside the test.</summary>
internal static class Golden
{
    /// <summary>The file without the line break at its end.</summary>
    public static string Read(string name, [CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "golden", name)).TrimEnd('\n');
}
