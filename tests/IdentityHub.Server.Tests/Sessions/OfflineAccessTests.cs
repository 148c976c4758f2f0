using IdentityHub.Server.Sessions;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Sessions;

/// <summary>What of <c>offline_access</c> outlives the session in which it was granted.</summary>
[Spec("OpenID Connect Back-Channel Logout 1.0", "2.7")]
public class OfflineAccessTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Offline = "openid offline_access";
    private const string Alive = "alive";

    private static readonly string Config =
        CodeFlow.Config
        + Logouts.Client("bound")
        + Logouts
            .Client("revoking", "revoke_offline_access_at_logout: true")
            .Replace("scope: openid", "scope: " + Offline, StringComparison.Ordinal);

    // What is more than a logout, and how it is done to a user who is signed in with another browser.
    private static readonly Dictionary<string, Func<Hub, User, Browser, Task>> Endings = new()
    {
        ["signs out everywhere"] = async (_, _, browser) =>
            await browser.SubmitAsync(await browser.GetAsync("/logout"), "/logout", ("everywhere", "true")),
        ["signs out everywhere else"] = async (_, _, browser) =>
            await browser.SubmitAsync(await browser.GetAsync("/account/sessions"), "/account/sessions?handler=EndOthers"),
        ["withdraws the access"] = async (_, _, browser) =>
            await browser.SubmitAsync(await browser.GetAsync("/account/applications"), "/account/applications?handler=Withdraw"),
        ["changes the password"] = async (_, _, browser) =>
            await browser.SubmitAsync(
                await browser.GetAsync("/account/password"), "/account/password", ("old_password", HubUsers.Password),
                ("new_password", "Another-Horse-10"), ("repeated_password", "Another-Horse-10")),
        ["is signed out by an administrator"] = async (hub, user, _) =>
            await hub
                .Services.GetRequiredService<SessionEnd>()
                .EndAllOfUserAsync(user.Id, except: null, "ended_by_lsid", hub.NewRequestContext(), CancellationToken.None),
        ["is blocked"] = async (hub, user, _) =>
            await hub.ChangeUserAsync(user.Id, row => row.LockoutEnd = hub.Time.GetUtcNow().AddHours(1)),
        ["is disabled"] = async (hub, user, _) => await hub.ChangeUserAsync(user.Id, row => row.DisabledAt = hub.Time.GetUtcNow()),
    };

    private static IEnumerable<string> EndingNames => Endings.Keys;

    [TestCase("at a client")]
    [TestCase("on the page")]
    [TestCase("by the login of somebody else")]
    public async Task A_logout_ends_what_hangs_on_the_session_and_leaves_offline_access_alone(string how)
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var (web, other) = (await TokensAsync(browser, "web", Offline), await TokensAsync(browser, "other", Offline));
        var (bound, revoking) = (await TokensAsync(browser, "bound", "openid"), await TokensAsync(browser, "revoking", Offline));

        switch (how)
        {
            case "at a client":
                await browser.LogOutAsync(bound["id_token"]);
                break;
            case "on the page":
                await browser.SubmitAsync(await browser.GetAsync("/logout"), "/logout");
                break;
            default:
                var page = await browser.GetAsync(CodeFlow.Address("web", ("prompt", "login")));
                await browser.LogInAsync(page, (await Hub.AddUserAsync()).UserName!, HubUsers.Password);
                break;
        }

        Assert.That((await StateAsync("web", web), await StateAsync("other", other)), Is.EqualTo((Alive, Alive)));
        Assert.That(
            (await StateAsync("bound", bound), await StateAsync("revoking", revoking)),
            Is.EqualTo(("session_ended", "refresh_family_revoked")));
        Assert.That(
            (await Client.IsActiveAsync("bound", bound["refresh_token"]),
                await Client.IsActiveAsync("revoking", revoking["refresh_token"])),
            Is.EqualTo((false, false)));
    }

    [Test]
    public async Task What_outlives_the_logout_goes_on_is_seen_by_its_user_and_ends_with_its_client()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var tokens = await TokensAsync(browser, "web", Offline);
        await browser.LogOutAsync(tokens["id_token"]);

        var refreshed = await Client.RefreshAsync("web", tokens["refresh_token"]);
        var (again, _) = await Hub.SignInAsync(user);
        var seen = (await again.GetAsync("/account/applications"))
            .Document.QuerySelectorAll(".what strong")
            .Select(name => name.TextContent)
            .ToList();
        var introspected = await Client.IsActiveAsync("web", refreshed["refresh_token"]);
        await Client.RevokeAsync("web", refreshed["refresh_token"]);

        Assert.That((seen, introspected), Is.EqualTo((new[] { "Web shop" }, true)));
        Assert.That(
            (await Client.IsActiveAsync("web", refreshed["access_token"]),
                (await Client.RefreshAsync("web", refreshed["refresh_token"])).Status),
            Is.EqualTo((false, 400)));
    }

    [TestCaseSource(nameof(EndingNames)), Spec("ASSURANCE", "S3")]
    public async Task S3_It_ends_when_the_user(string ending)
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var left = await TokensAsync(browser, "web", Offline);
        await browser.LogOutAsync(left["id_token"]);
        var (first, _) = await Hub.SignInAsync(user);
        var live = await TokensAsync(first, "web", Offline);
        var (second, _) = await Hub.SignInAsync(user);
        Assert.That((await StateAsync("web", left), await StateAsync("web", live)), Is.EqualTo((Alive, Alive)), "before");
        var tokens = new[]
        {
            await Client.RefreshAsync("web", left["refresh_token"]), await Client.RefreshAsync("web", live["refresh_token"]),
        };

        await Endings[ending](Hub, user, second);

        foreach (var refreshed in tokens)
            Assert.That(await StateAsync("web", refreshed), Is.Not.EqualTo(Alive));
    }

    private async Task<Answer> TokensAsync(Browser browser, string clientId, string scope) =>
        await Client.RedeemAsync(clientId, (await browser.AuthorizeAsync(clientId, ("scope", scope))).Sent("code"));

    // Alive when both tokens are good; the reason of the refusal when neither is. A refresh within the grace window gives the same
    // successor again.
    private async Task<string?> StateAsync(string clientId, Answer tokens)
    {
        var refreshed = await Client.RefreshAsync(clientId, tokens["refresh_token"]);
        var userInfo = await Client.GetAnswerAsync("/connect/userinfo", tokens["access_token"]);
        var isActive = await Client.IsActiveAsync(clientId, tokens["access_token"]);
        return (refreshed.Status, userInfo.Status, isActive) switch
        {
            (200, 200, true) => Alive,
            (400, 401, false) => refreshed["error_reason"],
            var mixed => mixed.ToString(),
        };
    }
}
