using System.Xml.Linq;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>
/// Projects know only those below them: Protocol ← Storage ← Storage.*, ConfigAsCode ← Server, Cli. The last two never meet.
/// </summary>
public class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["IdentityHub.Protocol"] = [],
        ["IdentityHub.Storage"] = ["IdentityHub.Protocol"],
        ["IdentityHub.Storage.Postgres"] = ["IdentityHub.Storage"],
        ["IdentityHub.Storage.Sqlite"] = ["IdentityHub.Storage"],
        ["IdentityHub.ConfigAsCode"] = ["IdentityHub.Protocol", "IdentityHub.Storage"],
        ["IdentityHub.Server"] =
        [
            "IdentityHub.Protocol", "IdentityHub.Storage", "IdentityHub.Storage.Postgres", "IdentityHub.Storage.Sqlite",
            "IdentityHub.ConfigAsCode"
        ],
        ["IdentityHub.Cli"] =
        [
            "IdentityHub.Protocol", "IdentityHub.Storage", "IdentityHub.Storage.Postgres", "IdentityHub.Storage.Sqlite",
            "IdentityHub.ConfigAsCode"
        ],
    };

    // Pure rules: no HTTP, no database, no clock, no services.
    private static readonly string[] ForeignToProtocol =
    [
        "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Microsoft.Extensions", "System.Data", "System.Net.Http", "TimeProvider"
    ];

    [Test]
    public void A_project_references_only_those_below_it() =>
        Rule.Holds(
            Upward(
                Repository.Read(path =>
                    path.StartsWith("src/", StringComparison.Ordinal) && path.EndsWith(".csproj", StringComparison.Ordinal))));

    [TestCase("src/IdentityHub.Cli/IdentityHub.Cli.csproj", "../IdentityHub.Server/IdentityHub.Server.csproj")]
    [TestCase("src/IdentityHub.Protocol/IdentityHub.Protocol.csproj", "..\\IdentityHub.Storage\\IdentityHub.Storage.csproj")]
    [TestCase("src/IdentityHub.Server/IdentityHub.Server.csproj", "../../tests/IdentityHub.Testing/IdentityHub.Testing.csproj")]
    [TestCase("src/IdentityHub.New/IdentityHub.New.csproj", "../IdentityHub.Storage/IdentityHub.Storage.csproj")]
    public void A_reference_upward_is_caught(string project, string reference) =>
        Rule.Catches(
            Upward([new SourceFile(project, $"<Project><ItemGroup><ProjectReference Include=\"{reference}\" /></ItemGroup></Project>")]),
            "may not reference");

    [Test]
    public void The_protocol_rules_know_no_HTTP_no_database_and_no_clock() =>
        Rule.Holds(Foreign(Repository.CSharp("src/IdentityHub.Protocol")));

    [TestCase("using Microsoft.AspNetCore.Http;")]
    [TestCase("class A(TimeProvider time);")]
    public void A_protocol_rule_with_a_foreign_dependency_is_caught(string code) =>
        Rule.Catches(Foreign([new SourceFile("a.cs", code)]), "a.cs");

    private static IEnumerable<string> Upward(IEnumerable<SourceFile> projects) =>
        from project in projects
        let name = Path.GetFileNameWithoutExtension(project.Path)
        from reference in XDocument.Parse(project.Text).Descendants("ProjectReference")
        let referenced = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))
        where !Allowed.GetValueOrDefault(name, []).Contains(referenced)
        select $"{name} may not reference {referenced}";

    private static IEnumerable<string> Foreign(IEnumerable<SourceFile> files) =>
        from file in files
        from word in ForeignToProtocol
        where file.Code.Contains(word, StringComparison.Ordinal)
        select $"{file.Path}: {word}";
}
