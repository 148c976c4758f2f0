using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Sessions.Logout;

/// <summary>Clients are told that a session has ended.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[Spec("ASSURANCE", "P1"), Spec("OpenID Connect Back-Channel Logout 1.0", "2.5")]
public class BackchannelLogoutTests(DatabaseKind kind)
{
    private const string LogoutEvent = "http://schemas.openid.net/event/backchannel-logout";

    [TestCase("web", "RS256")]
    [TestCase("elliptic", "ES256")]
    [Spec("OpenID Connect Back-Channel Logout 1.0", "2.4")]
    public async Task P1_A_client_gets_a_POST_with_a_logout_token_of_the_session_and_nothing_else(string clientId, string algorithm)
    {
        await using var channel = await BackChannel.StartAsync();
        await using var hub = await Hub.StartAsync(ConfigOf(channel), kind);
        var browser = new Browser(hub.Client);
        var tokens = await hub.Client.SignInAsync(browser, clientId);
        var idToken = await RelyingParty.ReadIdTokenAsync(hub, tokens["id_token"], clientId, algorithm);

        await browser.LogOutAsync(tokens["id_token"]);
        await hub.OutboxAsync(message => message.DeliveredAt is not null);

        var posted = channel.Received.Single();
        var token = await RelyingParty.ReadIdTokenAsync(hub, posted.Form["logout_token"], clientId, algorithm);
        Assert.Multiple(() =>
        {
            Assert.That(
                (posted.Method, posted.Path, posted.Headers["Content-Type"]),
                Is.EqualTo(("POST", $"/{clientId}?tenant=a", "application/x-www-form-urlencoded")));
            Assert.That(posted.Form.Keys, Is.EqualTo(["logout_token"]));
            Assert.That(posted.Headers.Keys, Is.SubsetOf(["Host", "Content-Type", "Content-Length"]), "no cookie, no trace of ours");
            Assert.That((token.Typ, token.Subject), Is.EqualTo(("logout+jwt", Parts.AliceId)));
            Assert.That(token.GetClaim("sid").Value, Is.EqualTo(idToken.GetClaim("sid").Value));
            Assert.That(
                token.Claims.Select(claim => claim.Type).Distinct(),
                Is.EquivalentTo(["iss", "sub", "aud", "iat", "exp", "jti", "sid", "events"]));
            Assert.That(token.GetPayloadValue<Dictionary<string, object>>("events").Keys, Is.EqualTo([LogoutEvent]));
            Assert.That(token.GetClaim("events").Value, Does.EndWith(":{}}"));
            Assert.That(token.ValidTo - token.IssuedAt, Is.EqualTo(TimeSpan.FromMinutes(2)));
            Assert.That(token.Id, Has.Length.EqualTo(36));
        });
    }

    [Test]
    public async Task Every_client_of_the_session_that_wants_to_know_is_told_once_and_no_other()
    {
        await using var channel = await BackChannel.StartAsync();
        await using var hub = await Hub.StartAsync(ConfigOf(channel), kind);
        var (browser, another) = (new Browser(hub.Client), new Browser(hub.Client));
        var tokens = await hub.Client.SignInAsync(browser, "web");
        await hub.Client.SignInAsync(browser, "elliptic");
        await hub.Client.SignInAsync(browser, "quiet");
        await hub.Client.SignInAsync(browser, "web");
        await hub.Client.SignInAsync(another, "third");

        await browser.LogOutAsync(tokens["id_token"]);
        var messages = await hub.OutboxAsync(message => message.DeliveredAt is not null);

        Assert.That(channel.Received.Select(posted => posted.Path), Is.EquivalentTo(["/web?tenant=a", "/elliptic?tenant=a"]));
        Assert.That(channel.Received.Select(posted => posted.Token.Id), Is.Unique);
        Assert.That(
            messages.Select(message => (message.Channel, message.Attempts, message.LastError)),
            Is.All.EqualTo(("backchannel-logout", 1, (string?)null)));
    }

    [Test]
    [Spec("OpenID Connect Core 1.0", "2")]
    public async Task C4_A_logout_token_is_good_for_nothing_here()
    {
        await using var channel = await BackChannel.StartAsync();
        await using var hub = await Hub.StartAsync(ConfigOf(channel), kind);
        var browser = new Browser(hub.Client);
        await browser.LogOutAsync((await hub.Client.SignInAsync(browser, "web"))["id_token"]);
        await hub.OutboxAsync(message => message.DeliveredAt is not null);
        var logoutToken = channel.Received.Single().Form["logout_token"];

        var hinted = await browser.LogOutAsync(logoutToken);
        var authorized = await browser.GetAsync(CodeFlow.Address("web", ("id_token_hint", logoutToken)));
        var userInfo = await hub.Client.GetAnswerAsync("/connect/userinfo", logoutToken);

        Assert.That((hinted.Status, hinted.Answer.Body.Contains("id_token_hint", StringComparison.Ordinal)), Is.EqualTo((400, true)));
        Assert.That(authorized.Sent("error"), Is.EqualTo("invalid_request"));
        Assert.That(userInfo.Status, Is.EqualTo(401));
        Assert.That(await hub.Client.IsActiveAsync("web", logoutToken), Is.False);
    }

    [Test]
    public async Task What_was_delivered_stands_in_the_audit_trail_beside_the_end_of_the_session()
    {
        await using var channel = await BackChannel.StartAsync();
        await using var hub = await Hub.StartAsync(ConfigOf(channel), kind);
        var browser = new Browser(hub.Client);
        await browser.LogOutAsync((await hub.Client.SignInAsync(browser, "web"))["id_token"]);
        var message = (await hub.OutboxAsync(message => message.DeliveredAt is not null)).Single();

        await using var context = hub.NewContext();
        var rows = await Eventually.GetAsync(
            () =>
                context
                    .AuditEvents.AsNoTracking()
                    .Where(row => row.Type == "message.delivered" || row.Type == "session.ended")
                    .OrderBy(row => row.Id)
                    .ToListAsync(),
            rows => rows.Count == 2);
        Assert.That(rows.Select(row => (row.Type, row.Endpoint, row.ClientId, row.UserId)), Is.EquivalentTo([
            ("session.ended", "connect/endsession", "web", new Guid(Parts.AliceId)),
            ("message.delivered", "outbox/backchannel-logout", "web", (Guid?)new Guid(Parts.AliceId)),
        ]));
        Assert.That(rows.Select(row => row.SessionId).Distinct().Count(), Is.EqualTo(1));
        Assert.That(rows.Select(row => row.Detail), Has.Some.EqualTo($"message {message.Id}, try 1"));
    }

    [Test, Spec("ASSURANCE", "C8")]
    public async Task C8_What_waits_in_the_outbox_is_not_readable_in_the_database_and_stands_in_no_log()
    {
        await using var channel = await BackChannel.StartAsync();
        channel.AnswerWith(500);
        await using var hub = await Hub.StartAsync(ConfigOf(channel), kind);
        var browser = new Browser(hub.Client);
        var tokens = await hub.Client.SignInAsync(browser, "web");

        await browser.LogOutAsync(tokens["id_token"]);
        var message = (await hub.OutboxAsync(message => message.LastError is not null)).Single();

        var payload = System.Text.Encoding.Latin1.GetString(message.WrappedPayload);
        Assert.That(payload, Does.Not.Contain("ClientId").And.Not.Contain(Parts.AliceId));
        Assert.That(message.LastError, Is.EqualTo("status_500"));
        foreach (var secret in new[] { tokens["id_token"]!, channel.Received.First().Form["logout_token"] })
            Assert.That(hub.Logs.ToString(), Does.Not.Contain(secret[^40..]));
    }

    private static string ConfigOf(BackChannel channel) => Logouts.Config(
        Logouts.Client("web", $"backchannel_logout_uri: \"{channel.Address}/web?tenant=a\"", "backchannel_logout_session_required: true"),
        Logouts.Client(
            "elliptic", $"backchannel_logout_uri: \"{channel.Address}/elliptic?tenant=a\"", "id_token_signed_response_alg: ES256"),
        Logouts.Client("third", $"backchannel_logout_uri: \"{channel.Address}/third\""),
        Logouts.Client("quiet"));
}
