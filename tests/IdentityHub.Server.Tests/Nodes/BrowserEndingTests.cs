using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>What ends on one node has ended on the other: the browser's session, its codes, and all tokens of all clients in it.</summary>
[Spec("ASSURANCE", "S3")]
public class BrowserEndingTests
{
    private static readonly string Config = CodeFlow.Config + Logouts.Client("bound");

    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(2);

    // How it ends, in words for the results, and where it is done.
    private static readonly Dictionary<string, Func<Hub, SignedIn, Task>> Endings = new()
    {
        ["the client logs him out"] = async (node, user) => await On(node, user.Browser).LogOutAsync(user.Reference["id_token"]),
        ["he logs out himself"] = async (node, user) =>
        {
            var browser = On(node, user.Browser);
            var asked = await browser.GetAsync("/logout");
            await browser.SubmitAsync(asked, asked.FormWith("session"));
        },
        ["his user is disabled"] = (node, _) => node.ChangeUserAsync(new Guid(Parts.AliceId), user => user.DisabledAt = FakeTime.Start),
        ["his user is blocked"] = (node, _) =>
            node.ChangeUserAsync(new Guid(Parts.AliceId), user => user.LockoutEnd = FakeTime.Start.AddHours(1)),
        ["his password is changed"] = async (node, _) =>
        {
            // The files are applied when a node starts.
            node.Installation.WriteConfig(Config.Replace(TokenRequests.AlicePassword, "Another-Pass-1234", StringComparison.Ordinal));
            await node.Installation.StartNodeAsync();
        },
    };

    private static IEnumerable<string> Names => Endings.Keys;

    [TestCaseSource(nameof(Names))]
    public async Task S3_When_it_ends_on_one_node_the_other_refuses_the_browser_its_codes_and_every_token_within_two_seconds(string ending)
    {
        await using var installation = await Installation.CreateAsync(Config, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        var user = await SignInAsync(a);
        string[] offline = ["web introspection", "web userinfo", "web refresh"];
        Assert.That(
            await AliveAsync(b, user),
            Is.EqualTo([
                "browser",
                "page",
                .. offline,
                "elliptic introspection",
                "elliptic userinfo",
                "bound introspection",
                "bound userinfo",
                "bound refresh"
            ]),
            "before");
        var code = await NewCodeAsync(a, user);

        await Endings[ending](a, user);

        // OpenID Connect Back-Channel Logout §2.7: only offline_access outlives a logout, and nothing anything else.
        var left = ending.Contains("log", StringComparison.Ordinal) ? offline : [];
        await Eventually.TrueAsync(
            async () => (await AliveAsync(b, user)).SequenceEqual(left), AtOnce, $"[{string.Join(", ", left)}] lives when {ending}");
        Assert.That((await b.Client.RedeemAsync("web", code))["error"], Is.EqualTo("invalid_grant"));
        if (ending == "his password is changed")
            return;
        await using var context = a.NewContext();
        Assert.That(
            await context.Sessions.CountAsync(session => session.EndedAt == null),
            Is.EqualTo(ending.Contains("log", StringComparison.Ordinal) ? 0 : 1));
    }

    // At a client with JWTs and offline_access, at one with reference tokens, and at one whose refresh token ends with the session.
    private static async Task<SignedIn> SignInAsync(Hub node)
    {
        var browser = new Browser(node.Client);
        var code = (await browser.AuthorizeAsync("web", ("scope", "openid offline_access"))).Sent("code");
        var jwt = await node.Client.RedeemAsync("web", code);
        var reference = await node.Client.RedeemAsync("elliptic", (await browser.AuthorizeAsync("elliptic")).Sent("code"));
        var bound = await node.Client.RedeemAsync("bound", (await browser.AuthorizeAsync("bound")).Sent("code"));
        return new SignedIn(browser, jwt, reference, bound);
    }

    private static async Task<string?> NewCodeAsync(Hub node, SignedIn user) =>
        (await On(node, user.Browser).AuthorizeAsync("web")).Sent("code");

    // A refresh inside the grace window gives the same successor: asking again and again changes nothing.
    private static async Task<List<string>> AliveAsync(Hub node, SignedIn user)
    {
        var alive = new List<string>();
        if (await On(node, user.Browser).IsSignedInAsync("web"))
            alive.Add("browser");
        if (await On(node, user.Browser).IsAskedAsync())
            alive.Add("page");
        foreach (var (clientId, tokens) in new[] { ("web", user.Jwt), ("elliptic", user.Reference), ("bound", user.Bound) })
        {
            if (await node.Client.IsActiveAsync(clientId, tokens["access_token"]))
                alive.Add($"{clientId} introspection");
            if ((await node.Client.GetAnswerAsync("/connect/userinfo", tokens["access_token"])).Status == 200)
                alive.Add($"{clientId} userinfo");
            if (tokens["refresh_token"] is { } refreshToken && (await node.Client.RefreshAsync(clientId, refreshToken)).Status == 200)
                alive.Add($"{clientId} refresh");
        }

        return alive;
    }

    /// <summary>The same browser, which the load balancer has sent to this node.</summary>
    private static Browser On(Hub node, Browser browser)
    {
        var moved = new Browser(node.Client);
        foreach (var (name, value) in browser.Cookies)
            moved.Cookies[name] = value;
        return moved;
    }

    private sealed record SignedIn(Browser Browser, Answer Jwt, Answer Reference, Answer Bound);
}
