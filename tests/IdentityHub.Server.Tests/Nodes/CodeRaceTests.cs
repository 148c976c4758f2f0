using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>One authorization code over two server processes.</summary>
[Spec("RFC 6749", "4.1.2")]
[Spec("RFC 9700", "2.1.1.1")]
public class CodeRaceTests
{
    private const int Uses = 100;

    // Of 100 requests these at least stand before the code at once: each node has 40 connections.
    private const int AtTheCode = 60;

    [Test]
    [Spec("ASSURANCE", "R1")]
    public async Task R1_Of_a_hundred_parallel_redemptions_of_one_code_one_succeeds_and_none_fails_for_another_reason()
    {
        await using var installation = await Installation.CreateAsync(CodeFlow.Config, DatabaseKind.Postgres);
        var longWaits = HeldLock.LongWaits(installation);
        var (a, b) = (await installation.StartProcessAsync(longWaits), await installation.StartProcessAsync(longWaits));
        var code = await a.Client.CodeAsync("web", ("scope", "openid offline_access"));

        // From here on both nodes know the client: its secret costs no statement.
        foreach (var node in new[] { a.Client, b.Client })
            Assert.That((await node.RedeemAsync("web", "no-code"))["error"], Is.EqualTo("invalid_grant"));

        // The row is locked until many redemptions stand before it, each of which has read the code as unused.
        await using var held = await HeldLock.TakeAsync(installation, $"SELECT code_hash FROM authorization_codes FOR UPDATE");
        var redemptions = Requests.AtOnceAsync(Uses, [a.Client, b.Client], (node, _) => node.RedeemAsync("web", code));
        await held.WaitForAsync(AtTheCode, "the redemptions stand before the code");
        await held.ReleaseAsync();
        var answers = await redemptions;

        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        Assert.That(
            answers.Where(answer => answer.Status != 200).Select(answer => (answer.Status, answer["error"], answer["error_reason"])),
            Is.All.EqualTo((400, "invalid_grant", "code_used")));
        await using var context = installation.Database.Open().NewContext();
        Assert.That(await context.RefreshTokens.CountAsync(), Is.EqualTo(1));

        // Nobody can tell which of the hundred was the owner.
        var tokens = answers.Single(answer => answer.Status == 200);
        foreach (var node in new[] { a.Client, b.Client })
        {
            Assert.That((await node.IntrospectAsync("web", tokens["access_token"]))["active"], Is.EqualTo("false"));
            Assert.That((await node.RefreshAsync("web", tokens["refresh_token"]))["error"], Is.EqualTo("invalid_grant"));
        }
    }

    [TestCase("web", "jwt")]
    [TestCase("elliptic", "reference")]
    [Spec("ASSURANCE", "R2")]
    public async Task R2_A_code_that_is_replayed_on_the_other_node_kills_the_tokens_of_its_first_use_on_both(string clientId, string format)
    {
        await using var installation = await Installation.CreateAsync(CodeFlow.Config, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        var code = await a.Client.CodeAsync(clientId);
        var tokens = await a.Client.RedeemAsync(clientId, code);
        Assert.That(tokens["access_token"], Does.StartWith(format == "jwt" ? "eyJ" : "iha_"));
        foreach (var node in new[] { a.Client, b.Client })
            Assert.That((await node.IntrospectAsync(clientId, tokens["access_token"]))["active"], Is.EqualTo("true"));

        Assert.That((await b.Client.RedeemAsync(clientId, code))["error_reason"], Is.EqualTo("code_used"));

        foreach (var node in new[] { a.Client, b.Client })
        {
            await Eventually.TrueAsync(
                async () =>
                    (await node.IntrospectAsync(clientId, tokens["access_token"]))["active"] == "false"
                    && (await node.UserInfoAsync(tokens["access_token"]!)).Status == 401,
                TimeSpan.FromSeconds(2), "the access token is dead");
        }
    }

    [Test]
    [Spec("ASSURANCE", "C9")]
    public async Task C9_What_one_node_has_given_a_browser_is_good_on_the_other()
    {
        await using var installation = await Installation.CreateAsync(CodeFlow.Config, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartProcessAsync(), await installation.StartProcessAsync());

        // The login page of one node, sent to the other, back to the first, and the code to the second.
        var (atA, atB) = (new Browser(a.Client), new Browser(b.Client));
        var login = await atA.GetAsync(CodeFlow.Address("web"));
        Copy(atA, atB);
        var page = await atB.LogInAsync(login);
        Copy(atB, atA);
        var second = await atA.GetOnceAsync(CodeFlow.Address("other", ("prompt", "none")));

        Assert.That((await a.Client.RedeemAsync("web", page.Sent("code"))).Status, Is.EqualTo(200));
        Assert.That((await b.Client.RedeemAsync("other", second.Sent("code"))).Status, Is.EqualTo(200));
        await using var context = installation.Database.NewContext();
        Assert.That(await context.DataProtectionKeys.CountAsync(), Is.EqualTo(1));
    }

    private static void Copy(Browser from, Browser to)
    {
        foreach (var (name, value) in from.Cookies)
            to.Cookies[name] = value;
    }
}
