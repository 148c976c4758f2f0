using IdentityHub.Server.Grants;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.LoginSessions;

public class LsidSessionTests(DatabaseKind kind) : HubFixture(kind, Lsids.Config)
{
    [Test]
    public async Task An_LSID_may_stand_on_any_segment_in_the_header_and_an_API_key_in_the_query_in_its_header_or_as_bearer()
    {
        var lsid = await Client.LsidAsync("alice");
        string[] paths = [$"/session/{lsid};lsid={lsid}", $"/session;lsid={lsid}/{lsid}", $"/SESSION/{lsid};lsid={lsid}"];
        foreach (var path in paths)
            Assert.That((await Client.CallAsync("GET", path)).Status, Is.EqualTo(200), path);

        Assert.That((await Client.GetAnswerAsync($"/session/{lsid}", lsid)).Status, Is.EqualTo(200));
        Assert.That((await Client.GetAnswerAsync($"/session/{lsid}?apiKey={Lsids.Key}")).Status, Is.EqualTo(200));
        Assert.That((await Client.GetAnswerAsync($"/session/{lsid}", Lsids.Key)).Status, Is.EqualTo(200));
        Assert.That((await Client.CallAsync("GET", $"/session/{lsid}", null, null, ("X-API-Key", Lsids.Key))).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Two_that_differ_are_refused_and_the_same_twice_is_not()
    {
        var (lsid, other) = (await Client.LsidAsync("alice"), await Client.LsidAsync("alice"));

        Assert.That((await Client.GetAnswerAsync($"/session/{lsid};lsid={lsid}", other)).Status, Is.EqualTo(400));
        Assert.That((await Client.GetAnswerAsync($"/session/{lsid};lsid={lsid}?apiKey={Lsids.Key}")).Status, Is.EqualTo(400));
        Assert.That((await Client.GetAnswerAsync($"/session/{lsid};lsid={lsid}", lsid)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Foreign_ended_and_unknown_sessions_are_the_same_bytes()
    {
        var (bob, ended) = (await Client.LsidAsync("bob"), await Client.LsidAsync("alice"));
        await Client.CallAsync("DELETE", $"/session/{ended};lsid={ended}");

        Answer[] answers =
        [
            await Client.CallAsync("GET", $"/session/{await Client.LsidAsync("alice")};lsid={bob}"),
            await Client.CallAsync("GET", $"/session/{Guid.NewGuid()};lsid={bob}"),
            await Client.CallAsync("GET", $"/session/{ended};lsid={bob}"), await Client.ShowAsync(ended),
            await Client.CallAsync("GET", "/session/1"),
            await Client.CallAsync("GET", $"/session/{new string('x', 8000)};lsid={bob}"),
        ];

        Assert.That(
            answers.Select(answer => (answer.Status, answer.Body)).Distinct(),
            Is.EqualTo(new[] { (404, """{"code":404,"message":"There is no such session."}""") }));
        Assert.That(answers.Select(answer => string.Join(",", answer.Headers.Keys.Order())).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_session_is_known_by_its_public_id_to_its_user_and_to_who_may_read_it_and_can_be_used_by_the_LSID_only()
    {
        var bob = await Client.LsidAsync("bob");
        var sid = (await Client.CloneAsync(bob))["clonedFrom"]!;

        Assert.That((await Client.CallAsync("GET", $"/session/{sid};lsid={bob}"))["sessionId"], Is.EqualTo(sid));
        Assert.That((await Client.CallAsync("GET", $"/session/{sid}?apiKey={Lsids.Key}"))["username"], Is.EqualTo("bob"));
        Assert.That((await Client.CallAsync("GET", $"/session/{sid};lsid={sid}")).Status, Is.EqualTo(404), "an id is no proof");
        Assert.That((await Client.CallAsync("POST", $"/session/{sid}/clone?apiKey={Lsids.Key}")).Status, Is.EqualTo(404));
    }

    [Test, Spec("OpenID Connect Core", "2")]
    public async Task A_clone_of_a_clone_has_the_login_of_the_first_session_and_is_no_login_of_its_own()
    {
        await using var hub = await StartHubAsync();
        var lsid = await hub.Client.LsidAsync("alice");
        await using (var context = hub.NewContext())
            await context.Sessions.ExecuteUpdateAsync(rows => rows.SetProperty(row => row.HasRememberedFactor, true));
        for (var clones = 0; clones < 2; clones++)
        {
            hub.Time.Advance(TimeSpan.FromMinutes(10));
            lsid = (await hub.Client.CloneAsync(lsid))["sessionId"]!;
        }

        var jwt = await hub.Client.TokenExchangeAsync("desk-jwt", lsid);
        var opaque = await hub.Client.TokenExchangeAsync("desk", lsid);
        var again = await hub.Client.TokenExchangeAsync("desk", opaque["access_token"]!, TokenExchangeGrant.AccessTokenType);

        var login = FakeTime.Start.ToUnixTimeSeconds();
        Assert.That(new JsonWebToken(jwt["access_token"]).GetPayloadValue<long>("auth_time"), Is.EqualTo(login));
        foreach (var answer in new[] { opaque, again })
            Assert.That(
                (await hub.Client.IntrospectAsync("orders", answer["access_token"]!))["auth_time"], Is.EqualTo($"{login}"),
                answer.ToString());
        await using var after = hub.NewContext();
        Assert.That(
            await after.Sessions.Select(row => new { row.AuthenticatedAt, row.HasRememberedFactor }).Distinct().ToListAsync(),
            Is.EqualTo(new[] { new { AuthenticatedAt = FakeTime.Start, HasRememberedFactor = true } }));
    }

    [Test]
    public async Task A_session_slides_and_ends_idle_or_old()
    {
        await using var hub = await StartHubAsync();
        var (seen, idle) = (await hub.Client.LsidAsync("alice"), await hub.Client.LsidAsync("alice"));

        for (var minutes = 0; minutes < 12 * 60; minutes += 20)
        {
            var answer = await hub.Client.ShowAsync(seen);
            Assert.That(answer.Status, Is.EqualTo(200), $"after {minutes} minutes");
            await WrittenAsync(hub);
            hub.Time.Advance(TimeSpan.FromMinutes(20));
            if (minutes == 0)
                Assert.That((await hub.Client.ShowAsync(idle)).Status, Is.EqualTo(200));
            await WrittenAsync(hub);
            if (minutes == 40)
                Assert.That((await hub.Client.ShowAsync(idle)).Status, Is.EqualTo(404), "idle for longer than 30 minutes");
        }

        Assert.That((await hub.Client.ShowAsync(seen)).Status, Is.EqualTo(404), "12 hours old");
    }

    [Test]
    public async Task When_it_was_last_seen_is_written_beside_the_requests_and_once_a_minute()
    {
        await using var hub = await StartHubAsync();
        var lsid = await hub.Client.LsidAsync("alice");
        hub.Time.Advance(TimeSpan.FromMinutes(5));
        var updates = 0;
        hub.BeforeStatement = (statement, _) =>
        {
            if (statement.Contains("last_seen_at = seen.at", StringComparison.Ordinal))
                Interlocked.Increment(ref updates);
            return Task.CompletedTask;
        };

        for (var i = 0; i < 50; i++)
            Assert.That(
                (await hub.Client.ShowAsync(lsid))["lastSeenAt"],
                Is.EqualTo(FakeTime.Start.AddMinutes(5).ToString("yyyy-MM-ddTHH:mm:ssZ", null)));
        await WrittenAsync(hub);
        for (var i = 0; i < 50; i++)
            await hub.Client.ShowAsync(lsid);

        Assert.That(updates, Is.EqualTo(1));
    }

    [Test, Spec("contracts/lsid-sessions.md", "GET /session/{sessionId}")]
    public async Task Showing_one_s_own_session_costs_one_read_by_a_unique_index()
    {
        await using var hub = await StartHubAsync();
        var lsid = await hub.Client.LsidAsync("alice");
        var statements = new List<string>();
        hub.BeforeStatement = (statement, _) =>
        {
            if (statement.Contains("FROM sessions", StringComparison.Ordinal))
                statements.Add(statement);
            return Task.CompletedTask;
        };

        await hub.Client.ShowAsync(lsid);

        Assert.That(statements, Has.Count.EqualTo(1));
        Assert.That(statements[0], Does.Match(@"WHERE s\.handle_hash = (\$1|ANY \(\$1::bytea\[\]\)) AND s\.ended_at IS NULL$"));
    }

    [Test, Spec("contracts/lsid-sessions.md", "clone")]
    public async Task A_clone_has_a_life_of_its_own_and_the_identity_of_its_parent()
    {
        await using var hub = await StartHubAsync();
        var parent = await hub.Client.LsidAsync("alice");
        await hub.Client.AssumeAsync(parent, Lsids.IdOf("ed"));
        hub.Time.Advance(TimeSpan.FromMinutes(10));

        var clone = await hub.Client.CloneAsync(parent);
        await hub.Client.CallAsync("DELETE", $"/session/{parent};lsid={parent}");

        Assert.That(
            (clone["effectiveUserId"], clone["effectiveOrgId"], clone["createdAt"]),
            Is.EqualTo((Lsids.IdOf("ed"), "east", FakeTime.Start.AddMinutes(10).ToString("yyyy-MM-ddTHH:mm:ssZ", null))));
        Assert.That((await hub.Client.ShowAsync(clone["sessionId"]!)).Status, Is.EqualTo(200));
        Assert.That((await hub.Client.ShowAsync(parent)).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Logging_a_user_out_ends_browser_token_and_LSID_sessions_alike()
    {
        await using var hub = await StartHubAsync();
        var tokens = await hub.Client.LoginAsync("web", "bob", Lsids.Password);
        var (lsid, browser) = (await hub.Client.LsidAsync("bob"), new Browser(hub.Client));
        await browser.LogInAsync(await browser.GetAsync("/login"), "bob", Lsids.Password);

        var answer = await hub.Client.CallAsync("DELETE", $"/session/user/{Lsids.IdOf("bob")};lsid={await hub.Client.LsidAsync("alice")}");

        Assert.That((answer.Status, (await hub.Client.ShowAsync(lsid)).Status), Is.EqualTo((200, 404)));
        Assert.That(await hub.Client.IsActiveAsync("web", tokens["access_token"]), Is.False);
        Assert.That((await hub.Client.RefreshAsync("web", tokens["refresh_token"])).Status, Is.EqualTo(400));
        Assert.That((await browser.GetAsync("/account")).Path, Does.StartWith("/login"));
    }

    [Test, Spec("contracts/README.md", "5")]
    public async Task Off_every_path_is_one_that_does_not_exist()
    {
        await using var hub = await Hub.StartAsync("dialects: { lsid: { enabled: false } }", Kind);

        foreach (var (method, path) in new[]
            {
                ("POST", "/authenticate/alice"), ("GET", "/session/x;lsid=y"), ("PUT", "/password/reset"), ("GET", "/session/a%3bb"),
                ("GET", "/authenticate/block/alice?apiKey=x"),
            })
        {
            var answer = await hub.Client.CallAsync(method, path, method == "GET" ? null : "{}");
            Assert.That((answer.Status, answer.Body), Is.EqualTo((404, "")), path);
        }
    }

    [Test, Spec("contracts/lsid-sessions.md", "plain HTTP")]
    public async Task Outside_Development_plain_HTTP_is_refused_before_anything_is_looked_at()
    {
        await using var installation = await Installation.CreateAsync(Lsids.Config, Kind);
        await installation.StartNodeAsync();
        await using var hub = await installation.StartNodeAsync(
            null, null, ("IdentityHub:Stage", "staging"), ("IdentityHub:Passwords:Iterations", "220000"));

        var answer = await hub.Client.AuthenticateAsync("alice");

        Assert.That((answer.Status, answer.Body), Is.EqualTo((400, """{"code":400,"message":"Use https: the address holds secrets."}""")));
    }

    // The writer works once a second, on the machine's clock.
    private static async Task WrittenAsync(Hub hub)
    {
        var seen = hub.Services.GetService(typeof(Server.Sessions.SeenSessions)) as Server.Sessions.SeenSessions;
        Assert.That(await Eventually.GetAsync(() => Task.FromResult(seen!.Waiting), waiting => waiting == 0), Is.Zero);
    }
}
