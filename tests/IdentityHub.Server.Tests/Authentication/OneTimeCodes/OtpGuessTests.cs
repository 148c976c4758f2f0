using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Authentication.OneTimeCodes;

/// <summary>Guesses of codes, over both nodes and from many addresses.</summary>
[NonParallelizable]
public class OtpGuessTests
{
    private const string Address = "alice@example.com";

    [Test]
    [Spec("ASSURANCE", "R5")]
    public async Task R5_Of_fifty_parallel_submissions_of_the_right_code_over_two_nodes_one_gets_tokens()
    {
        await using var installation = await Installation.CreateAsync(Otps.Config, DatabaseKind.Postgres);
        var (a, b) = (await StartNodeAsync(installation), await StartNodeAsync(installation));
        var code = await Otps.NewCodeAsync([a, b], Address);

        // All tries that the code has stand before the statement that uses it up.
        var rendezvous = new Rendezvous(5) { Hold = TimeSpan.FromSeconds(30) };
        foreach (var node in new[] { a, b })
            rendezvous.At(node.Database, statement => statement.Contains("SET used_at", StringComparison.Ordinal));
        var answers = await Requests.AtOnceAsync(50, [a.Client, b.Client], (node, i) =>
            node.RedeemOtpAsync(Address, code, from: $"10.0.0.{i}"));

        Assert.That(rendezvous.Met, Is.True);
        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        Assert.That(
            answers.Where(answer => answer.Status != 200).Select(answer => (answer.Status, answer["error"])),
            Is.All.EqualTo((400, "invalid_grant")));
        await using var context = a.NewContext();
        Assert.That(await context.Sessions.CountAsync(), Is.EqualTo(1));
    }

    [Test]
    [Spec("ASSURANCE", "B3")]
    public async Task B3_Of_two_hundred_parallel_guesses_from_fifty_addresses_five_are_evaluated_and_then_the_right_code_fails()
    {
        await using var installation = await Installation.CreateAsync(Otps.Config, DatabaseKind.Postgres);
        var (a, b) = (await StartNodeAsync(installation), await StartNodeAsync(installation));
        var code = await Otps.NewCodeAsync([a, b], Address);

        var answers = await Requests.AtOnceAsync(200, [a.Client, b.Client], (node, i) =>
            node.RedeemOtpAsync(Address, Otps.Wrong(code), from: $"10.0.0.{i % 50}"));

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(400));
        await using var context = a.NewContext();
        Assert.That((await context.OneTimePasswords.SingleAsync()).Tries, Is.EqualTo(5));
        Assert.That((await b.Client.RedeemOtpAsync(Address, code, from: "10.0.1.1")).Status, Is.EqualTo(400));
    }

    [TestCase(DatabaseKind.Sqlite)]
    [TestCase(DatabaseKind.Postgres)]
    [Spec("ASSURANCE", "B5")]
    public async Task B5_A_new_code_does_not_lift_the_block_of_an_address_that_has_failed_by_whichever_address_of_the_account(
        DatabaseKind kind)
    {
        await using var hub = await StartHubAsync(kind);
        const string guesser = "10.1.1.1";
        foreach (var (address, count) in new[] { (Address, 3), ("+27761234567", 2) })
        {
            var code = await hub.NewCodeAsync(address);
            for (var i = 0; i < count; i++)
                Assert.That((await hub.Client.RedeemOtpAsync(address, Otps.Wrong(code), from: guesser)).Status, Is.EqualTo(400));
        }

        hub.Time.Advance(TimeSpan.FromSeconds(31));
        var fresh = await hub.NewCodeAsync(Address);
        var suspended = await hub.Client.RedeemOtpAsync(Address, fresh, from: guesser);

        Assert.That(
            (suspended.Status, suspended["error"]), Is.EqualTo((400, "invalid_grant")), "the right one, in the words of a wrong one");
        Assert.That((await hub.Client.RedeemOtpAsync(Address, fresh, from: "10.9.9.9")).Status, Is.EqualTo(200), "another address");
    }

    [TestCase(DatabaseKind.Sqlite)]
    [TestCase(DatabaseKind.Postgres)]
    [Spec("ASSURANCE", "B5")]
    public async Task B5_Who_asks_for_new_codes_and_guesses_each_time_from_a_new_address_has_twenty_five_guesses_an_hour(DatabaseKind kind)
    {
        await using var hub = await StartHubAsync(kind);
        var evaluated = new List<int>();
        for (var hour = 0; hour < 3; hour++)
        {
            var tries = 0;
            for (var i = 0; i < 5; i++)
            {
                await GuessAsync(hub, Address, await hub.NewCodeAsync(Address), 7, $"10.{5 * hour + i}");
                await using var context = hub.NewContext();
                tries += (await context.OneTimePasswords.SingleAsync()).Tries;
                hub.Time.Advance(TimeSpan.FromSeconds(31));
            }

            evaluated.Add(tries);
            Assert.That(
                (await hub.Client.SendOtpAsync(await hub.Client.MachineTokenAsync(), Otps.Body(Address))).Status, Is.EqualTo(429),
                "a sixth code");
            hub.Time.Advance(TimeSpan.FromHours(1));
        }

        Assert.That(evaluated, Is.All.EqualTo(25));
    }

    [TestCase(DatabaseKind.Sqlite)]
    [TestCase(DatabaseKind.Postgres)]
    [Spec("ASSURANCE", "B5")]
    public async Task B5_Ten_failed_codes_from_one_address_suspend_them_there_for_an_hour_whatever_is_sent_anew(DatabaseKind kind)
    {
        await using var hub = await StartHubAsync(kind);
        const string guesser = "10.1.1.1";
        foreach (var minutes in new[] { 0, 1, 2, 4, 8, 15 })
        {
            hub.Time.Advance(TimeSpan.FromMinutes(minutes));
            var code = await hub.NewCodeAsync(minutes % 2 == 0 ? Address : "+27761234567");
            for (var i = 0; i < (minutes == 0 ? 5 : 1); i++)
                await hub.Client.RedeemOtpAsync(minutes % 2 == 0 ? Address : "+27761234567", Otps.Wrong(code), from: guesser);
        }

        // The back-off of a quarter of an hour is over, the hour is not.
        hub.Time.Advance(TimeSpan.FromMinutes(31));
        var suspended = await hub.Client.RedeemOtpAsync(Address, await hub.NewCodeAsync(Address), from: guesser);
        hub.Time.Advance(TimeSpan.FromMinutes(30));
        var later = await hub.Client.RedeemOtpAsync(Address, await hub.NewCodeAsync(Address), from: guesser);

        Assert.That((suspended.Status, suspended["error"]), Is.EqualTo((400, "invalid_grant")));
        Assert.That(later.Status, Is.EqualTo(200), "an hour after the tenth");
    }

    [Test]
    [Spec("ASSURANCE", "B4")]
    public async Task B4_One_guess_at_each_of_many_addresses_through_a_back_end_is_stopped_after_a_thousand()
    {
        await using var hub = await StartHubAsync(DatabaseKind.Sqlite);
        var statuses = new List<int>();
        for (var i = 0; i < 1003; i++)
            statuses.Add((await hub.Client.RedeemOtpAsync($"somebody{i}@example.com", "123456", from: "10.0.0.1")).Status);

        Assert.That(statuses.Take(1000), Is.All.EqualTo(400));
        Assert.That(statuses.Skip(1000), Is.All.EqualTo(429));
    }

    [TestCase("alice@example.com", " ALICE@Example.COM ", "\uFF41lice@example.com", "alice\uFF20example.com")]
    [TestCase("+27761234567", "0027761234567", "+27 (76) 123-45.67", " +27761234567")]
    [TestCase("02345678901234", "0234 5678901234", "0234-567-8901-234", "(02345)678901234")]
    [Spec("ASSURANCE", "B7"), Spec("ASSURANCE", "B6")]
    public async Task B7_However_an_address_is_written_it_is_sent_one_code_in_thirty_seconds_and_five_in_an_hour(params string[] ways)
    {
        await using var hub = await StartHubAsync(DatabaseKind.Sqlite);
        var token = await hub.Client.MachineTokenAsync();
        var first = await hub.Client.SendOtpAsync(token, Body(ways[0]));
        var others = new List<Answer>();
        for (var i = 1; i < ways.Length; i++)
            others.Add(await hub.Client.SendOtpAsync(token, Body(ways[i]), from: $"10.0.0.{i}"));
        var elsewhere = await hub.Client.SendOtpAsync(await hub.Client.MachineTokenAsync("closed"), Body(ways[0]));
        for (var i = 0; i < 4; i++)
        {
            hub.Time.Advance(TimeSpan.FromSeconds(31));
            Assert.That((await hub.Client.SendOtpAsync(token, Body(ways[i]))).Status, Is.EqualTo(200), ways[i]);
        }

        hub.Time.Advance(TimeSpan.FromSeconds(31));
        var sixth = await hub.Client.SendOtpAsync(token, Body(ways[1]));

        Assert.That(first.Status, Is.EqualTo(200), first.ToString());
        Assert.That(others.Append(elsewhere).Select(answer => (answer.Status, answer.Header("Retry-After"))), Is.All.EqualTo((429, "30")));
        Assert.That((sixth.Status, int.Parse(sixth.Header("Retry-After")!, null)), Is.EqualTo((429, 3600 - 5 * 31)));

        static string Body(string way) =>
            System.Text.Json.JsonSerializer.Serialize(
                new Dictionary<string, string>
                {
                    [way.Contains('@', StringComparison.Ordinal) || way.Contains('\uFF20', StringComparison.Ordinal) ? "email" : "phone"] =
                        way,
                });
    }

    [Test]
    [Spec("ASSURANCE", "B6")]
    public async Task B6_A_client_and_an_address_have_only_so_many_codes_sent_over_two_nodes()
    {
        await using var installation = await Installation.CreateAsync(Otps.Config, DatabaseKind.Postgres);
        (string, string)[] settings =
        [
            Callers.BehindProxy, ("IdentityHub:Otp:SendsPerClientAndHour", "6"), ("IdentityHub:Otp:SendsPerIpAndHour", "4")
        ];
        var nodes = new[] { await installation.StartNodeAsync(settings: settings), await installation.StartNodeAsync(settings: settings) };
        var (open, closed) = (await nodes[0].Client.MachineTokenAsync(), await nodes[0].Client.MachineTokenAsync("closed"));
        Task<Answer> SendAsync(int i, string token, string from) =>
            nodes[i % 2].Client.SendOtpAsync(token, $$"""{"email":"somebody{{i}}@example.com"}""", from);

        var fromOne = new List<int>();
        for (var i = 0; i < 5; i++)
            fromOne.Add((await SendAsync(i, open, "10.0.0.1")).Status);
        var fromOthers = new List<int>();
        for (var i = 5; i < 8; i++)
            fromOthers.Add((await SendAsync(i, open, $"10.0.0.{i}")).Status);

        Assert.That(fromOne, Is.EqualTo([200, 200, 200, 200, 429]), "of one IP address");
        Assert.That(fromOthers, Is.EqualTo([200, 200, 429]), "of one client");
        Assert.That((await SendAsync(9, closed, "10.0.0.9")).Status, Is.EqualTo(200), "another client");
    }

    private static async Task GuessAsync(Hub hub, string address, string code, int count, string prefix)
    {
        for (var i = 0; i < count; i++)
            Assert.That((await hub.Client.RedeemOtpAsync(address, Otps.Wrong(code), from: $"{prefix}.{i}.1")).Status, Is.EqualTo(400));
    }

    private static Task<Hub> StartHubAsync(DatabaseKind kind) => Hub.StartAsync(Otps.Config, kind, null, Callers.BehindProxy);

    private static Task<Hub> StartNodeAsync(Installation installation) => installation.StartNodeAsync(settings: Callers.BehindProxy);
}
