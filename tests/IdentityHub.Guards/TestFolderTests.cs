using System.Text.RegularExpressions;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>
/// The tests of a project are in folders of the same names as its sources; a class <c>XTests</c> is in the folder of the type <c>X</c>.
/// </summary>
public partial class TestFolderTests
{
    // Folders of test projects that no source folder has → why.
    private static readonly Dictionary<string, string> Reasons = new()
    {
        ["Server/Nodes"] = "several nodes on one database: what a node does there concerns more than one folder",
        ["Server/Support"] = "what the tests of several folders use",
        ["Storage/Harness"] = "tests of IdentityHub.Testing itself, which has no tests of its own",
        ["Cli/Samples"] = "files that the tests read",
    };

    // Responses that a contract has frozen, in the folder of the tests that compare them.
    private const string Golden = "/golden";

    [Test]
    public void A_folder_of_tests_has_the_name_of_a_source_folder() => Rule.Holds(WithoutSources(Repository.Paths));

    [Test]
    public void A_test_class_is_in_the_folder_of_the_type_it_is_named_after() =>
        Rule.Holds(Elsewhere([.. Repository.CSharp(), .. Repository.CSharp("tests")]));

    [Test]
    public void Each_reason_is_still_needed() =>
        Rule.Holds(
            from folder in Reasons
                .Keys.Except(FoldersOf(Repository.Paths))
                .Concat(Reasons.Keys.Intersect(SourceFoldersOf(Repository.Paths)))
            select $"{folder} needs no reason any more");

    [TestCase("tests/IdentityHub.Server.Tests/Limit/ATests.cs")]
    [TestCase("tests/IdentityHub.Server.Tests/Clients/Keys/ATests.cs")]
    public void A_folder_of_its_own_is_caught(string path) =>
        Rule.Catches(WithoutSources(["src/IdentityHub.Server/Clients/Client.cs", "src/IdentityHub.Server/Grants/Device/A.cs", path]), path);

    [TestCase("tests/IdentityHub.Server.Tests/ATests.cs")]
    [TestCase("tests/IdentityHub.Server.Tests/Clients/ATests.cs")]
    [TestCase("tests/IdentityHub.Server.Tests/Grants/ATests.cs", Description = "the sources are further down")]
    [TestCase("tests/IdentityHub.Server.Tests/Clients/golden/a.txt")]
    [TestCase("tests/IdentityHub.Server.Tests/Nodes/ATests.cs")]
    [TestCase("tests/IdentityHub.Interop/Support/A.cs", Description = "of no project in particular")]
    public void A_folder_like_that_of_the_sources_is_not(string path) =>
        Rule.Holds(WithoutSources(["src/IdentityHub.Server/Clients/Client.cs", "src/IdentityHub.Server/Grants/Device/A.cs", path]));

    [Test]
    public void A_test_class_in_another_folder_is_caught() =>
        Rule.Catches(Elsewhere(WithTests("Clients/HubMetricsTests.cs")), "Clients/HubMetricsTests.cs");

    [TestCase("Audit/HubMetricsTests.cs")]
    [TestCase("Nodes/HubMetricsTests.cs")]
    [TestCase("Clients/HubMetricsOfClientsTests.cs")]
    public void A_test_class_in_its_folder_is_not(string path) => Rule.Holds(Elsewhere(WithTests(path)));

    private static SourceFile[] WithTests(string path) =>
    [
        new("src/IdentityHub.Server/Audit/HubMetrics.cs", "internal sealed class HubMetrics;"),
        new($"tests/IdentityHub.Server.Tests/{path}", "class ATests;"),
    ];

    private static IEnumerable<string> WithoutSources(IReadOnlyList<string> paths)
    {
        var (sources, projects) = (SourceFoldersOf(paths), paths.Select(SourceProject).ToHashSet());
        return from path in paths
               let folder = TestFolder(path)
               where folder is not null && folder.Contains('/', StringComparison.Ordinal) && projects.Contains(folder.Split('/')[0])
               let tested = folder.EndsWith(Golden, StringComparison.Ordinal) ? folder[..^Golden.Length] : folder
               where !sources.Contains(tested) && !Reasons.ContainsKey(folder)
               select $"{path}: there is no source folder {folder}";
    }

    private static IEnumerable<string> Elsewhere(IReadOnlyList<SourceFile> files)
    {
        var types = from file in files
                    let folder = SourceFolder(file.Path)
                    where folder is not null
                    from Match type in Declaration().Matches(file.Code)
                    select (Tests: $"{folder.Split('/')[0]}/{type.Groups[1].Value}Tests.cs", Folder: folder);
        var folders = types.ToLookup(type => type.Tests, type => type.Folder);
        return from file in files
               let folder = TestFolder(file.Path)
               where folder is not null && !Reasons.ContainsKey(folder)
               let places = folders[$"{folder.Split('/')[0]}/{Path.GetFileName(file.Path)}"].ToList()
               where places.Count > 0 && !places.Contains(folder)
               select $"{file.Path}: the type is in {string.Join(", ", places)}";
    }

    // As "Server/Grants/Device", "Server" for the folder of the project.
    private static string? TestFolder(string path) => Folder(TestPath().Match(path));

    private static string? SourceFolder(string path) => Folder(SourcePath().Match(path));

    private static string? Folder(Match path) => path.Success ? path.Groups[1].Value + path.Groups[2].Value : null;

    private static string? SourceProject(string path) => SourceFolder(path)?.Split('/')[0];

    private static HashSet<string> FoldersOf(IEnumerable<string> paths) => [.. paths.Select(TestFolder).OfType<string>()];

    // With the folders above each.
    private static HashSet<string> SourceFoldersOf(IEnumerable<string> paths) =>
    [
        .. from folder in paths.Select(SourceFolder).OfType<string>().Distinct()
           let parts = folder.Split('/')
           from depth in Enumerable.Range(1, parts.Length)
           select string.Join('/', parts[..depth]),
    ];

    [GeneratedRegex(@"^tests/IdentityHub\.(\w+)\.Tests((?:/[\w.]+)*)/[^/]+$")]
    private static partial Regex TestPath();

    [GeneratedRegex(@"^src/IdentityHub\.([\w.]+)((?:/[\w.]+)*)/[^/]+$")]
    private static partial Regex SourcePath();

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum) (\w+)")]
    private static partial Regex Declaration();
}
