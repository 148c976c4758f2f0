using System.Text.RegularExpressions;
using System.Xml.Linq;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>The graphs in <c>docs/architecture.md</c> are made from the code.</summary>
public class DependencyGraphTests
{
    private const string Document = "docs/architecture.md";
    private const string Server = "src/IdentityHub.Server";
    private const string Prefix = "IdentityHub.";

    [Test]
    public void The_graphs_in_the_document_are_those_of_the_code()
    {
        var path = Path.Combine(Repository.Root, Document);
        var text = File.ReadAllText(path).ReplaceLineEndings("\n");
        var made = With(With(text, "projects", Projects()), "server", Folders());
        if (Environment.GetEnvironmentVariable("IDENTITYHUB_UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(path, made);
        else
            Assert.That(
                text, Is.EqualTo(made),
                $"The code has changed. Run this test once with IDENTITYHUB_UPDATE_SNAPSHOTS=1, and look at the difference in {Document}.");
    }

    [Test]
    public void An_arrow_that_follows_from_others_is_not_drawn() =>
        Assert.That(
            MermaidGraph.Of(["A", "B", "C"], [("A", "B"), ("B", "C"), ("A", "C")]),
            Is.EqualTo("graph TD\n    A[\"A\"]\n    B[\"B\"]\n    C[\"C\"]\n    A --> B\n    B --> C\n"));

    [Test]
    public void A_circle_is_seen() =>
        Assert.That(
            MermaidGraph.Of(["A", "B", "C"], [("A", "B"), ("B", "A"), ("B", "C")]),
            Is.EqualTo("graph TD\n    AB[\"A, B\"]\n    C[\"C\"]\n    AB --> C\n"));

    [Test]
    public void A_document_without_a_place_for_the_graph_is_caught() =>
        Assert.That(() => With("# Architecture\n", "projects", "graph TD\n"), Throws.InvalidOperationException);

    private static string Projects()
    {
        var projects = Repository.Read(path =>
            path.StartsWith("src/", StringComparison.Ordinal) && path.EndsWith(".csproj", StringComparison.Ordinal));
        return MermaidGraph.Of(
            projects.Select(NameOf),
            from project in projects
            from reference in XDocument.Parse(project.Text).Descendants("ProjectReference")
            select (
                NameOf(project),
                Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))[Prefix.Length..]));
    }

    private static string Folders()
    {
        var files = Repository.CSharp(Server).Where(file => file.FolderIn(Server) != "").ToList();
        var tops = files.Select(file => Top(file.FolderIn(Server))).ToHashSet();

        // Each folder has its namespace, so imports say it all; a name of a type may be that of a member too.
        var imports = FolderReferences.Of(files, Server, path => Top(path) is var top && tops.Contains(top) ? top : null)
            .Where(reference => reference.Name.StartsWith(Prefix, StringComparison.Ordinal));
        return MermaidGraph.Of(tops, imports.Select(reference => (reference.From, reference.To)));
    }

    private static string NameOf(SourceFile project) => Path.GetFileNameWithoutExtension(project.Path)[Prefix.Length..];

    private static string Top(string path) => path.Split('/')[0];

    private static string With(string text, string name, string graph)
    {
        var place = new Regex($"(?<=<!-- graph: {name} -->\n```mermaid\n)[^`]*(?=```\n)");
        return place.IsMatch(text)
            ? place.Replace(text, graph)
            : throw new InvalidOperationException($"{Document} has no place for the graph of the {name}.");
    }
}
