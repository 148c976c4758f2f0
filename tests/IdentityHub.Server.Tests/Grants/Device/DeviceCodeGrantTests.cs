using IdentityHub.Protocol;
using IdentityHub.Server.Sessions;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Sessions;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Grants.Device;

[Spec("RFC 8628", "3.4")]
public class DeviceCodeGrantTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config = Parts.Apis + Parts.People + Devices.Clients;

    private static readonly Dictionary<string, Func<Hub, StoredBrowserSession, Task>> EndsOfTheDecision = new()
    {
        ["the user logs out"] = (hub, session) =>
            hub.Services.GetRequiredService<SessionEnd>().EndAsync(session.Id, "logout", hub.NewRequestContext(), CancellationToken.None),
        ["the user is disabled"] = (hub, session) => hub.ChangeUserAsync(session.UserId, user => user.DisabledAt = hub.Time.GetUtcNow()),
        ["the user is blocked"] = (hub, session) =>
            hub.ChangeUserAsync(session.UserId, user => user.LockoutEnd = hub.Time.GetUtcNow().AddHours(1)),
        ["the session is over"] = async (hub, session) =>
        {
            await using var context = hub.NewContext();
            await context
                .Sessions.Where(row => row.Id == session.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpiresAt, hub.Time.GetUtcNow()));
        },
    };

    private static IEnumerable<string> EndNames => EndsOfTheDecision.Keys;

    [Test]
    public async Task An_approved_device_gets_tokens_of_the_user_in_a_session_of_its_own()
    {
        var session = await Hub.SignInAsync();
        var device = await Hub.StartApprovedAsync("tv", "openid profile offline_access orders.read", session);

        var tokens = await Client.PollAsync(device["device_code"]);

        var access = new JsonWebToken(tokens["access_token"]);
        var id = new JsonWebToken(tokens["id_token"]);
        Assert.Multiple(() =>
        {
            Assert.That(
                (tokens.Status, tokens["token_type"], tokens["scope"]),
                Is.EqualTo((200, "Bearer", "openid profile offline_access orders.read")), tokens.ToString());
            Assert.That(tokens.Header("Cache-Control"), Is.EqualTo("no-store"));
            Assert.That((access.Subject, id.Subject, id.Audiences.Single()), Is.EqualTo((Parts.AliceId, Parts.AliceId, "tv")));
            Assert.That(access.GetClaim("sid").Value, Is.EqualTo(id.GetClaim("sid").Value).And.Not.EqualTo(session.Id.ToString()));
            Assert.That(id.GetPayloadValue<string[]>("amr"), Is.EqualTo(["pwd"]));
            Assert.That(tokens["refresh_token"], Is.Not.Null);
        });
        Assert.That((await Client.GetAnswerAsync("/connect/userinfo", tokens["access_token"]))["given_name"], Is.EqualTo("Alice"));
        var refreshed = await Client.RefreshAsync(TestClient.Public("tv"), tokens["refresh_token"]);
        Assert.That(refreshed.Status, Is.EqualTo(200), refreshed.ToString());
    }

    [Test, Spec("OpenID Connect Core", "2")]
    public async Task The_id_token_tells_when_the_user_logged_in_not_when_the_device_collected()
    {
        await using var hub = await StartHubAsync();
        var session = await hub.SignInAsync();
        hub.Time.Advance(TimeSpan.FromMinutes(30));
        var device = await hub.StartApprovedAsync("tv", "openid", session);
        hub.Time.Advance(TimeSpan.FromMinutes(1));

        var id = new JsonWebToken((await hub.Client.PollAsync(device["device_code"]))["id_token"]);

        Assert.That(id.GetPayloadValue<long>("auth_time"), Is.EqualTo(FakeTime.Start.ToUnixTimeSeconds()));
        Assert.That(id.IssuedAt, Is.EqualTo(FakeTime.Start.AddMinutes(31).UtcDateTime));
    }

    [Test]
    public async Task A_confidential_client_of_opaque_tokens_gets_its_default_scope()
    {
        var started = await Client.PostFormAsync(Devices.Endpoint, ("client_id", "box"), ("client_secret", "box-secret"));
        await Hub.DecideAsync(started["user_code"]!, approved: true, await Hub.SignInAsync());

        var tokens = await Client.TokenAsync(
            ("grant_type", GrantTypes.DeviceCode), ("client_id", "box"), ("client_secret", "box-secret"),
            ("device_code", started["device_code"]!));

        Assert.That(
            (tokens["scope"], tokens["refresh_token"], tokens["id_token"]), Is.EqualTo(("orders.read", (string?)null, (string?)null)),
            tokens.ToString());
        Assert.That(await Client.IsActiveAsync("box", tokens["access_token"]), Is.True);
    }

    [Test]
    public async Task The_devices_session_outlives_the_browsers_and_ends_by_itself()
    {
        var session = await Hub.SignInAsync();
        var device = await Hub.StartApprovedAsync("tv", "openid offline_access", session);
        var tokens = await Client.PollAsync(device["device_code"]);
        var ends = Hub.Services.GetRequiredService<SessionEnd>();

        await ends.EndAsync(session.Id, "logout", Hub.NewRequestContext(), CancellationToken.None);
        Assert.That(
            (await Client.GetAnswerAsync("/connect/userinfo", tokens["access_token"])).Status, Is.EqualTo(200),
            "after the logout of the browser");

        var own = Guid.Parse(new JsonWebToken(tokens["access_token"]).GetClaim("sid").Value);
        var listed = await Hub
            .Services.GetRequiredService<SessionStore>()
            .ListOfUserAsync(session.UserId, FakeTime.Start, 100, CancellationToken.None);
        Assert.That(
            listed.Single(row => row.Id == own),
            Has.Property("ClientId").EqualTo("tv").And.Property("IsBrowser").False.And.Property("Endpoint").EqualTo("connect/token"));
        var ended = await ends.EndAsync(own, "ended_by_user", Hub.NewRequestContext(), CancellationToken.None);
        Assert.That(ended!.ClientIds, Is.EqualTo(["tv"]), "who is told");
        Assert.That((await Client.GetAnswerAsync("/connect/userinfo", tokens["access_token"])).Status, Is.EqualTo(401));
    }

    [Test, Spec("RFC 8628", "3.5")]
    public async Task While_nobody_has_decided_the_device_waits_and_is_slowed_down_when_it_asks_too_often()
    {
        await using var hub = await StartHubAsync();
        var device = (await hub.Client.StartDeviceAsync())["device_code"];
        async Task<string?> AfterAsync(double seconds)
        {
            hub.Time.Advance(TimeSpan.FromSeconds(seconds));
            var answer = await hub.Client.PollAsync(device);
            Assert.That((answer.Status, answer.Header("Cache-Control")), Is.EqualTo((400, "no-store")));
            return answer["error"];
        }

        Assert.Multiple(async () =>
        {
            Assert.That(await AfterAsync(0), Is.EqualTo("authorization_pending"), "the first poll may come at once");
            Assert.That(await AfterAsync(5), Is.EqualTo("authorization_pending"), "after the interval");
            Assert.That(await AfterAsync(4), Is.EqualTo("slow_down"), "a second too early: 10 from now on");
            Assert.That(await AfterAsync(9), Is.EqualTo("slow_down"), "15 from now on");
            Assert.That(await AfterAsync(14), Is.EqualTo("slow_down"), "20 from now on");
            Assert.That(await AfterAsync(20), Is.EqualTo("authorization_pending"));
            Assert.That(await AfterAsync(19), Is.EqualTo("slow_down"));
            Assert.That(await AfterAsync(24.1), Is.EqualTo("authorization_pending"), "less than a second too early is no haste");
        });
    }

    [Test, Spec("RFC 8628", "3.5")]
    public async Task A_decision_counts_at_once_however_often_the_device_asks()
    {
        await using var hub = await StartHubAsync();
        var device = await hub.Client.StartDeviceAsync();
        for (var i = 0; i < 3; i++)
            await hub.Client.PollAsync(device["device_code"]);

        await hub.DecideAsync(device["user_code"]!, approved: true, await hub.SignInAsync());

        Assert.That((await hub.Client.PollAsync(device["device_code"])).Status, Is.EqualTo(200));
    }

    [Test, Spec("RFC 8628", "3.5")]
    public async Task A_device_that_was_sent_away_is_told_so_each_time()
    {
        var device = await Client.StartDeviceAsync();
        await Hub.DecideAsync(device["user_code"]!, approved: false, await Hub.SignInAsync());

        for (var i = 0; i < 2; i++)
        {
            var answer = await Client.PollAsync(device["device_code"]);
            Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "access_denied")), answer.ToString());
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    [Spec("RFC 8628", "3.5")]
    public async Task After_ten_minutes_the_code_has_expired_approved_or_not(bool approved)
    {
        await using var hub = await StartHubAsync();
        var device = approved ? await hub.StartApprovedAsync() : await hub.Client.StartDeviceAsync();
        hub.Time.Advance(TimeSpan.FromMinutes(10));

        var answer = await hub.Client.PollAsync(device["device_code"]);

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "expired_token")), answer.ToString());
    }

    [Test]
    public async Task A_second_before_it_has_not()
    {
        await using var hub = await StartHubAsync();
        var device = await hub.StartApprovedAsync();
        hub.Time.Advance(TimeSpan.FromSeconds(599));

        Assert.That((await hub.Client.PollAsync(device["device_code"])).Status, Is.EqualTo(200));
    }

    [Test, Spec("ASSURANCE", "P7")]
    public async Task P7_A_device_code_presented_by_another_client_is_refused_and_its_owner_can_still_use_it()
    {
        var waiting = await Client.StartDeviceAsync();
        var approved = await Hub.StartApprovedAsync();

        foreach (var code in new[] { waiting["device_code"], approved["device_code"] })
        {
            for (var i = 0; i < 2; i++)
            {
                var foreign = await Client.PollAsync(code, "other-tv");
                Assert.That((foreign.Status, foreign["error"]), Is.EqualTo((400, "invalid_grant")), foreign.ToString());
            }
        }

        Assert.That(
            (await Client.PollAsync(waiting["device_code"]))["error"], Is.EqualTo("authorization_pending"),
            "nor was the owner slowed down");
        Assert.That((await Client.PollAsync(approved["device_code"])).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_code_that_was_used_is_refused_and_what_was_issued_on_it_lives_on()
    {
        var device = await Hub.StartApprovedAsync();
        var tokens = await Client.PollAsync(device["device_code"]);

        var again = await Client.PollAsync(device["device_code"]);

        Assert.That((again.Status, again["error"]), Is.EqualTo((400, "invalid_grant")), again.ToString());
        Assert.That((await Client.GetAnswerAsync("/connect/userinfo", tokens["access_token"])).Status, Is.EqualTo(200));
    }

    [TestCase("", "invalid_request")]
    [TestCase("x", "invalid_grant")]
    [TestCase("WDJB-MJHT", "invalid_grant", Description = "a user code is none")]
    [Spec("RFC 6749", "5.2")]
    public async Task A_request_without_a_device_code_is_refused(string code, string error)
    {
        var answer = await Client.PollAsync(code);

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, error)), answer.ToString());
    }

    [Test, Spec("ASSURANCE", "C7")]
    public async Task C7_A_device_code_changed_by_one_character_never_issued_or_of_another_kind_is_refused()
    {
        var code = (await Hub.StartApprovedAsync())["device_code"]!;

        foreach (var changed in new[]
                 {
                     code + "A", code[..^1], code[1..], code.ToUpperInvariant(), OpaqueToken.Create(OpaqueTokenType.DeviceCode),
                     OpaqueToken.Create(OpaqueTokenType.AuthorizationCode),
                 })
        {
            var answer = await Client.PollAsync(changed);
            Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "invalid_grant")), answer.ToString());
        }

        Assert.That((await Client.PollAsync(code)).Status, Is.EqualTo(200));
    }

    [Test, Spec("ASSURANCE", "R8")]
    public async Task R8_A_device_code_is_refused_at_every_other_endpoint()
    {
        var code = (await Hub.StartApprovedAsync())["device_code"]!;

        Assert.Multiple(async () =>
        {
            Assert.That((await Client.GetAnswerAsync("/connect/userinfo", code)).Status, Is.EqualTo(401));
            Assert.That((await Client.IntrospectAsync("box", code)).Body, Is.EqualTo("{\"active\":false}"));
            Assert.That((await Client.RefreshAsync(TestClient.Public("tv"), code))["error"], Is.EqualTo("invalid_grant"));
            Assert.That(
                (await Client.PostFormAsync("/connect/revocation", ("client_id", "tv"), ("token", code))).Status, Is.EqualTo(200),
                "as for any token that is none");
        });
        Assert.That((await Client.PollAsync(code)).Status, Is.EqualTo(200), "and it is still good");
    }

    [TestCaseSource(nameof(EndNames))]
    public async Task A_device_that_was_let_in_gets_nothing_when_this_happens_before_it_collects(string end)
    {
        await using var hub = await StartHubAsync();
        var session = await hub.SignInAsync();
        var device = await hub.StartApprovedAsync(session: session);

        await EndsOfTheDecision[end](hub, session);

        var answer = await hub.Client.PollAsync(device["device_code"]);
        Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "invalid_grant")), answer.ToString());
    }

    [Test]
    public async Task A_scope_that_the_client_has_lost_meanwhile_is_not_granted_and_a_client_that_has_lost_the_grant_gets_nothing()
    {
        await using var installation = await Installation.CreateAsync(Config, Kind);
        var first = await installation.StartNodeAsync();
        var (one, two) = (await first.StartApprovedAsync("tv", "openid email orders.read"), await first.StartApprovedAsync("other-tv"));
        await first.DisposeAsync();
        installation.WriteConfig(
            Config
                .Replace("scope: openid profile email offline_access orders.read", "scope: openid email", StringComparison.Ordinal)
                .Replace(
                    "client_id: other-tv, token_endpoint_auth_method: none, grant_types: "
                        + "[\"urn:ietf:params:oauth:grant-type:device_code\"]",
                    "client_id: other-tv, token_endpoint_auth_method: none, grant_types: [password]", StringComparison.Ordinal));
        var second = await installation.StartNodeAsync();

        Assert.That((await second.Client.PollAsync(one["device_code"]))["scope"], Is.EqualTo("openid email"));
        Assert.That((await second.Client.PollAsync(two["device_code"], "other-tv"))["error"], Is.EqualTo("unauthorized_client"));
    }

    [Test]
    public async Task Waiting_is_no_refusal_that_the_audit_trail_has_to_keep()
    {
        await using var hub = await StartHubAsync();
        var device = await hub.StartApprovedAsync();
        var waiting = await hub.Client.StartDeviceAsync();
        foreach (var code in new[] { waiting["device_code"], waiting["device_code"], device["device_code"] })
            await hub.Client.PollAsync(code);

        var rows = await Eventually.GetAsync(
            async () =>
            {
                await using var context = hub.NewContext();
                return await context
                    .AuditEvents.Where(row => row.GrantType == GrantTypes.DeviceCode)
                    .Select(row => row.Reason ?? row.Type)
                    .ToListAsync();
            },
            rows => rows.Count >= 3);

        Assert.That(rows, Is.EquivalentTo(["slow_down", "session.started", "token.issued"]));
    }
}
