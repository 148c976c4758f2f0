using IdentityHub.Protocol;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.AddressChanges;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Accounts;

/// <summary>
/// Somebody makes an account with an address that is not theirs and waits for its owner: the owner's first proof of the address leaves them
/// nothing. Every way in which an address comes to an account, and every way to prove it.
/// </summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[Spec("ASSURANCE", "L5")]
public class FirstProofTests(DatabaseKind kind)
{
    private const string Owner = "owner@victim.test";
    private const string OwnersNumber = "+27761112223";
    private const string AttackersNumber = "+27769998887";
    private const string Password = "Account-Pass-1";

    // How somebody else's address comes to the account of an attacker.
    private static readonly Dictionary<string, Func<Hub, string, Task<TestAccount>>> Origins = new()
    {
        ["sign-up"] = async (hub, api) =>
        {
            var account = new TestAccount(Guid.NewGuid(), Owner, Password, "");
            var answer = await hub.Client.CallAsync(
                HttpMethod.Post, ServiceUsers.SignUpPath, account.SignUp($",\"phone_number\":\"{OwnersNumber}\""), api);
            return account with { ClientToken = answer["client_token"]! };
        },
        ["profile change"] = async (hub, api) =>
        {
            var account = await hub.Client.AccountAsync(api);
            await hub.ChangeUserAsync(account.Id, user => user.EmailConfirmed = true);
            var changed = await hub.Client.CallAsync(
                HttpMethod.Put, account.Path, $$"""{"email":"{{Owner}}","phone_number":"{{OwnersNumber}}"}""", api, account.ClientToken);
            Assert.That(changed.Status, Is.EqualTo(200), changed.ToString());
            return account with { Email = Owner };
        },
        ["profile change beside a confirmed phone number"] = async (hub, api) =>
        {
            var account = await hub.Client.AccountAsync(api);
            await hub.ChangeUserAsync(account.Id, user => (user.PhoneNumber, user.PhoneNumberConfirmed) = (AttackersNumber, true));
            var changed = await hub.Client.CallAsync(HttpMethod.Put, account.Path, $$"""{"email":"{{Owner}}"}""", api, account.ClientToken);
            Assert.That(changed.Status, Is.EqualTo(200), changed.ToString());
            return account with { Email = Owner };
        },
        ["profile change beside a confirmed e-mail address"] = async (hub, api) =>
        {
            var account = await hub.Client.AccountAsync(api);
            await hub.ChangeUserAsync(account.Id, user => user.EmailConfirmed = true);
            var changed = await hub.Client.CallAsync(
                HttpMethod.Put, account.Path, $$"""{"phone_number":"{{OwnersNumber}}"}""", api, account.ClientToken);
            Assert.That(changed.Status, Is.EqualTo(200), changed.ToString());
            return account;
        },
        ["import without a proof"] = async (hub, api) =>
        {
            var account = await hub.Client.AccountAsync(api);
            await hub.ChangeUserAsync(account.Id, user =>
            {
                (user.Email, user.NormalizedEmail, user.EmailConfirmed) = (Owner, Owner.ToUpperInvariant(), false);
                (user.PhoneNumber, user.PhoneNumberConfirmed) = (OwnersNumber, false);
            });
            return account with { Email = Owner };
        },
    };

    // How the owner proves the address; true where they have a password of their own afterwards.
    private static readonly Dictionary<string, Func<Hub, TestAccount, Task>> Proofs = new()
    {
        ["a code at the one-time password grant"] = async (hub, _) =>
            Assert.That(
                (await hub.Client.RedeemOtpAsync(Owner, await hub.NewCodeAsync(Owner), scope: "openid email"))["access_token"],
                Is.Not.Null),
        ["a code as the password"] = async (hub, _) =>
            Assert.That((await hub.Client.LoginAsync("open", Owner, await hub.NewCodeAsync(Owner)))["access_token"], Is.Not.Null),
        ["a code at /oauth/v2/token"] = async (hub, _) =>
            Assert.That((await hub.Client.PostFormAsync(
                "/oauth/v2/token", ("grant_type", "password"), ("client_id", "open"), ("client_secret", "open-secret"), ("username", Owner),
                ("password", await hub.NewCodeAsync(Owner))))["access_token"], Is.Not.Null),
        ["a code at the login page"] = async (hub, _) =>
        {
            var browser = new Browser(hub.Client);
            var login = await browser.GetAsync(CodeFlow.Address("web"));
            var page = await browser.GetAsync(login.Document.QuerySelector("a[href^='/login/code']")!.GetAttribute("href")!);
            var before = hub.CodesTo(Owner).Count;
            var sent = await browser.SubmitAsync(page, page.FormWith("email"), ("email", Owner));
            var done = await browser.SubmitAsync(sent, sent.FormWith("code"), ("code", await hub.CodeAsync(Owner, before + 1)));
            Assert.That(done.Sent("code"), Is.Not.Null);
        },
        ["a text message"] = async (hub, _) =>
            Assert.That(
                (await hub.Client.RedeemOtpAsync(OwnersNumber, await hub.NewCodeAsync(OwnersNumber), scope: "openid email"))[
                    "access_token"
                ],
                Is.Not.Null),
        ["a reset mail"] = async (hub, account) =>
        {
            var asked = await hub.Client.AskForResetAsync(account.Id.ToString(), Owner);
            Assert.That(asked.Status, Is.LessThan(300), asked.ToString());
            Assert.That((await hub.Client.ResetAsync(await hub.ResetTokenAsync(), Owner, "Owners-Pass-1234")).Status, Is.EqualTo(200));
        },
    };

    // Only what the account has is proven.
    private static IEnumerable<object[]> Cases =>
        from origin in Origins.Keys
        from proof in Proofs.Keys
        where !origin.EndsWith("confirmed phone number", StringComparison.Ordinal) || proof != "a text message"
        where !origin.EndsWith("confirmed e-mail address", StringComparison.Ordinal) || proof == "a text message"
        select new object[] { origin, proof };

    [TestCaseSource(nameof(Cases))]
    public async Task L5_The_first_proof_of_an_address_leaves_nothing_to_whoever_had_the_account_before(string origin, string proof)
    {
        await using var hub = await Hub.StartAsync(ServiceUsers.ConfigWithCodes, kind);
        var api = await hub.Client.ApiTokenAsync();
        var account = await Origins[origin](hub, api);
        var attacker = await hub.Client.LoginAsync("app", account.Email, Password, "openid");
        Assert.That(
            (attacker["access_token"], (await UserInfoAsync(hub, attacker)).Status), Is.EqualTo((attacker["access_token"], 200)),
            attacker.ToString());

        var undo = await AddUndoAsync(hub, account.Id);

        await Proofs[proof](hub, account);

        Assert.That((await new Browser(hub.Client).GetAsync(undo)).Status, Is.EqualTo(400), "a link that undoes a change");
        Assert.That(
            (await hub.Client.LoginAsync("app", account.Email, Password, "openid"))["error"], Is.EqualTo("invalid_grant"), "the password");
        Assert.That(
            (await hub.Client.LoginAsync("app", account.Id.ToString(), Password, "openid"))["error"], Is.EqualTo("invalid_grant"),
            "the password under the user name");
        Assert.That((await UserInfoAsync(hub, attacker)).Status, Is.EqualTo(401), "the access token");
        Assert.That((await RefreshAsync(hub, attacker))["error"], Is.EqualTo("invalid_grant"), "the refresh token");
        Assert.That(
            (await hub.Client.CallAsync(HttpMethod.Put, account.Path, """{"name":{"first_name":"Mallory"}}""", api, account.ClientToken)
            ).Status,
            Is.EqualTo(401),
            "the session of the sign-up");
        await using var context = hub.NewContext();
        var user = await context.Users.AsNoTracking().SingleAsync(user => user.Id == account.Id);
        Assert.That(
            (user.Email, user.EmailConfirmed, user.PhoneNumber, user.PhoneNumberConfirmed),
            Is.EqualTo(proof == "a text message" ? ((string?)null, false, (string?)OwnersNumber, true) : (Owner, true, null, false)),
            "no other address, confirmed or not: a code that is sent there would sign in as well");
    }

    [Test]
    public async Task L5_A_later_proof_of_a_confirmed_address_changes_nothing()
    {
        await using var hub = await Hub.StartAsync(ServiceUsers.ConfigWithCodes, kind);
        var api = await hub.Client.ApiTokenAsync();
        var account = await Origins["sign-up"](hub, api);
        await Proofs["a reset mail"](hub, account);
        var login = await hub.Client.LoginAsync("app", Owner, "Owners-Pass-1234", "openid");

        await Proofs["a code at the one-time password grant"](hub, account);

        Assert.That((await UserInfoAsync(hub, login)).Status, Is.EqualTo(200));
        Assert.That((await hub.Client.LoginAsync("app", Owner, "Owners-Pass-1234", "openid"))["access_token"], Is.Not.Null);
    }

    // The attacker had a proven address, and changed it before.
    private static async Task<string> AddUndoAsync(Hub hub, Guid userId)
    {
        var token = OpaqueToken.Create(OpaqueTokenType.AddressUndo);
        await using var context = hub.NewContext();
        context.Add(new AddressChange
        {
            TokenHash = TokenHash.Of(token),
            UserId = userId,
            IsPhone = false,
            OldAddress = "mallory@attacker.test",
            OldConfirmed = true,
            CreatedAt = hub.Time.GetUtcNow(),
            ExpiresAt = hub.Time.GetUtcNow() + AddressChangeStore.UndoTime,
        });
        await context.SaveChangesAsync();
        var link = $"/account/addresses/undo?token={token}";
        Assert.That((await new Browser(hub.Client).GetAsync(link)).Status, Is.EqualTo(200));
        return link;
    }

    private static Task<Answer> UserInfoAsync(Hub hub, Answer tokens) =>
        hub.Client.GetAnswerAsync("/connect/userinfo", tokens["access_token"]);

    private static Task<Answer> RefreshAsync(Hub hub, Answer tokens) =>
        hub.Client.RefreshAsync("app", tokens["refresh_token"] ?? "none");
}
