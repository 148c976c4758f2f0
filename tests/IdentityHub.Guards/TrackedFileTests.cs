using System.Text.RegularExpressions;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>The repository builds on any machine: it names no package feed and no folder of the one it was written on.</summary>
public partial class TrackedFileTests
{
    private static readonly string[] Binary = [".png", ".ico", ".woff2", ".pdf", ".gz", ".zip"];

    [Test]
    public void No_tracked_file_names_a_package_feed_or_a_folder_of_a_machine() =>
        Rule.Holds(Machines(Repository.Read(path => !Binary.Contains(Path.GetExtension(path)))));

    [TestCase("NuGet.config", "<add key=\"x\" value=\"https://packages.example/v3/index.json\" />")]
    [TestCase("package-lock.json", "\"resolved\": \"https://npm.example.internal/a/-/a-1.0.0.tgz\"")]
    [TestCase("run.sh", "cd /" + "root/project")]
    [TestCase("run.sh", "cat /" + "work/notes.txt")]
    [TestCase("run.sh", "echo > /tmp/file")]
    [TestCase("a.cs", "var path = \"C:\\\\Users\\\\somebody\";")]
    [TestCase("README.md", "see /home/somebody/src")]
    public void A_feed_or_a_folder_is_caught(string path, string text) => Rule.Catches(Machines([new SourceFile(path, text)]), path);

    [TestCase("README.md", "https://www.rfc-editor.org/rfc/rfc6749")]
    [TestCase("package-lock.json", "\"integrity\": \"sha512-aaaa\"")]
    [TestCase("run.sh", "dir=$(mktemp -d)")]
    public void Public_addresses_are_not(string path, string text) => Rule.Holds(Machines([new SourceFile(path, text)]));

    [Test]
    public void Every_tracked_file_has_a_name_that_any_machine_can_write() => Rule.Holds(Unwritable(Repository.Paths));

    [TestCase("src/IdentityHub.Storage/:memory:")]
    [TestCase("docs/what?.md")]
    [TestCase("docs/folder./a.md")]
    public void A_name_that_Windows_refuses_is_caught(string path) => Rule.Catches(Unwritable([path, "docs/a-b_c.1.md"]), path);

    [Test]
    public void Text_is_normalized_by_Unicode_everywhere() =>
        Rule.Holds(
            Invariant(
                Repository.Read(path =>
                    !Binary.Contains(Path.GetExtension(path)) && !path.StartsWith("tests/IdentityHub.Guards/", StringComparison.Ordinal))));

    [TestCase("a.csproj", "<InvariantGlobalization>true</InvariantGlobalization>")]
    [TestCase("Dockerfile", "ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1")]
    public void Invariant_globalization_is_caught(string path, string text) => Rule.Catches(Invariant([new SourceFile(path, text)]), path);

    private static IEnumerable<string> Machines(IEnumerable<SourceFile> files) =>
        from file in files
        from Match match in Machine().Matches(file.Text)
        where !file.Path.StartsWith("tests/IdentityHub.Guards/", StringComparison.Ordinal)
        select $"{file.Path}: {match.Value}";

    private static IEnumerable<string> Unwritable(IEnumerable<string> paths) => paths.Where(static path => Refused().IsMatch(path));

    // Without Unicode data there is no NFKC: two spellings of one name would be two accounts.
    private static IEnumerable<string> Invariant(IEnumerable<SourceFile> files) =>
        files.Where(file => InvariantMode().IsMatch(file.Text)).Select(file => $"{file.Path}: invariant globalization");

    [GeneratedRegex("""(?<![\w./~-])/(?:work|root|tmp|home)/\w|[A-Z]:\\+Users|/v3/index\.json|"resolved": "https?://""")]
    private static partial Regex Machine();

    [GeneratedRegex("""[<>:"|?*\\]|[ .](?:/|$)""")]
    private static partial Regex Refused();

    [GeneratedRegex(@"InvariantGlobalization>\s*true|GLOBALIZATION_INVARIANT[=:\s""]+(?:1|true)", RegexOptions.IgnoreCase)]
    private static partial Regex InvariantMode();
}
