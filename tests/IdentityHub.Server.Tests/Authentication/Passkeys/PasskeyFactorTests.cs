using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Authentication.Passkeys;

/// <summary>A passkey in the second step of a login.</summary>
[Spec("WebAuthn Level 3", "7.2")]
public class PasskeyFactorTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    private static readonly string[] Methods = ["pwd", "swk", "user", "mfa"];

    [Test]
    [Spec("RFC 8176", "2"), Spec("ASSURANCE", "R7")]
    public async Task A_user_who_is_asked_for_a_second_factor_uses_a_passkey_of_their_own_once()
    {
        var user = await Hub.AddUserAsync();
        var (owner, _) = await Hub.SignInAsync(user);
        using var passkey = await owner.NewPasskeyAsync();
        var (stranger, _) = await Hub.SignInAsync(await Hub.AddUserAsync());
        using var foreign = await stranger.NewPasskeyAsync();
        var plain = new Browser(Client);
        var alone = await plain.LogInAsync(await plain.GetAsync("/login"), user.UserName!, HubUsers.Password);
        Assert.That(alone.Path, Is.EqualTo("/account"), "a passkey alone asks for no second step");
        await Hub.SetUpAsync(user.Id);

        var browser = new Browser(Client);
        var second = await browser.PasswordAsync(user, CodeFlow.Address("web"));
        var page = await browser.GetAsync(second.Document.Links.Single(link => link.TextContent == "Use a passkey").GetAttribute("href")!);
        var address = page.Document.QuerySelector("[data-options]")!.GetAttribute("data-options")!;
        var options = (await browser.GetAsync(address)).Answer.Json;
        Assert.That(options.GetProperty("allowCredentials").GetArrayLength(), Is.EqualTo(1));
        using var wrong = passkey.Clone();
        wrong.SignsWrong = true;
        foreign.UserHandle = [];

        foreach (var proof in new[] { "", "{}", wrong.Get(options), foreign.Get(options), passkey.Get(await SignInOptionsAsync(browser)) })
        {
            var refused = await browser.SubmitAsync(page, Support.SecondFactors.Login, ("proof", proof));
            Assert.That((refused.Status, browser.Session()), Is.EqualTo((400, (string?)null)), refused.Failure());
            Assert.That(refused.Document.QuerySelector("[data-passkey]"), Is.Not.Null, "the login goes on waiting");
        }

        var signed = passkey.Get(options);
        var atFirstStep = await browser.SubmitAsync(await browser.GetAsync("/login"), PasskeyPages.Login, ("credential", signed));
        var done = await browser.SubmitAsync(page, Support.SecondFactors.Login, ("proof", signed));
        var again = await browser.SubmitAsync(page, Support.SecondFactors.Login, ("proof", signed));

        Assert.That(atFirstStep.Status, Is.EqualTo(400), "its challenge is for the second step");
        var idToken = new JsonWebToken((await Client.RedeemAsync("web", done.Sent("code")))["id_token"]);
        Assert.That(idToken.GetPayloadValue<string[]>("amr"), Is.EqualTo(Methods));
        Assert.That(idToken.GetClaim("acr").Value, Is.EqualTo("urn:identityhub:acr:3"));
        Assert.That(again.Status, Is.EqualTo(400));
        Assert.That((await new Browser(Client).GetAsync(address)).Status, Is.EqualTo(403), "in another browser");
    }

    private static async Task<System.Text.Json.JsonElement> SignInOptionsAsync(Browser browser) =>
        await browser.OptionsAsync(PasskeyPages.Login);
}
