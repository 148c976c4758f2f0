using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Grants.Device;

/// <summary>One device code, used many times at once.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class DeviceRaceTests(DatabaseKind kind)
{
    private const int Polls = 50;
    private const string Config = Parts.Apis + Parts.People + Devices.Clients;

    // All come for sure, on a busy machine after a while.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Test, Spec("ASSURANCE", "R1")]
    public async Task R1_Of_fifty_parallel_polls_of_an_approved_code_one_gets_tokens()
    {
        await using var hub = await Hub.StartAsync(Config, kind);
        var device = await hub.StartApprovedAsync();
        var rendezvous = new Rendezvous(Polls) { Hold = Patience }.At(hub.Database, statement => statement == "BEGIN");

        var answers = await Requests.AtOnceAsync(Polls, [hub.Client], (node, _) => node.PollAsync(device["device_code"]));

        Assert.That(rendezvous.Met, Is.True, "nothing has raced");
        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        Assert.That(
            answers.Where(answer => answer.Status != 200).Select(answer => (answer.Status, answer["error"])),
            Is.All.EqualTo((400, "invalid_grant")));
        await using var context = hub.NewContext();
        Assert.That(await context.RefreshTokenFamilies.CountAsync(), Is.EqualTo(1));
        Assert.That(await context.Sessions.CountAsync(session => session.ClientId == "tv"), Is.EqualTo(1));
    }

    [Test, Spec("RFC 8628", "3.5")]
    public async Task Of_ten_parallel_polls_of_a_waiting_code_one_is_in_time_and_each_other_makes_the_interval_longer()
    {
        await using var hub = await Hub.StartAsync(Config, kind);
        var device = await hub.Client.StartDeviceAsync();
        var rendezvous = new Rendezvous(10) { Hold = Patience }.At(hub.Database, IsOfDevices);

        var answers = await Requests.AtOnceAsync(10, [hub.Client], (node, _) => node.PollAsync(device["device_code"]));

        Assert.That(rendezvous.Met, Is.True, "nothing has raced");
        Assert.That(
            answers.CountBy(answer => answer["error"]!).ToDictionary(),
            Is.EquivalentTo(new Dictionary<string, int> { ["authorization_pending"] = 1, ["slow_down"] = 9 }));
        await using var context = hub.NewContext();
        Assert.That(await context.DeviceCodes.Select(code => code.IntervalSeconds).SingleAsync(), Is.EqualTo(5 + (9 * 5)));
    }

    [Test]
    public async Task Of_two_users_who_decide_at_once_about_one_device_one_decides()
    {
        await using var hub = await Hub.StartAsync(Config, kind);
        var device = await hub.Client.StartDeviceAsync();
        var bob = await hub.AddUserAsync();
        var sessions = new[] { await hub.SignInAsync(), await hub.SignInAsync(bob.UserName!) };

        // The counts of their tries are written before; it is the decisions that are to meet.
        var rendezvous = new Rendezvous(2) { Hold = Patience }.At(hub.Database, IsOfDevices);

        var decided = await Task.WhenAll(
            sessions.Select((session, i) => Task.Run(() => hub.DecideAsync(device["user_code"]!, approved: i == 0, session))));

        Assert.That(rendezvous.Met, Is.True, "nothing has raced");
        Assert.That(decided.Count(outcome => outcome.Succeeded), Is.EqualTo(1));
        Assert.That(decided.Single(outcome => !outcome.Succeeded).Error!.Reason, Is.EqualTo("user_code_decided"));
        Assert.That((await hub.Client.PollAsync(device["device_code"])).Status, Is.EqualTo(decided[0].Succeeded ? 200 : 400));
    }

    private static bool IsOfDevices(string statement) => statement.Contains("UPDATE device_codes", StringComparison.Ordinal);
}
