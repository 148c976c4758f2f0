using IdentityHub.Server.Authentication;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Authentication;

/// <summary>
/// The policy decides about every login: a rule that asks for a second factor is obeyed at each endpoint that starts a session.
/// <see cref="LoginMatrixTests"/> has what each of them answers to each kind of user.
/// </summary>
public class LoginPolicyTests
{
    [Test]
    public async Task A_login_that_needs_a_second_factor_starts_no_session_at_any_endpoint()
    {
        var asks = false;
        await using var hub = await StartAsync(services => services.AddSingleton<SecondFactorRule>((_, _, _) => new(asks)));
        var starters = await new LoginStarters(hub).AllAsync();

        // An address gets few codes an hour, and each way is gone twice: the page of the code ends as its link does.
        await using var context = hub.NewContext();
        foreach (var (name, file, start) in starters.Where(starter => starter.Name != "code page"))
        {
            var before = await context.Sessions.CountAsync();
            asks = true;
            var (status, body) = await start();

            // A page goes on to the page of the second step, on which this user has nothing to prove.
            var isPage = file.StartsWith("Ui/", StringComparison.Ordinal);
            Assert.That(status, isPage ? Is.EqualTo(200) : Is.InRange(400, 499), $"{name}: {body}");
            Assert.That(await context.Sessions.CountAsync(), Is.EqualTo(before), name);

            asks = false;
            (status, body) = await start();
            Assert.That(status, Is.EqualTo(200), $"{name}: {body}");
            Assert.That(await context.Sessions.CountAsync(), Is.EqualTo(before + 1), name);
        }
    }

    [Test]
    public async Task Until_the_end_of_the_grace_period_an_API_lets_users_in_and_the_pages_let_them_put_the_set_up_off()
    {
        await using var hub = await StartRequiringAsync(TimeSpan.FromDays(1));
        await using var context = hub.NewContext();
        foreach (var (name, file, start) in await new LoginStarters(hub).AllAsync())
        {
            var before = await context.Sessions.CountAsync();
            var (status, body) = await start();

            var setsUp = file.StartsWith("Ui/", StringComparison.Ordinal) && name != "passkey";
            Assert.That((status, await context.Sessions.CountAsync() - before), Is.EqualTo((200, setsUp ? 0 : 1)), $"{name}: {body}");
            Assert.That(body.Contains("handler=Skip", StringComparison.Ordinal), Is.EqualTo(setsUp), name);
        }
    }

    [Test]
    public async Task An_account_that_could_not_be_signed_in_is_not_made()
    {
        await using var hub = await StartRequiringAsync(TimeSpan.FromMinutes(5));
        var starters = await new LoginStarters(hub).AllAsync();
        hub.Time.Advance(TimeSpan.FromMinutes(5));
        await using var context = hub.NewContext();
        var before = await context.Users.CountAsync();

        await starters.Single(starter => starter.Name == "sign-up of a client account").Start();
        foreach (var byPassword in new[] { true, false })
        {
            hub.Time.Advance(TimeSpan.FromMinutes(1));
            var code = await hub.NewCodeAsync("nobody@example.com");
            var refused = byPassword
                ? await hub.Client.LoginAsync("open", "nobody@example.com", code)
                : await hub.Client.RedeemOtpAsync("nobody@example.com", code);
            Assert.That((refused.Status, refused["error_reason"]), Is.EqualTo((400, "mfa_required")), refused.ToString());
        }

        Assert.That(await context.Users.CountAsync(), Is.EqualTo(before));
    }

    private static Task<Hub> StartRequiringAsync(TimeSpan grace) => StartAsync(
        _ => { }, ("IdentityHub:SecondFactor:Required", "true"), ("IdentityHub:SecondFactor:GraceUntil", $"{FakeTime.Start + grace:O}"));

    private static Task<Hub> StartAsync(Action<IServiceCollection> services, params IEnumerable<(string Key, string Value)> settings) =>
        Hub.StartAsync(
            LoginStarters.Config, DatabaseKind.Sqlite, services,
            [("IdentityHub:Registration:Enabled", "true"), ("IdentityHub:Otp:LoginLinks", "true"), .. settings]);
}
