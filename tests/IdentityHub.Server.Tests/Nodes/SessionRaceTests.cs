using System.Collections.Concurrent;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>
/// Operations on one session at once, on two nodes: none fails because of another, and a logout wins against all of them.
/// </summary>
public class SessionRaceTests
{
    private const int Rounds = 3;

    // The refresh token of "bound" ends with the session; that of "other" comes of offline_access.
    private static readonly string Config = CodeFlow.Config + Logouts.Client("bound");

    // What is done to a login session, by its LSID and password.
    private static readonly Dictionary<string, Func<HttpClient, string, Task<Answer>>> Operations = new()
    {
        ["see"] = (node, lsid) => node.ShowAsync(lsid),
        ["act as"] = (node, lsid) => node.AssumeAsync(lsid, Lsids.IdOf("bob")),
        ["act as oneself"] = (node, lsid) => node.ResetIdentityAsync(lsid),
        ["act in"] = (node, lsid) => node.ActInAsync(lsid, "east"),
        ["clone"] = (node, lsid) => node.CloneAsync(lsid),
        ["exchange"] = (node, lsid) => node.TokenExchangeAsync("desk", lsid),
        ["change the password"] = (node, lsid) =>
            node.CallAsync(
                "PUT", $"/password/{Lsids.IdOf("alice")};lsid={lsid}",
                $$"""{"oldPassword":"{{Lsids.Password}}","newPassword":"Changed-Pass-1234"}"""),
        ["end"] = (node, lsid) => node.CallAsync("DELETE", $"/session/{lsid};lsid={lsid}"),
        ["end all"] = (node, lsid) => node.CallAsync("DELETE", $"/session/{lsid};lsid={lsid}", "true"),
    };

    private const string EndAll = "end all sessions of the user";

    private static readonly string[] Endings = ["end", "end all"];

    // What is done to the session of a browser, on whichever node the request arrives.
    private static readonly Dictionary<string, Func<Hub, SignedIn, Task<int>>> BrowserOperations = new()
    {
        ["authorize"] = async (node, user) =>
        {
            var page = await On(node, user.Browser).GetOnceAsync(CodeFlow.Address("bound", ("prompt", "none"), ("scope", "openid")));
            if (page.Status < 400 && page.Sent("code") is { } code)
                user.Codes.Add(code);
            return page.Status;
        },
        ["authorize at another client"] = async (node, user) =>
            (await On(node, user.Browser).GetOnceAsync(CodeFlow.Address("other", ("prompt", "none")))).Status,
        ["refresh"] = async (node, user) => (await RefreshAsync(node, user.RefreshToken)).Status,
        ["revoke"] = async (node, user) => (await node.Client.RevokeAsync("bound", user.RefreshToken)).Status,
        ["write that it was seen"] = async (node, user) =>
        {
            await new Storage.Sessions.SeenSessionStore(node.Database).WriteAsync(
                [KeyValuePair.Create(user.SessionId, node.Time.GetUtcNow())], default);
            return 200;
        },
        ["show the account"] = async (node, user) => (await On(node, user.Browser).GetOnceAsync("/account/sessions")).Status,
        ["sign out"] = async (node, user) => (await On(node, user.Browser).SubmitAsync(user.Asked, user.Asked.FormWith("session"))).Status,
        ["end session"] = async (node, user) => (await On(node, user.Browser).LogOutAsync(user.IdToken)).Status,
        [EndAll] = async (node, user) =>
        {
            await new Storage.Sessions.SessionStore(node.Database).EndAllOfUserAsync(
                new Guid(Parts.AliceId), null, "test", node.Time.GetUtcNow(), null, default);
            return 200;
        },
    };

    private static readonly string[] BrowserEndings = ["sign out", "end session", EndAll];

    [Test]
    [Spec("ASSURANCE", "L3")]
    public async Task L3_Sixty_parallel_authorizations_of_one_browser_on_two_nodes_all_get_their_codes_and_others_are_answered_meanwhile()
    {
        await using var installation = await Installation.CreateAsync(Config, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        var browser = new Browser(a.Client);
        await browser.AuthorizeAsync("bound");

        // Each node holds its requests until several stand before their first write: without it they come one after the other.
        var (atA, atB) = (a.Rendezvous(4), b.Rendezvous(4));
        var pages = Task.WhenAll(Enumerable.Range(0, 60).Select(i => Task.Run(() => On(i % 2 == 0 ? a : b, browser).GetOnceAsync(
            CodeFlow.Address(i % 3 == 0 ? "other" : "bound", ("prompt", "none"), ("scope", "openid"))))));
        var ready = await a.Client.GetAnswerAsync("/health/ready");
        var answers = await pages;

        Assert.That(
            answers.Select(page => (page.Status, page.Sent("error"))).Distinct(),
            Is.EqualTo(new[] { (302, (string?)null) }).Or.EqualTo(new[] { (303, (string?)null) }));
        Assert.That((ready.Status, atA.Met, atB.Met), Is.EqualTo((200, true, true)));
        Assert.That(a.Logs.ToString() + b.Logs, Does.Not.Contain("deadlock"));
    }

    [Test]
    [Spec("ASSURANCE", "L4")]
    public async Task L4_A_logout_wins_against_parallel_authorizations_and_refreshes_on_both_nodes()
    {
        await using var installation = await Installation.CreateAsync(Config, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        for (var round = 0; round < Rounds; round++)
        {
            var browser = new Browser(a.Client);
            var tokens = await a.Client.RedeemAsync("bound", (await browser.AuthorizeAsync("bound", ("scope", "openid"))).Sent("code"));
            var asked = await browser.GetAsync("/logout");

            var pages = Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => On(i % 2 == 0 ? a : b, browser).GetOnceAsync(
                CodeFlow.Address("bound", ("prompt", "none"), ("scope", "openid"))))));
            var refreshed = Task.Run(() => RefreshAsync(b, tokens["refresh_token"]));
            var ended = await Task.Run(() => browser.SubmitAsync(asked, asked.FormWith("session")));
            var answers = await pages;

            Assert.That(
                answers.Select(page => page.Status).Append(ended.Status).Append((await refreshed).Status),
                Has.None.GreaterThanOrEqualTo(500));
            foreach (var code in answers.Select(page => page.Sent("code")).OfType<string>())
                Assert.That(
                    (await b.Client.RedeemAsync("bound", code))["error"], Is.EqualTo("invalid_grant"),
                    "a code that the logout has overtaken");
            Assert.That(
                (await RefreshAsync(a, (await refreshed)["refresh_token"] ?? tokens["refresh_token"]))["error"],
                Is.EqualTo("invalid_grant"));
        }
    }

    [Test]
    [Spec("ASSURANCE", "L4")]
    public async Task L4_Every_pair_of_operations_on_one_login_session_in_parallel_on_two_nodes_is_answered_and_its_end_wins()
    {
        await using var installation = await Installation.CreateAsync(Lsids.Config, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        var names = Operations.Keys.ToArray();
        var password = Lsids.Password;
        foreach (var (first, second) in names.SelectMany((first, i) => names.Skip(i).Select(second => (first, second))))
        {
            var lsid = await a.Client.LsidAsync("alice", password);
            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => i % 2 == 0
                ? Operations[first](a.Client, lsid)
                : Operations[second](b.Client, lsid))));

            Assert.That(
                answers.Select(answer => answer.Status), Has.None.GreaterThanOrEqualTo(500),
                $"{first} and {second}: {string.Join<Answer>('\n', answers)}");
            if (Endings.Contains(first) || Endings.Contains(second))
                Assert.That(
                    ((await a.Client.ShowAsync(lsid)).Status, (await b.Client.ShowAsync(lsid)).Status), Is.EqualTo((404, 404)),
                    $"{first} and {second}");

            // The next pair begins with the same password.
            if (first == "change the password" || second == "change the password")
                await ResetPasswordAsync(a);
        }
    }

    [Test]
    [Spec("ASSURANCE", "L4")]
    public async Task L4_Every_pair_of_operations_on_one_browser_session_in_parallel_on_two_nodes_is_answered_and_its_end_wins()
    {
        await using var installation = await Installation.CreateAsync(Config, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        var names = BrowserOperations.Keys.ToArray();
        foreach (var (first, second) in names.SelectMany((first, i) => names.Skip(i).Select(second => (first, second))))
        {
            var user = await SignedIn.AtAsync(a);

            // Later than a node writes down again that it has seen the session: each request also writes that.
            installation.Time.Advance(TimeSpan.FromMinutes(2));
            var statuses = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => i % 2 == 0
                ? BrowserOperations[first](a, user)
                : BrowserOperations[second](b, user))));

            var pair = $"{first} and {second}: {string.Join(", ", statuses)}";
            Assert.That(statuses, Has.None.GreaterThanOrEqualTo(500), pair);
            var isEnded = BrowserEndings.Contains(first) || BrowserEndings.Contains(second);
            var isRevoked = isEnded || first == "revoke" || second == "revoke";
            Assert.That(
                (await On(a, user.Browser).IsSignedInAsync("bound"), await On(b, user.Browser).IsSignedInAsync("bound")),
                Is.EqualTo((!isEnded, !isEnded)), pair);
            foreach (var code in user.Codes)
                Assert.That((await b.Client.RedeemAsync("bound", code)).Status, Is.EqualTo(isEnded ? 400 : 200), $"a code of {pair}");
            foreach (var node in new[] { a, b })
                Assert.That(
                    (await RefreshAsync(node, user.RefreshToken)).Status, Is.EqualTo(isRevoked ? 400 : 200),
                    $"the refresh token after {pair}");
            var isEndedEverywhere = first == EndAll || second == EndAll;
            foreach (var node in new[] { a, b })
            {
                var offline = await node.Client.RefreshAsync("other", user.OfflineToken);
                Assert.That(offline.Status, Is.EqualTo(isEndedEverywhere ? 400 : 200), $"offline access after {pair}");
            }
        }
    }

    private static async Task ResetPasswordAsync(Hub node)
    {
        if ((await node.Client.AuthenticateAsync("alice")).Status == 200)
            return;
        var lsid = await node.Client.LsidAsync("alice", "Changed-Pass-1234");
        var back = await node.Client.CallAsync(
            "PUT", $"/password/{Lsids.IdOf("alice")};lsid={lsid}",
            $$"""{"oldPassword":"Changed-Pass-1234","newPassword":"{{Lsids.Password}}"}""");
        Assert.That(back.Status, Is.EqualTo(200), back.ToString());
    }

    private static Task<Answer> RefreshAsync(Hub node, string? refreshToken) => node.Client.RefreshAsync("bound", refreshToken);

    /// <summary>A browser that is signed in at a client, with what the client has got and the page that asks whether to sign out.</summary>
    private sealed record SignedIn(Browser Browser, Guid SessionId, string RefreshToken, string OfflineToken, string IdToken, Page Asked)
    {
        /// <summary>Codes that were issued while operations raced.</summary>
        public ConcurrentBag<string> Codes { get; } = [];

        public static async Task<SignedIn> AtAsync(Hub node)
        {
            var browser = new Browser(node.Client);
            var tokens = await node.Client.RedeemAsync("bound", (await browser.AuthorizeAsync("bound", ("scope", "openid"))).Sent("code"));
            var offline = await node.Client.RedeemAsync(
                "other", (await browser.AuthorizeAsync("other", ("scope", "openid offline_access"))).Sent("code"));
            var ids = await node
                .Database.Call("SELECT id FROM sessions WHERE ended_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 1")
                .ListAsync(row => row.Guid(), default);
            return new SignedIn(
                browser, ids[0], tokens["refresh_token"]!, offline["refresh_token"]!, tokens["id_token"]!,
                await browser.GetAsync("/logout"));
        }
    }

    private static Browser On(Hub node, Browser browser)
    {
        var same = new Browser(node.Client);
        foreach (var (name, value) in browser.Cookies)
            same.Cookies[name] = value;
        return same;
    }
}
