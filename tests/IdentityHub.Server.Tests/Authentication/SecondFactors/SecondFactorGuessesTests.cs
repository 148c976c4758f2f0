using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Authentication.SecondFactors;

/// <summary>Guesses of second factors are counted for their user; only who has the password can make them.</summary>
[Spec("ASSURANCE", "L1")]
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class SecondFactorGuessesTests(DatabaseKind kind)
{
    private const string Owner = "198.51.100.9";

    [Test]
    [Spec("ASSURANCE", "B5")]
    public async Task B5_After_five_wrong_codes_the_right_one_is_refused_from_that_address_until_the_time_or_an_administrator_lifts_it()
    {
        await using var hub = await StartAsync();
        var app = await hub.SetUpAsync(SharedConfig.AliceId);
        await GuessAsync(hub, app, Owner, 5);

        var refused = await LoginAsync(hub, Owner, Right(hub, app));
        var elsewhere = await LoginAsync(hub, "203.0.113.1", Right(hub, app));
        hub.Time.Advance(TimeSpan.FromSeconds(61));
        var later = await LoginAsync(hub, Owner, Right(hub, app));

        Assert.That((refused.Status, refused["error_reason"]), Is.EqualTo((400, "otp_refused")), "as for a wrong code");
        Assert.That((elsewhere.Status, later.Status), Is.EqualTo((200, 200)), "an address without failures; and when the time has passed");
    }

    [Test]
    [Spec("ASSURANCE", "B7")]
    public async Task B7_Forwarded_addresses_of_strangers_blanks_and_full_width_make_no_fresh_limit_of_second_factors()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind);
        var app = await hub.SetUpAsync(SharedConfig.AliceId);
        for (var i = 0; i < 5; i++)
        {
            var wrong = app.WrongAt(hub.Time.GetUtcNow());
            var written = i % 2 == 0 ? $"{wrong[..3]} {wrong[3..]}" : string.Concat(wrong.Select(digit => (char)(digit - '0' + '\uFF10')));
            Assert.That((await LoginAsync(hub, $"203.0.113.{i}", written)).Status, Is.EqualTo(400));
        }

        var refused = await LoginAsync(hub, "203.0.113.99", Right(hub, app));
        hub.Time.Advance(TimeSpan.FromSeconds(61));
        var later = await LoginAsync(hub, "203.0.113.99", Right(hub, app));

        Assert.That((refused.Status, refused["error_reason"]), Is.EqualTo((400, "otp_refused")));
        Assert.That(later.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Recovery_codes_and_codes_of_the_app_share_the_count_of_their_user()
    {
        await using var hub = await StartAsync();
        var (user, app) = await hub.AddUserWithAppAsync();
        var browser = new Browser(hub.Client);
        var page = await browser.PasswordAsync(user);
        for (var i = 0; i < 3; i++)
            page = await browser.ProveAsync(page, app.WrongAt(hub.Time.GetUtcNow(), i));
        page = await browser.RecoverAsync(page);
        for (var i = 0; i < 2; i++)
            page = await browser.ProveAsync(page, $"0000{i}-00000");

        var refused = await browser.ProveAsync(page, app.RecoveryCodes[0]);
        Assert.That((refused.Status, refused.Failure()), Is.EqualTo((400, "Too many wrong codes. Wait a few minutes, then try again.")));
        hub.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.That((await browser.ProveAsync(refused, app.RecoveryCodes[0])).Path, Is.EqualTo("/account"), "it was not used up");
    }

    [Test]
    public async Task L1_While_many_addresses_guess_the_owner_gets_in_and_so_many_addresses_are_let_through_and_no_more()
    {
        await using var hub = await StartAsync();
        var app = await hub.SetUpAsync(SharedConfig.AliceId);
        var evaluated = 0;
        hub.BeforeStatement = (sql, _) =>
        {
            if (sql.Contains("last_step, created_at, last_used_at FROM totp_authenticators", StringComparison.Ordinal))
                Interlocked.Increment(ref evaluated);
            return Task.CompletedTask;
        };
        for (var i = 0; i < 60; i++)
            await GuessAsync(hub, app, $"203.0.113.{i}", 1);

        var owner = await LoginAsync(hub, Owner, Right(hub, app));
        Assert.That(owner.Status, Is.EqualTo(200));
        for (var i = 0; i < 90; i++)
            await GuessAsync(hub, app, $"203.0.114.{i}", 1);

        // 10 before the back-off; then 100 addresses without a failure, of which the owner's was one.
        Assert.That(evaluated, Is.InRange(100, 111));
        var before = evaluated;
        await GuessAsync(hub, app, "203.0.115.1", 1);
        Assert.That(evaluated, Is.EqualTo(before));
    }

    [Test]
    public async Task L1_An_administrator_sees_and_lifts_what_wrong_codes_have_done()
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, kind);
        var alice = await hub.SetUpAsync(new Guid("00000000-0000-4000-8000-000000000002"));
        var browser = new Browser(hub.Client);
        var page = await browser.LogInAsync(await browser.GetAsync("/login"), "alice", Lsids.Password);
        for (var i = 0; i < 5; i++)
            page = await browser.ProveAsync(page, alice.WrongAt(hub.Time.GetUtcNow(), i));
        var before = await BlockAsync(hub, "GET");
        var refused = await browser.ProveAsync(page, Right(hub, alice));

        var lifted = await BlockAsync(hub, "DELETE");
        var done = await browser.ProveAsync(refused, Right(hub, alice));

        Assert.That((before["blocked"], before["failedAttempts"]), Is.EqualTo(("true", "5")), before.ToString());
        Assert.That(refused.Failure(), Is.EqualTo("Too many wrong codes. Wait a few minutes, then try again."));
        Assert.That((lifted["blocked"], lifted["failedAttempts"]), Is.EqualTo(("false", "0")), lifted.ToString());
        Assert.That(done.Path, Is.EqualTo("/account"));
    }

    private static Task<Answer> BlockAsync(Hub hub, string method) =>
        hub.Client.CallAsync(method, "/authenticate/block/alice", null, null, ("X-API-Key", Lsids.Key));

    private Task<Hub> StartAsync() => Hub.StartAsync(SharedConfig.Yaml, kind, null, Callers.BehindProxy);

    private static async Task GuessAsync(Hub hub, TestAuthenticator app, string from, int guesses)
    {
        for (var i = 0; i < guesses; i++)
            Assert.That((await LoginAsync(hub, from, app.WrongAt(hub.Time.GetUtcNow(), i))).Status, Is.EqualTo(400));
    }

    private static string Right(Hub hub, TestAuthenticator app) => app.CodeAt(hub.Time.GetUtcNow());

    private static Task<Answer> LoginAsync(Hub hub, string from, string code) =>
        hub.Client.LoginAsync(SharedConfig.App, from: from, more: [("otp", code)]);
}
