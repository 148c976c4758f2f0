using System.Diagnostics;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Grants;

[Spec("RFC 6749", "4.3")]
public class PasswordGrantTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config = Parts.Apis + Parts.People +
        """
        clients:
          - { client_id: app, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:app-secret" }], scope: openid orders.read }
          - { client_id: asking, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:asking-secret" }], scope: openid offline_access orders.read, default_scope: orders.read }
        """;

    // Nothing; the marker of version 3 alone; one that is cut off; no known version; no base64.
    private static readonly string[] MalformedHashes = ["", "AQ==", "AQAAAAIAAYagAAAAEA==", "/w==", "not base64"];

    [TestCase("alice")]
    [TestCase(" ALICE ")]
    [TestCase("alice@example.com")]
    [TestCase("Alice@Example.COM")]
    [TestCase("+27761234567")]
    [TestCase("+27 (76) 123-45.67")]
    [TestCase("0027 76 123 4567")]
    public async Task A_user_logs_in_by_name_email_address_or_phone_number(string typed)
    {
        var answer = await Client.LoginAsync("app", typed);

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That(new JsonWebToken(answer["access_token"]).Subject, Is.EqualTo(Parts.AliceId));
    }

    [Test, Spec("RFC 9068", "2.2.1")]
    public async Task The_token_names_the_user_the_session_the_organization_and_the_time_of_the_login()
    {
        var token = new JsonWebToken((await Client.LoginAsync("app"))["access_token"]);

        Assert.Multiple(() =>
        {
            Assert.That(
                (token.Subject, token.GetClaim("client_id").Value, token.GetClaim("org_id").Value),
                Is.EqualTo((Parts.AliceId, "app", "acme")));
            Assert.That(token.GetPayloadValue<long>("auth_time"), Is.EqualTo(FakeTime.Start.ToUnixTimeSeconds()));
            Assert.That(Guid.TryParse(token.GetClaim("sid").Value, out _), Is.True);
        });
    }

    [TestCase("app", null, true, Description = "does not know offline_access: gets one whenever it may refresh")]
    [TestCase("asking", null, false, Description = "knows offline_access, and did not ask")]
    [TestCase("asking", "openid offline_access", true)]
    public async Task A_refresh_token_comes_with_the_login_when_the_client_wants_one(string clientId, string? scope, bool expected)
    {
        var answer = await Client.LoginAsync(clientId, scope: scope);

        Assert.That(answer["refresh_token"] is not null, Is.EqualTo(expected), answer.ToString());
    }

    [TestCase("username")]
    [TestCase("password")]
    public async Task A_missing_parameter_is_named(string missing)
    {
        var form = new[]
        {
            ("grant_type", "password"), ("client_id", "app"), ("client_secret", "app-secret"), ("username", "alice"), ("password", "x"),
        };

        var answer = await Client.TokenAsync([.. form.Where(field => field.Item1 != missing)]);

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "invalid_request")));
        Assert.That(answer["error_description"], Does.Contain($"'{missing}'"));
    }

    [Test]
    public async Task A_hash_of_fewer_iterations_is_replaced_at_the_login_and_signs_nobody_out()
    {
        var weak = new PasswordHasher<User>(Options.Create(new PasswordHasherOptions { IterationCount = 100 }));
        var user = await Hub.AddUserAsync(user => user.PasswordHash = weak.HashPassword(user, HubUsers.Password));
        var hasher = Hub.Services.GetRequiredService<IPasswordHasher<User>>();

        var first = await Client.LoginAsync("app", user.UserName!, HubUsers.Password);
        var after = await Hub.ReadUserAsync(user.Id);
        var second = await Client.LoginAsync("app", user.UserName!, HubUsers.Password);

        Assert.Multiple(() =>
        {
            Assert.That((first.Status, second.Status), Is.EqualTo((200, 200)));
            Assert.That(
                hasher.VerifyHashedPassword(after, after.PasswordHash!, HubUsers.Password), Is.EqualTo(PasswordVerificationResult.Success));
            Assert.That(after.PasswordHash, Is.Not.EqualTo(user.PasswordHash));
            Assert.That(after.SecurityStamp, Is.EqualTo("stamp"));
        });
    }

    [TestCase("pbkdf2_sha256$1000$saltsalt$6B40tMBt0FIkoYJ0oR/XHl2VCHTzNTLHeZnkFZzvpK8=")]
    [TestCase("{SSHA}qPVCkvSDeuvdylCIoWDF0YTJfOoBAgMEBQYHCA==")]
    [TestCase("AAABAgMEBQYHCAkKCwwNDg96T1AqBChvBIU9vMI8C5TK2Xgq3ZaZza6VeC5RGRztjQ==")]
    public async Task The_hash_of_an_older_system_lets_its_user_in_and_is_replaced_by_one_of_the_hubs_own(string hash)
    {
        const string password = "Ältere-Pässe-1";
        var user = await Hub.AddUserAsync(user => user.PasswordHash = hash);
        var wrong = await Client.LoginAsync("app", user.UserName!, "wrong");
        Assert.That((await Hub.ReadUserAsync(user.Id)).PasswordHash, Is.EqualTo(hash), "a wrong password changes nothing");
        var first = await Client.LoginAsync("app", user.UserName!, password);
        var after = await Hub.ReadUserAsync(user.Id);
        var second = await Client.LoginAsync("app", user.UserName!, password);

        Assert.That((wrong.Status, first.Status, second.Status, after.SecurityStamp), Is.EqualTo((400, 200, 200, "stamp")));
        Assert.That(
            Hub.Services.GetRequiredService<IPasswordHasher<User>>().VerifyHashedPassword(after, after.PasswordHash!, password),
            Is.EqualTo(PasswordVerificationResult.Success));
    }

    [Test]
    public async Task A_good_hash_stays_as_it_is()
    {
        var user = await Hub.AddUserAsync();

        await Client.LoginAsync("app", user.UserName!, HubUsers.Password);

        Assert.That((await Hub.ReadUserAsync(user.Id)).PasswordHash, Is.EqualTo(user.PasswordHash));
    }

    [Test, Spec("ASSURANCE", "E4")]
    public async Task A_hash_that_cannot_be_read_costs_as_much_as_one_that_can()
    {
        await using var hub = await StartHubAsync(("IdentityHub:Passwords:Iterations", "100000"));
        await TimeAsync(hub, await hub.AddUserAsync());
        var expected = await TimeAsync(hub, await hub.AddUserAsync());

        // A lower bound only: a busy machine makes both slower, and never the work of a hash shorter.
        foreach (var malformed in MalformedHashes)
        {
            var bad = await hub.AddUserAsync(user => user.PasswordHash = malformed);
            Assert.That(await TimeAsync(hub, bad), Is.GreaterThan(expected / 10), malformed);
        }
    }

    private static async Task<TimeSpan> TimeAsync(Hub hub, User user)
    {
        var watch = Stopwatch.StartNew();
        var answer = await hub.Client.LoginAsync("app", user.UserName!, "wrong");
        Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "invalid_grant")), answer.ToString());
        return watch.Elapsed;
    }
}
