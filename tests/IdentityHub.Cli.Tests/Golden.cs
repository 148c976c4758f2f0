using System.Text.RegularExpressions;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests;

/// <summary>What a command shows to people, as files that are looked at when they change.</summary>
internal static partial class Golden
{
    /// <summary>Compares with <c>golden/NAME.txt</c>; writes it with <c>IDENTITYHUB_UPDATE_SNAPSHOTS=1</c>. Hashes are left out.</summary>
    public static void Verify(string name, string output)
    {
        var path = SourceTree.PathOf($"tests/IdentityHub.Cli.Tests/golden/{name}.txt");
        var text = Hash().Replace(output, "HASH") + "\n";
        if (Environment.GetEnvironmentVariable("IDENTITYHUB_UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Assert.That(
            File.Exists(path) ? File.ReadAllText(path) : "", Is.EqualTo(text),
            "Look at the difference, then run this test once with IDENTITYHUB_UPDATE_SNAPSHOTS=1.");
    }

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Hash();
}
