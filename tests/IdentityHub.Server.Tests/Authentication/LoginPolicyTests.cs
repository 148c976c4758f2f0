using IdentityHub.Server.Authentication;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Authentication;

/// <summary>
/// The policy decides about every login: a rule that asks for a second factor is obeyed at each endpoint that starts a session.
/// </summary>
public class LoginPolicyTests
{
    private static readonly string Config = ServiceUsers.ConfigWithCodes
        .Replace(
            "clients:\n",
            """
            tenants:
              - { alias: test_abc, api_keys: [{ value: "plain:TEST_B4BYA15POHYQ284HBND1" }] }
            clients:
              - { client_id: referrals, client_secrets: [{ value: "plain:referrals-secret" }], grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"], tenant: test_abc, scope: openid }
              - { client_id: tv, token_endpoint_auth_method: none, grant_types: ["urn:ietf:params:oauth:grant-type:device_code"], scope: openid }

            """,
            StringComparison.Ordinal)
        .Replace("dialects:\n  oauth-v2", "dialects:\n  open-endpoints: { enabled: true }\n  oauth-v2", StringComparison.Ordinal);

    [Test]
    public async Task A_login_that_needs_a_second_factor_starts_no_session_at_any_endpoint()
    {
        var asks = false;
        await using var hub = await Hub.StartAsync(
            Config, DatabaseKind.Sqlite, services => services.AddSingleton<SecondFactorRule>((_, _, _) => new(asks)),
            ("IdentityHub:Registration:Enabled", "true"));
        var client = hub.Client;
        var apiToken = await client.ApiTokenAsync();
        var account = await client.AccountAsync(apiToken);
        await client.TenantUserAsync("ann", "Ann");
        var device = await hub.StartApprovedAsync("tv");
        var users = 0;
        var starters = new Dictionary<string, Func<Task<(int Status, string Body)>>>
        {
            ["password grant"] = async () => Seen(await client.LoginAsync("app")),
            ["JWT bearer grant"] = async () => Seen(await client.ExchangeAsync(hub.ReadToken("ann"))),
            ["device code grant"] = async () => Seen(await client.PollAsync(device["device_code"])),
            ["login session"] = async () => Seen(await client.AuthenticateAsync("alice", "Alice-Pass-1234")),
            ["service user"] = async () =>
                Seen(
                    await client.CallAsync(
                        HttpMethod.Post, ServiceUsers.LoginPath, """{"username":"service_user","password":"service-Pass-1234"}""")),
            ["client account"] = async () => Seen(await client.AccountLoginAsync(apiToken, account)),
            ["sign-up of a client account"] = async () =>
            {
                var user = new TestAccount(Guid.NewGuid(), $"new-{++users}@client.test", "Account-Pass-1", "");
                return Seen(await client.CallAsync(HttpMethod.Post, ServiceUsers.SignUpPath, user.SignUp(), apiToken));
            },
            ["login page"] = async () =>
            {
                var browser = new Browser(client);
                return Seen(await browser.LogInAsync(await browser.GetAsync("/login"), "alice", "Alice-Pass-1234"));
            },
            ["sign-up page"] = async () =>
            {
                var browser = new Browser(client);
                return Seen(
                    await browser.SubmitAsync(
                        await browser.GetAsync("/signup"), "/signup", ("username", $"carol-{++users}"), ("password", "some-long-password"),
                        ("repeated_password", "some-long-password")));
            },

            // The first proof of an address ends what was there before it: sessions and password.
            ["password grant with a code"] = async () =>
                Seen(await client.LoginAsync("open", "+27761234567", await CodeAsync("+27761234567"))),
            ["one-time password grant"] = async () =>
                Seen(await client.RedeemOtpAsync("alice@example.com", await CodeAsync("alice@example.com"))),
        };

        await using var context = hub.NewContext();
        foreach (var (name, start) in starters)
        {
            var before = await context.Sessions.CountAsync();
            asks = true;
            var (status, body) = await start();
            Assert.That(status, Is.InRange(400, 499), $"{name}: {body}");
            Assert.That(await context.Sessions.CountAsync(), Is.EqualTo(before), name);

            asks = false;
            (status, body) = await start();
            Assert.That(status, Is.EqualTo(200), $"{name}: {body}");
            Assert.That(await context.Sessions.CountAsync(), Is.EqualTo(before + 1), name);
        }

        // The pause between two codes has passed.
        async Task<string> CodeAsync(string address)
        {
            hub.Time.Advance(TimeSpan.FromMinutes(1));
            return await hub.NewCodeAsync(address);
        }
    }

    private static (int Status, string Body) Seen(Answer answer) => (answer.Status, answer.ToString());

    private static (int Status, string Body) Seen(Page page) => (page.Status, page.Answer.Body);
}
