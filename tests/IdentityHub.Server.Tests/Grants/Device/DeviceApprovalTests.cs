using IdentityHub.Protocol;
using IdentityHub.Server.Sessions;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Grants.Device;

[Spec("RFC 8628", "3.3")]
public class DeviceApprovalTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config = Parts.Apis + Parts.People + Devices.Clients;

    // Well-formed, and taken by nobody but once in a billion runs.
    private const string Wrong = "BBBB-CCCC";

    [Test, Spec("RFC 8628", "5.4")]
    public async Task The_user_sees_which_client_asks_for_what_when_and_from_where()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Devices.Endpoint)
            .WithForm(("scope", "openid orders.read"))
            .WithBasic("box", "box-secret");
        request.Headers.UserAgent.ParseAdd("TheBox/2.1");
        var device = await Client.AnswerAsync(request);

        var seen = (await Hub.FindDeviceAsync(device["user_code"]!, await Hub.SignInAsync())).Value!;

        Assert.Multiple(() =>
        {
            Assert.That((seen.Client.Id, seen.Client.Name), Is.EqualTo(("box", "The box")));
            Assert.That(seen.Scopes, Is.EqualTo(["openid", "orders.read"]));
            Assert.That((seen.CreatedAt, seen.IpAddress, seen.UserAgent), Is.EqualTo((FakeTime.Start, "127.0.0.1", "TheBox/2.1")));
        });
    }

    [TestCase("wdjb-mjht")]
    [TestCase("WDJBMJHT")]
    [TestCase(" wdjb mjht ")]
    [TestCase("W-D-J-B-M-J-H-T")]
    [TestCase("WDJB–MJHT", Description = "the dash of a phone's keyboard")]
    [TestCase("wdjb\u00a0mjht")]
    [Spec("RFC 8628", "6.1")]
    public async Task The_code_may_be_typed_in_any_case_with_or_without_dash_and_blanks(string form)
    {
        var shown = (await Client.StartDeviceAsync())["user_code"]!.Replace("-", "", StringComparison.Ordinal);
        var next = 0;
        var typed = string.Concat(
            form.Select(c =>
                !char.IsLetter(c) ? c
                : char.IsLower(c) ? char.ToLowerInvariant(shown[next++])
                : shown[next++]));

        Assert.That((await Hub.FindDeviceAsync(typed, await Hub.SignInAsync())).Succeeded, Is.True, typed);
    }

    [TestCase("")]
    [TestCase("WDJB-MJH")]
    [TestCase("WDJB-MJHTT")]
    [TestCase("WDJB-MJHA")]
    [TestCase("1234-5678")]
    [TestCase("ЖDJB-MJHT")]
    [TestCase("WDJB-MJH\u212a", Description = "the Kelvin sign")]
    [TestCase("WDJB-MJH\ud800")]
    [TestCase("WDJB\0MJHT")]
    public async Task What_no_code_looks_like_is_refused_and_is_no_try(string typed)
    {
        await using var hub = await StartHubAsync();
        var session = await hub.SignInAsync();
        for (var i = 0; i < 7; i++)
        {
            var refused = (await hub.FindDeviceAsync(typed, session)).Error!;
            Assert.That((refused.Kind, refused.Reason), Is.EqualTo((RefusalKind.InvalidRequest, "user_code_malformed")));
        }
    }

    [Test]
    public async Task A_decision_is_in_the_audit_trail_with_who_made_it_about_which_client()
    {
        await using var hub = await StartHubAsync();
        var session = await hub.SignInAsync();
        var (one, two) = (await hub.Client.StartDeviceAsync("tv"), await hub.Client.StartDeviceAsync("other-tv"));

        await hub.DecideAsync(one["user_code"]!, approved: true, session);
        await hub.DecideAsync(two["user_code"]!, approved: false, session);

        var rows = await Eventually.GetAsync(
            async () =>
            {
                await using var context = hub.NewContext();
                return await context.AuditEvents.Where(row => row.Type.StartsWith("device.")).OrderBy(row => row.Id).ToListAsync();
            },
            rows => rows.Count >= 2);
        Assert.That(
            rows.Select(row => (row.Type, row.ClientId, row.UserId, row.SessionId)),
            Is.EqualTo([
                ("device.approved", "tv", (Guid?)session.UserId, (Guid?)session.Id),
                ("device.denied", "other-tv", session.UserId, session.Id)
            ]));
    }

    [Test]
    public async Task A_device_is_decided_about_once()
    {
        var session = await Hub.SignInAsync((await Hub.AddUserAsync()).UserName!);
        var device = await Hub.StartApprovedAsync(session: session);

        foreach (var refused in new[]
            {
                await Hub.FindDeviceAsync(device["user_code"]!, session),
                await Hub.DecideAsync(device["user_code"]!, approved: false, session),
                await Hub.DecideAsync(device["user_code"]!, approved: true, await Hub.SignInAsync((await Hub.AddUserAsync()).UserName!)),
            })
            Assert.That((refused.Error!.Kind, refused.Error.Reason), Is.EqualTo((RefusalKind.InvalidRequest, "user_code_decided")));

        Assert.That((await Client.PollAsync(device["device_code"])).Status, Is.EqualTo(200), "what was decided first counts");
    }

    [Test]
    public async Task A_code_that_has_expired_is_refused()
    {
        await using var hub = await StartHubAsync();
        var session = await hub.SignInAsync();
        var device = await hub.Client.StartDeviceAsync();
        hub.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.That((await hub.FindDeviceAsync(device["user_code"]!, session)).Error!.Reason, Is.EqualTo("user_code_expired"));
        Assert.That((await hub.DecideAsync(device["user_code"]!, approved: true, session)).Error!.Reason, Is.EqualTo("user_code_expired"));
    }

    [Test, Spec("ASSURANCE", "B2")]
    public async Task B2_A_user_who_is_not_admitted_any_more_can_let_nothing_in()
    {
        await using var hub = await StartHubAsync();
        var device = await hub.Client.StartDeviceAsync();
        var session = await hub.SignInAsync();
        var blocked = session with { User = session.User with { LockedUntil = FakeTime.Start.AddHours(1) } };

        Assert.That((await hub.FindDeviceAsync(device["user_code"]!, blocked)).Error!.Kind, Is.EqualTo(RefusalKind.LoginRequired));
        Assert.That(
            (await hub.DecideAsync(device["user_code"]!, approved: true, blocked)).Error!.Kind, Is.EqualTo(RefusalKind.LoginRequired));
    }

    [Test]
    public async Task A_session_that_ended_a_moment_ago_can_let_nothing_in()
    {
        var device = await Client.StartDeviceAsync();
        var session = await Hub.SignInAsync();
        await Hub.Services.GetRequiredService<SessionEnd>().EndAsync(session.Id, "logout", Hub.NewRequestContext(), CancellationToken.None);

        Assert.That((await Hub.DecideAsync(device["user_code"]!, approved: true, session)).Succeeded, Is.False);
        Assert.That((await Client.PollAsync(device["device_code"]))["error"], Is.EqualTo("authorization_pending"));
    }

    [Test, Spec("ASSURANCE", "B9")]
    public async Task B9_After_five_wrong_codes_the_right_one_is_not_even_looked_at_until_the_wait_is_over()
    {
        await using var hub = await StartHubAsync();
        var right = (await hub.Client.StartDeviceAsync())["user_code"]!;
        var session = await hub.SignInAsync();
        for (var i = 0; i < 5; i++)
            Assert.That((await hub.FindDeviceAsync(Wrong, session)).Error!.Reason, Is.EqualTo("user_code_unknown"));

        var another = await hub.SignInAsync();
        foreach (var refused in new[]
            {
                await hub.FindDeviceAsync(right, session), await hub.DecideAsync(right, approved: true, session),
                await hub.FindDeviceAsync(right, another),
            })
            Assert.That(
                (refused.Error!.Kind, refused.Error.RetryAfter), Is.EqualTo((RefusalKind.TooManyRequests, TimeSpan.FromMinutes(1))));

        hub.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await hub.FindDeviceAsync(right, session)).Succeeded, Is.True, "after it, the code is found");
        Assert.That((await hub.DecideAsync(right, approved: true, session)).Succeeded, Is.True, "and decided about, without another wait");
    }

    [Test, Spec("ASSURANCE", "B9")]
    public async Task B9_A_code_of_his_own_does_not_make_up_for_the_wrong_ones_of_a_guesser()
    {
        await using var hub = await StartHubAsync();
        var own = (await hub.Client.StartDeviceAsync())["user_code"]!;
        var session = await hub.SignInAsync();

        for (var i = 0; i < 5; i++)
        {
            Assert.That((await hub.FindDeviceAsync(own, session)).Succeeded, Is.True);
            Assert.That((await hub.FindDeviceAsync(Wrong, session)).Error!.Reason, Is.EqualTo("user_code_unknown"));
        }

        Assert.That((await hub.FindDeviceAsync(Wrong, session)).Error!.Kind, Is.EqualTo(RefusalKind.TooManyRequests));
        hub.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await hub.FindDeviceAsync(own, session)).Succeeded, Is.True);
        Assert.That((await hub.FindDeviceAsync(Wrong, session)).Error!.Kind, Is.EqualTo(RefusalKind.InvalidRequest), "the sixth");
        Assert.That(
            (await hub.FindDeviceAsync(Wrong, session)).Error!.RetryAfter, Is.EqualTo(TimeSpan.FromMinutes(2)), "costs twice the wait");
    }

    [Test, Spec("ASSURANCE", "B9")]
    public async Task B9_Of_fifty_parallel_guesses_over_two_nodes_five_are_looked_at()
    {
        await using var installation = await Installation.CreateAsync(Config, Kind);
        var nodes = new[] { await installation.StartNodeAsync(), await installation.StartNodeAsync() };
        var session = await nodes[0].SignInAsync();

        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(i => Task.Run(() => nodes[i % 2].FindDeviceAsync(Wrong, session))));

        Assert.That(outcomes.Count(outcome => outcome.Error!.Reason == "user_code_unknown"), Is.EqualTo(5));
        Assert.That(
            outcomes.Select(outcome => outcome.Error!.Kind),
            Is.All.AnyOf(RefusalKind.InvalidRequest, RefusalKind.TooManyRequests, RefusalKind.TemporarilyUnavailable));
    }

    [Test, Spec("ASSURANCE", "B9")]
    public async Task B9_One_address_with_many_accounts_is_stopped_and_others_are_not()
    {
        await using var hub = await StartHubAsync();
        var right = (await hub.Client.StartDeviceAsync())["user_code"]!;
        var session = await hub.SignInAsync();
        for (var i = 0; i < 100; i++)
            Assert.That(
                (await hub.FindDeviceAsync(Wrong, session with { UserId = Guid.CreateVersion7() }, "203.0.113.7")).Error!.Kind,
                Is.EqualTo(RefusalKind.InvalidRequest));

        Assert.That((await hub.FindDeviceAsync(right, session, "203.0.113.7")).Error!.Kind, Is.EqualTo(RefusalKind.TooManyRequests));
        Assert.That((await hub.FindDeviceAsync(right, session, "198.51.100.9")).Succeeded, Is.True);
    }
}
