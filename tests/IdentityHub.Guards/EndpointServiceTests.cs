using System.Text.RegularExpressions;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>An endpoint is a registered service: what it needs is checked in one place, and it is made once.</summary>
public partial class EndpointServiceTests
{
    private static readonly string[] Folders = ["Admin", "OAuth", "Dialects", "Ui", "Health"];

    [Test]
    public void No_endpoint_is_made_by_hand() => Rule.Holds(MadeByHand(Repository.CSharp("src/IdentityHub.Server")));

    [TestCase("var endpoint = ActivatorUtilities.CreateInstance<TokenEndpoint>(routes.ServiceProvider);")]
    [TestCase("var endpoint = new TokenEndpoint(exchange);")]
    public void One_that_is_made_by_hand_is_caught(string code) =>
        Rule.Catches(MadeByHand([new SourceFile("src/IdentityHub.Server/OAuth/Token/TokenEndpoint.cs", code)]), "TokenEndpoint.cs:1");

    [TestCase("var endpoint = routes.ServiceProvider.GetRequiredService<TokenEndpoint>();")]
    public void One_that_is_registered_is_not(string code) =>
        Rule.Holds(MadeByHand([new SourceFile("src/IdentityHub.Server/OAuth/Token/TokenEndpoint.cs", code)]));

    private static IEnumerable<string> MadeByHand(IEnumerable<SourceFile> files) =>
        files
            .Where(file => Folders.Contains(file.FolderIn("src/IdentityHub.Server").Split('/')[0]))
            .SelectMany(file => file.Find(ByHand()));

    [GeneratedRegex(@"\bActivatorUtilities\b|\bnew \w+Endpoints?\(")]
    private static partial Regex ByHand();
}
