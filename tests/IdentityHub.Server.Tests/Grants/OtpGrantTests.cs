using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Grants;

/// <summary>Codes for tokens: by the extension grant, and as a password.</summary>
[Spec("contracts/oauth-v2-and-otp.md", "POST /otp/send")]
public class OtpGrantTests(DatabaseKind kind) : HubFixture(kind, Otps.Config)
{
    [TestCase(true, "otp")]
    [TestCase(false, "sms")]
    [Spec("RFC 8176", "2")]
    public async Task A_code_is_good_once_for_tokens_of_its_user(bool byEmail, string method)
    {
        var user = await Hub.AddUserAsync(user =>
            (user.Email, user.PhoneNumber) = ($"{user.Id:N}@Example.com", $"+2783{user.Id.GetHashCode() & 0xffffff:00000000}"));
        var address = byEmail ? user.Email! : user.PhoneNumber!;
        var code = await Hub.NewCodeAsync(address);

        var tokens = await Client.RedeemOtpAsync(address, code, scope: "openid email");
        var again = await Client.RedeemOtpAsync(address, code);

        var idToken = new JsonWebToken(tokens["id_token"]);
        Assert.That(code, Does.Match("^[0-9]{6}$"));
        Assert.That(
            (idToken.Subject, idToken.GetClaim("amr").Value, tokens["scope"]), Is.EqualTo((user.Id.ToString(), method, "openid email")));
        Assert.That(tokens["refresh_token"], Is.Not.Null);
        Assert.That(
            (again.Status, again["error"], again["error_description"]),
            Is.EqualTo((400, "invalid_grant", "The one-time password is wrong or has expired.")));
    }

    [Test]
    public async Task A_code_is_a_password_at_both_token_endpoints_and_the_password_still_is_one()
    {
        var user = await Hub.AddUserAsync(user => (user.Email, user.EmailConfirmed) = ($"{user.Id:N}@example.com", true));
        var standard = await Client.LoginAsync("open", user.Email!, await Hub.NewCodeAsync(user.Email!), "openid");
        var password = await Client.LoginAsync("open", user.Email!, HubUsers.Password, "openid");
        var other = await Hub.AddUserAsync(user => user.Email = $"{user.Id:N}@example.com");
        var older = await Client.PostJsonAsync(
            "/oauth/v2/token",
            $$"""{"grant_type":"password","client_id":"open","client_secret":"open-secret","username":"{{other.Email}}","password":"{{await Hub.NewCodeAsync(other.Email!)}}"}""");

        Assert.That(new JsonWebToken(standard["id_token"]).GetClaim("amr").Value, Is.EqualTo("otp"));
        Assert.That(new JsonWebToken(password["id_token"]).GetClaim("amr").Value, Is.EqualTo("pwd"));
        Assert.That((older.Status, older["token_type"]), Is.EqualTo((200, "bearer")), older.ToString());
    }

    [Test]
    public async Task A_newer_code_kills_the_older_one_of_the_same_address_and_client_and_no_other()
    {
        await using var hub = await StartHubAsync();
        var (older, elsewhere) = (await hub.NewCodeAsync("alice@example.com"), "");
        hub.Time.Advance(TimeSpan.FromSeconds(31));
        elsewhere = await hub.NewCodeAsync("alice@example.com", "closed");
        hub.Time.Advance(TimeSpan.FromSeconds(31));
        var newer = await hub.NewCodeAsync("ALICE@example.com");

        Assert.That((await hub.Client.RedeemOtpAsync("alice@example.com", older)).Status, Is.EqualTo(older == newer ? 200 : 400));
        Assert.That((await hub.Client.RedeemOtpAsync("alice@example.com", newer)).Status, Is.EqualTo(200));
        Assert.That(elsewhere, Has.Length.EqualTo(8), "as long as the client's settings say");
        Assert.That((await hub.Client.RedeemOtpAsync("alice@example.com", elsewhere, "closed")).Status, Is.EqualTo(200));
    }

    [Test]
    [Spec("ASSURANCE", "P7")]
    public async Task P7_A_code_of_another_client_is_refused_and_its_owner_can_still_use_it()
    {
        var user = await Hub.AddUserAsync(user => user.Email = $"{user.Id:N}@example.com");
        var code = await Hub.NewCodeAsync(user.Email!);

        Assert.That((await Client.RedeemOtpAsync(user.Email!, code, "closed"))["error"], Is.EqualTo("invalid_grant"));
        Assert.That((await Client.RedeemOtpAsync(user.Email!, code)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_code_dies_with_its_time_and_after_five_wrong_tries()
    {
        await using var hub = await StartHubAsync();
        var late = await hub.NewCodeAsync("alice@example.com", "closed");
        hub.Time.Advance(TimeSpan.FromSeconds(90));
        var answer = await hub.Client.RedeemOtpAsync("alice@example.com", late, "closed");
        var code = await hub.NewCodeAsync("+27761234567");
        for (var i = 0; i < 5; i++)
            await hub.Client.RedeemOtpAsync("+27761234567", Otps.Wrong(code));

        Assert.That(answer["error"], Is.EqualTo("invalid_grant"));
        Assert.That((await hub.Client.RedeemOtpAsync("+27761234567", code))["error"], Is.EqualTo("invalid_grant"));
    }

    [TestCase("new-one@example.com", "New-One@Example.com")]
    [TestCase("02345678901234", "0234-567-8901234")]
    [Spec("ASSURANCE", "I8")]
    public async Task I8_Who_has_no_account_gets_one_when_the_code_is_first_used_with_the_address_verified(string address, string otherwise)
    {
        await using var hub = await StartHubAsync();
        var code = await hub.NewCodeAsync(address);
        Assert.That(await CountAsync(hub), Is.EqualTo(1), "not before");

        var tokens = await hub.Client.RedeemOtpAsync(otherwise, code, scope: "openid email phone");
        hub.Time.Advance(TimeSpan.FromSeconds(31));
        var again = await hub.Client.RedeemOtpAsync(address, await hub.NewCodeAsync(address), scope: "openid");

        var info = await hub.Client.GetAnswerAsync("/connect/userinfo", tokens["access_token"]);
        Assert.That(tokens.Status, Is.EqualTo(200), tokens.ToString());
        Assert.That(info["email_verified"] ?? info["phone_number_verified"], Is.EqualTo("true"), info.ToString());
        Assert.That(new JsonWebToken(again["id_token"]).Subject, Is.EqualTo(new JsonWebToken(tokens["id_token"]).Subject));
        Assert.That(await CountAsync(hub), Is.EqualTo(2), "one account");
    }

    [Test]
    public async Task Where_new_users_are_not_allowed_an_unknown_address_gets_nothing_and_becomes_nobody()
    {
        await using var hub = await StartHubAsync();
        var unknown = await hub.Client.SendOtpAsync(await hub.Client.MachineTokenAsync("closed"), """{"email":"stranger@example.com"}""");
        await hub.NewCodeAsync("alice@example.com", "closed");

        await hub.OutboxAsync(message => message.DeliveredAt is not null);
        Assert.That((unknown.Status, unknown.Body), Is.EqualTo((200, """{"data":{"email":"stranger@example.com"},"meta":[]}""")));
        Assert.That(hub.SentTo("stranger@example.com"), Is.Empty);
        var dropped = await Eventually.GetAsync(() => AuditAsync(hub, "message.dropped"), rows => rows.Count > 0);
        Assert.That(dropped, Is.EqualTo(["recipient_unknown"]));
        Assert.That(await CountAsync(hub), Is.EqualTo(1));
    }

    [Test]
    [Spec("ASSURANCE", "B2")]
    public async Task B2_A_block_of_the_user_holds_for_codes_whichever_way_they_are_presented()
    {
        await using var hub = await StartHubAsync();
        var user = await hub.AddUserAsync(user => user.Email = "blocked@example.com");
        var code = await hub.NewCodeAsync(user.Email!);
        await hub.ChangeUserAsync(user.Id, user => user.DisabledAt = FakeTime.Start);
        hub.Time.Advance(TimeSpan.FromSeconds(31));
        await hub.Client.RequestOtpAsync(user.Email!, "closed");
        await hub.OutboxAsync(message => message.DeliveredAt is not null);

        Assert.That(hub.SentTo(user.Email!), Has.Count.EqualTo(1), "nor is he sent another");
        Assert.That((await hub.Client.RedeemOtpAsync(user.Email!, code))["error"], Is.EqualTo("invalid_grant"));
        Assert.That((await hub.Client.LoginAsync("open", user.Email!, code))["error"], Is.EqualTo("invalid_grant"));
        await hub.ChangeUserAsync(user.Id, user => user.DisabledAt = null);
        Assert.That((await hub.Client.RedeemOtpAsync(user.Email!, code)).Status, Is.EqualTo(200), "the code was not burnt");
    }

    [Test]
    public async Task A_password_that_is_locked_out_does_not_lock_codes()
    {
        await using var hub = await StartHubAsync();
        for (var i = 0; i < 6; i++)
            await hub.Client.LoginAsync("open", "alice@example.com", "Wrong-Pass-1234");
        Assert.That((await hub.Client.LoginAsync("open", "alice@example.com")).Status, Is.EqualTo(400), "locked out");

        Assert.That(
            (await hub.Client.LoginAsync("open", "alice@example.com", await hub.NewCodeAsync("alice@example.com"))).Status,
            Is.EqualTo(200));
    }

    [TestCase("", "")]
    [TestCase("email", "")]
    [TestCase("", "123456")]
    [TestCase("both", "123456")]
    [TestCase("malformed", "123456")]
    public async Task A_malformed_request_is_told_so(string address, string code)
    {
        (string, string)[] parameters = address switch
        {
            "email" => [("email", "a@example.com")],
            "both" => [("email", "a@example.com"), ("phone", "+27761234567")],
            "malformed" => [("phone", "a@example.com")],
            _ => [],
        };
        var answer = await Client.TokenAsync([
            ("grant_type", "urn:identityhub:params:oauth:grant-type:otp"),
            ("client_id", "open"),
            ("client_secret", "open-secret"),
            ("otp", code),
            .. parameters
        ]);

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "invalid_request")), answer.ToString());
    }

    [Test]
    [Spec("ASSURANCE", "C8")]
    public async Task C8_A_code_stands_neither_in_the_database_nor_in_a_log()
    {
        await using var hub = await StartHubAsync();
        var code = await hub.NewCodeAsync("alice@example.com", "closed");
        await hub.Client.RedeemOtpAsync("alice@example.com", Otps.Wrong(code), "closed");
        await hub.Client.RedeemOtpAsync("alice@example.com", code, "closed");
        await using var context = hub.NewContext();
        var audit = await Eventually.GetAsync(
            () => context.AuditEvents.AsNoTracking().ToListAsync(), rows => rows.Exists(row => row.Type == "otp.requested"));
        var message = await context.OutboxMessages.SingleAsync();

        Assert.That(hub.Logs.ToString(), Does.Not.Contain(code));
        Assert.That(audit.Select(row => $"{row.Detail} {row.Reason}"), Has.None.Contains(code));
        Assert.That(System.Text.Encoding.Latin1.GetString(message.WrappedPayload), Does.Not.Contain(code).And.Not.Contain("alice"));
        Assert.That(
            (await context.OneTimePasswords.SingleAsync()).CodeHash,
            Is.Not.EqualTo(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(code))));
    }

    private static async Task<int> CountAsync(Hub hub)
    {
        await using var context = hub.NewContext();
        return await context.Users.CountAsync();
    }

    private static async Task<List<string?>> AuditAsync(Hub hub, string type)
    {
        await using var context = hub.NewContext();
        return await context.AuditEvents.Where(row => row.Type == type).Select(row => row.Reason).ToListAsync();
    }
}
