using System.Text.Json;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.Discovery;

/// <summary>Whoever is signed in is signed out, and the clients are told in the ways that the document promises.</summary>
internal static class LogoutProbes
{
    public static readonly Dictionary<string, Probe> All = new()
    {
        ["end_session_endpoint"] = EndSessionAsync,
        ["backchannel_logout_supported"] = (hub, supported) => BackChannelAsync(hub, supported, withSession: false),
        ["backchannel_logout_session_supported"] = (hub, supported) => BackChannelAsync(hub, supported, withSession: true),
        ["frontchannel_logout_supported"] = (hub, supported) => FrontChannelAsync(hub, supported, withSession: false),
        ["frontchannel_logout_session_supported"] = (hub, supported) => FrontChannelAsync(hub, supported, withSession: true),
    };

    private static async Task EndSessionAsync(Hub hub, JsonElement address)
    {
        var browser = new Browser(hub.Client);
        var tokens = await hub.Client.SignInAsync(browser, "web");

        var query = $"?id_token_hint={tokens["id_token"]}&post_logout_redirect_uri={Uri.EscapeDataString("https://web.test/bye")}&state=s";
        Assert.That((await browser.GetAsync(address.LocalPath() + query)).Location, Is.EqualTo("https://web.test/bye?state=s"));
        Assert.That(await browser.IsSignedInAsync("web"), Is.False);
    }

    private static async Task BackChannelAsync(Hub hub, JsonElement supported, bool withSession)
    {
        await using var client = await BackChannel.StartAsync();
        var (_, sessionId) = await SignOutAsync(
            hub, $"backchannel_logout_uri: \"{client.Address}\"",
            $"backchannel_logout_session_required: {(withSession ? "true" : "false")}",
            () => Eventually.GetAsync(() => Task.FromResult(client.Received.Count), count => count > 0));

        Assert.That(supported.GetBoolean(), Is.True);
        var token = client.Received.Single().Token;
        Assert.That(token.Subject, Is.EqualTo(Parts.AliceId));
        if (withSession)
            Assert.That(token.GetClaim("sid").Value, Is.EqualTo(sessionId));
    }

    private static async Task FrontChannelAsync(Hub hub, JsonElement supported, bool withSession)
    {
        const string uri = "https://told.test/out";
        var (page, sessionId) = await SignOutAsync(
            hub, $"frontchannel_logout_uri: \"{uri}\"", $"frontchannel_logout_session_required: {(withSession ? "true" : "false")}");

        Assert.That(supported.GetBoolean(), Is.True);
        Assert.That(
            page.Document.QuerySelectorAll("iframe").Select(frame => frame.GetAttribute("src")),
            Is.EqualTo([withSession ? $"{uri}?iss={Uri.EscapeDataString(Installation.Issuer)}&sid={sessionId}" : uri]));
    }

    // On a hub of its own, whose one client is registered to be told.
    private static async Task<(Page Page, string SessionId)> SignOutAsync(
        Hub hub, string uri, string withSession, Func<Task>? afterwards = null)
    {
        await using var own = await Hub.StartAsync(
            Logouts.Config(Logouts.Client("told", uri, withSession)), hub.Installation.Database.Kind);
        var browser = new Browser(own.Client);
        var idToken = (await own.Client.SignInAsync(browser, "told"))["id_token"];
        var page = await browser.LogOutAsync(idToken);
        await (afterwards?.Invoke() ?? Task.CompletedTask);
        return (page, new JsonWebToken(idToken).GetClaim("sid").Value);
    }
}
