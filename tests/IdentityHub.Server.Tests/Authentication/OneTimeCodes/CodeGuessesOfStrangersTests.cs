using IdentityHub.Server.Tests.Rights;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Authentication.OneTimeCodes;

/// <summary>
/// Wrong one-time passwords of strangers do not keep the owner out; an administrator sees them and lifts what they have done.
/// </summary>
[Spec("ASSURANCE", "L1")]
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class CodeGuessesOfStrangersTests(DatabaseKind kind)
{
    private const string Send = "/login/code?handler=Send";
    private const string Enter = "/login/code";
    private const string Email = "alice@example.com";
    private const string Owner = "198.51.100.9";
    private const string Stranger = "203.0.113.7";

    [TestCase(10)]
    [TestCase(100)]
    public async Task L1_After_wrong_codes_of_strangers_an_administrator_sees_them_and_the_owner_signs_in(int guesses)
    {
        await using var hub = await StartHubAsync();
        for (var i = 0; i < guesses; i++)
            await GuessAsync(hub, $"203.0.113.{i}", 1);
        var block = await BlockAsync(hub, "GET");

        var owner = await AskAsync(hub, Owner);
        var done = await owner.Browser.SubmitAsync(owner.Sent, Enter, ("code", owner.Code));

        Assert.That((block["blocked"], int.Parse(block["failedAttempts"]!, null)), Is.EqualTo(("true", 10)), block.ToString());
        Assert.That(done.Path, Is.EqualTo("/account"), done.Failure());
    }

    [Test]
    public async Task L1_Ten_wrong_codes_of_one_stranger_block_their_address_and_not_the_owner()
    {
        await using var hub = await StartHubAsync();
        var owner = await AskAsync(hub, Owner);
        await GuessAsync(hub, Stranger, 10);
        var block = await BlockAsync(hub, "GET");
        hub.Time.Advance(TimeSpan.FromSeconds(31));

        var stranger = await AskAsync(hub, Stranger);
        var refused = await stranger.Browser.SubmitAsync(stranger.Sent, Enter, ("code", stranger.Code));
        var done = await owner.Browser.SubmitAsync(owner.Sent, Enter, ("code", owner.Code));

        Assert.That((block["blocked"], block["blockedUntil"]), Is.EqualTo(("true", "2026-11-22T12:01:00Z")), block.ToString());
        Assert.That(refused.Failure(), Is.EqualTo("The code is wrong or has expired."), "the stranger's address, whoever reads the mail");
        Assert.That(done.Path, Is.EqualTo("/account"), "the owner's address");
    }

    [Test]
    public async Task L1_An_administrator_lifts_what_wrong_codes_have_done_at_the_owners_own_address()
    {
        await using var hub = await StartHubAsync();
        foreach (var minutes in new[] { 0, 1, 2, 4, 8, 15 })
        {
            hub.Time.Advance(TimeSpan.FromMinutes(minutes));
            await GuessAsync(hub, Owner, minutes == 0 ? 5 : 1);
        }

        hub.Time.Advance(TimeSpan.FromSeconds(31));
        var owner = await AskAsync(hub, Owner);
        var refused = await owner.Browser.SubmitAsync(owner.Sent, Enter, ("code", owner.Code));
        var before = await BlockAsync(hub, "GET");
        var lifted = await BlockAsync(hub, "DELETE");
        var done = await owner.Browser.SubmitAsync(refused, Enter, ("code", owner.Code));

        Assert.That(refused.Failure(), Is.EqualTo("The code is wrong or has expired."));
        Assert.That((before["blocked"], before["failedAttempts"]), Is.EqualTo(("true", "10")), before.ToString());
        Assert.That((lifted["blocked"], lifted["failedAttempts"]), Is.EqualTo(("false", "0")), lifted.ToString());
        Assert.That(done.Path, Is.EqualTo("/account"), done.Failure());
    }

    [Test]
    public async Task L1_An_administrator_lifts_the_limit_of_codes_that_are_sent()
    {
        await using var hub = await StartHubAsync();
        for (var i = 0; i < 5; i++)
        {
            await AskAsync(hub, Stranger);
            hub.Time.Advance(TimeSpan.FromSeconds(31));
        }

        var browser = new Browser(hub.Client) { ForwardedFor = Owner };
        var refused = await browser.SubmitAsync(await browser.GetAsync("/login/code"), Send, ("email", Email));
        await BlockAsync(hub, "DELETE");
        var owner = await AskAsync(hub, Owner);

        Assert.That(refused.Status, Is.EqualTo(429));
        Assert.That((await owner.Browser.SubmitAsync(owner.Sent, Enter, ("code", owner.Code))).Path, Is.EqualTo("/account"));
    }

    [Test]
    public async Task L1_In_the_back_off_an_address_without_failures_or_an_untried_code_is_let_through_and_nothing_else()
    {
        await using var hub = await Hub.StartAsync(Otps.Config, kind, null, Callers.BehindProxy);
        var code = await hub.NewCodeAsync(Email);
        await GuessAsync(hub, code, "10.0.0", 10);
        hub.Time.Advance(TimeSpan.FromSeconds(31));

        var fresh = await hub.NewCodeAsync(Email);
        var untried = await hub.Client.RedeemOtpAsync(Email, Otps.Wrong(fresh), from: "10.0.0.1");
        var tried = await hub.Client.RedeemOtpAsync(Email, fresh, from: "10.0.0.2");
        var clean = await hub.Client.RedeemOtpAsync(Email, fresh, from: Owner);

        Assert.That(
            (untried.Status, tried.Status, clean.Status), Is.EqualTo((400, 400, 200)),
            "an untried code was tried; then only an address without failures");
        await using var context = hub.NewContext();
        Assert.That(context.OneTimePasswords.Single().Tries, Is.EqualTo(2), "the wrong guess and the right one were evaluated");
    }

    [Test]
    public async Task L1_In_the_back_off_a_fresh_code_is_accepted_from_an_address_that_has_failed()
    {
        await using var hub = await Hub.StartAsync(Otps.Config, kind, null, Callers.BehindProxy);
        var code = await hub.NewCodeAsync(Email);
        Assert.That((await hub.Client.RedeemOtpAsync(Email, Otps.Wrong(code), from: Owner)).Status, Is.EqualTo(400));
        await GuessAsync(hub, code, "10.0.0", 9);
        var stale = await hub.Client.RedeemOtpAsync(Email, code, from: Owner);
        hub.Time.Advance(TimeSpan.FromSeconds(31));

        var accepted = await hub.Client.RedeemOtpAsync(Email, await hub.NewCodeAsync(Email), from: Owner);

        Assert.That((stale.Status, accepted.Status), Is.EqualTo((400, 200)));
    }

    private Task<Hub> StartHubAsync() => Hub.StartAsync(Lsids.Config + "  otp: { enabled: true }\n", kind, null, Callers.BehindProxy);

    private static async Task GuessAsync(Hub hub, string from, int count)
    {
        var browser = new Browser(hub.Client) { ForwardedFor = from };

        // Where to type a code is shown once one was asked for, whoever it is for.
        var page = await browser.SubmitAsync(await browser.GetAsync("/login/code"), Send, ("email", $"{Guid.NewGuid():N}@example.com"));
        for (var i = 0; i < count; i++)
            Assert.That((await browser.SubmitAsync(page, Enter, ("email", Email), ("code", "000000"))).Path, Does.StartWith("/login/code"));
    }

    private static async Task GuessAsync(Hub hub, string code, string network, int count)
    {
        for (var i = 0; i < count; i++)
            Assert.That((await hub.Client.RedeemOtpAsync(Email, Otps.Wrong(code), from: $"{network}.{i}")).Status, Is.EqualTo(400));
    }

    private static async Task<(Browser Browser, Page Sent, string Code)> AskAsync(Hub hub, string from, string email = Email)
    {
        var browser = new Browser(hub.Client) { ForwardedFor = from };
        var before = hub.CodesTo(email).Count;
        var sent = await browser.SubmitAsync(await browser.GetAsync("/login/code"), Send, ("email", email));
        Assert.That(sent.Status, Is.EqualTo(200), sent.Failure());
        return (browser, sent, await hub.CodeAsync(email, before + 1));
    }

    private static Task<Answer> BlockAsync(Hub hub, string method) =>
        hub.Client.CallAsync(method, "/authenticate/block/alice", null, null, ("X-API-Key", Lsids.Key));
}
