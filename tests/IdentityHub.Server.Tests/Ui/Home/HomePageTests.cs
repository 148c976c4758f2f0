using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Home;

[Spec("ASSURANCE", "I4")]
public class HomePageTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string EvilName = "</code><script>alert(1)</script><img src=x onerror=alert(2)> & \"Sons\"";

    private const string Config = Parts.Apis +
        """
        clients:
          - { client_id: demo-machine, client_name: Demo back end, grant_types: [client_credentials], client_secrets: [{ value: "plain:demo-machine-secret" }], scope: orders.read }
          - { client_id: "<b>bold</b>", client_name: '</code><script>alert(1)</script><img src=x onerror=alert(2)> & "Sons"', grant_types: [client_credentials], client_secrets: [{ value: "plain:x" }] }
        """;

    [Test]
    public async Task In_Development_it_shows_the_clients_and_lines_that_work()
    {
        var (answer, page) = await OpenAsync(Hub);

        Assert.Multiple(() =>
        {
            Assert.That((answer.Status, answer.Header("Content-Type")), Is.EqualTo((200, "text/html; charset=utf-8")));
            Assert.That(page.Title, Is.EqualTo("IdentityHub"));
            Assert.That(
                page.QuerySelectorAll("pre").Select(line => line.TextContent),
                Has.Some.Contains("-u demo-machine:demo-machine-secret -d grant_type=client_credentials"));
            Assert.That(
                page.QuerySelectorAll("tbody tr td:first-child").Select(cell => cell.TextContent),
                Is.EquivalentTo(["demo-machine", "<b>bold</b>"]));
        });
    }

    [Test]
    public async Task Names_are_text_whatever_is_in_them()
    {
        var (_, page) = await OpenAsync(Hub);

        Assert.Multiple(() =>
        {
            Assert.That(page.Scripts, Is.Empty);
            Assert.That(page.QuerySelectorAll("main img"), Is.Empty);
            Assert.That(page.QuerySelectorAll("b"), Is.Empty);
            Assert.That(page.QuerySelectorAll("td").Select(cell => cell.TextContent), Has.Some.EqualTo(EvilName));
        });
    }

    [TestCase("/")]
    [TestCase("/assets/hub.css")]
    public async Task Nothing_but_its_own_style_may_load(string path)
    {
        var answer = await Client.GetAnswerAsync(path);

        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(200));
            Assert.That(
                answer.Header("Content-Security-Policy"),
                Does.StartWith("default-src 'none'; style-src 'self';").And.Contain("frame-ancestors 'none'").And.Not.Contain("unsafe"));
            Assert.That(
                (answer.Header("X-Content-Type-Options"), answer.Header("Referrer-Policy"), answer.Header("Server")),
                Is.EqualTo(("nosniff", "no-referrer", (string?)null)));
        });
    }

    [Test]
    public async Task The_page_needs_no_inline_style()
    {
        var (_, page) = await OpenAsync(Hub);

        Assert.That(page.QuerySelectorAll("[style], style"), Is.Empty);
        Assert.That(
            (await Client.GetAnswerAsync(page.QuerySelector("link[rel=stylesheet]")!.GetAttribute("href")!)).Header("Content-Type"),
            Is.EqualTo("text/css; charset=utf-8"));
    }

    [Test]
    public async Task Outside_Development_it_tells_nothing_of_the_clients()
    {
        await using var installation = await Installation.CreateAsync(Config, Kind);
        await installation.StartNodeAsync();
        await installation.PassForProductionAsync();
        var node = await installation.StartNodeAsync(
            settings: [("IdentityHub:Stage", "staging"), ("IdentityHub:Passwords:Iterations", "220000")]);

        var issued = await node.Client.MachineAsync("demo-machine");
        var (answer, page) = await OpenAsync(node);

        Assert.That(issued.Status, Is.EqualTo(200), "the node has the clients");
        Assert.That(answer.Body, Does.Not.Contain("demo-machine").And.Not.Contain("curl").And.Not.Contain("generation"));
        Assert.That(page.QuerySelectorAll("table, pre"), Is.Empty);
    }

    private static async Task<(Answer Answer, IHtmlDocument Page)> OpenAsync(Hub hub)
    {
        var answer = await hub.Client.GetAnswerAsync("/");
        return (answer, new HtmlParser().ParseDocument(answer.Body));
    }
}
