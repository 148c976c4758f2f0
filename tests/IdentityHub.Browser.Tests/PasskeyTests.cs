using System.Text.Json;
using IdentityHub.Testing;
using Microsoft.Playwright;
using NUnit.Framework;

namespace IdentityHub.Browser.Tests;

/// <summary>Passkeys in a real browser, with the authenticator that Chromium has for tests.</summary>
[Spec("WebAuthn Level 3", "7.1"), Spec("WebAuthn Level 3", "7.2")]
public class PasskeyTests
{
    private const string Button = "form[data-passkey] button";
    private static readonly Uri Issuer = new("http://localhost");

    [Test]
    public async Task A_user_adds_a_passkey_and_signs_in_by_the_button_and_by_autofill_until_it_is_removed()
    {
        await using var visit = await Visit.StartAsync(server: Issuer);
        var page = visit.Page;
        await VirtualDevice.PlugInAsync(page);
        await page.AddInitScriptAsync(
            "if (sessionStorage.getItem('offers') === 'none') PublicKeyCredential.isConditionalMediationAvailable = async () => false;");
        await visit.OpenAsync("/account/passkeys");
        await visit.LogInAsync(Site.Users[14]);
        await page.FillAsync("#name", "My laptop");
        await page.ClickAsync(Button);
        await page.WaitForSelectorAsync("[role=status]:has-text('The passkey is added.')");
        Assert.That(await page.TextContentAsync("ul.rows strong"), Is.EqualTo("My laptop"));
        await visit.LookAsync("passkeys-one");

        // The same device once more.
        await page.ClickAsync(Button);
        await page.WaitForSelectorAsync("form [role=status]:has-text('This device has a passkey for your account already.')");
        await SignOutAsync(visit);

        // In a browser that offers nothing in the field.
        await page.EvaluateAsync("() => sessionStorage.setItem('offers', 'none')");
        await visit.OpenAsync(Site.Authorize("shop"));
        await page.WaitForSelectorAsync(Button);
        await visit.LookAsync("login-with-passkey");
        await page.ClickAsync(Button);
        await page.WaitForURLAsync("http://shop.test/cb?code=**");
        await SignOutAsync(visit);
        await page.EvaluateAsync("() => sessionStorage.clear()");

        await visit.OpenAsync("/login");
        await page.WaitForURLAsync("**/account");
        await visit.OpenAsync("/account/passkeys");
        Assert.That(await page.TextContentAsync("ul.rows"), Does.Contain("Last used"));
        await page.ClickAsync("ul.rows button.danger");
        await page.WaitForSelectorAsync("[role=status]:has-text('The passkey is removed.')");
        await SignOutAsync(visit);

        await visit.OpenAsync("/login");
        await page.WaitForSelectorAsync("[role=alert]:has-text('This passkey is not known here')");
        await visit.LookAsync("login-passkey-unknown");
        Assert.That(visit.Complaints, Is.Empty);
    }

    [Test]
    public async Task A_device_that_does_not_check_who_is_there_and_a_cancelled_sign_in_are_told_in_words()
    {
        await using var visit = await Visit.StartAsync(new View(360, ColorScheme.Dark, "de"), server: Issuer);
        var page = visit.Page;
        var device = await VirtualDevice.PlugInAsync(page);
        await visit.OpenAsync("/account/passkeys");
        await visit.LogInAsync(Site.Users[15]);
        await device.SetUserVerifiedAsync(false);
        await page.ClickAsync(Button);
        const string nothing = "[role=status]:has-text('Es ist nichts geschehen')";
        await page.WaitForSelectorAsync("form " + nothing);
        await visit.LookAsync("passkeys-cancelled");
        Assert.That(await page.QuerySelectorAsync("ul.rows"), Is.Null);

        await visit.OpenAsync("/logout");
        await page.ClickAsync("form button:not([type])");
        await visit.OpenAsync("/login");
        await page.ClickAsync(Button);
        await page.WaitForSelectorAsync("form " + nothing);
        await visit.LookAsync("login-cancelled");
    }

    [Test]
    public async Task Without_scripts_and_without_passkeys_in_the_browser_the_pages_offer_the_other_ways(
        [Values] bool hasScripts)
    {
        await using var visit = await Visit.StartAsync(withScripts: hasScripts, server: Issuer);
        if (hasScripts)
            await visit.Page.AddInitScriptAsync("delete window.PublicKeyCredential;");
        await visit.OpenAsync("/account/passkeys");
        Assert.That(await visit.Page.IsVisibleAsync(Button), Is.False);
        await visit.LogInAsync(Site.Users[16]);
        Assert.That(await visit.Page.IsVisibleAsync("[data-no-passkeys]"), Is.True);
        Assert.That(await visit.Page.IsVisibleAsync(Button), Is.False);
        await visit.OpenAsync("/login/passkey");
        Assert.That(await visit.Page.IsVisibleAsync("[data-no-passkeys]"), Is.True);
        Assert.That(visit.Complaints, Is.Empty);
    }

    private static async Task SignOutAsync(Visit visit)
    {
        await visit.OpenAsync("/logout");
        await visit.Page.ClickAsync("form button:not([type])");
        await visit.Page.WaitForSelectorAsync("h1:has-text('You are signed out')");
    }

    /// <summary>CDP, domain WebAuthn: an authenticator that is built into the device.</summary>
    private sealed class VirtualDevice(ICDPSession session, string id)
    {
        public static async Task<VirtualDevice> PlugInAsync(IPage page)
        {
            var session = await page.Context.NewCDPSessionAsync(page);
            await session.SendAsync("WebAuthn.enable");
            var added = await session.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
            {
                ["options"] = new Dictionary<string, object>
                {
                    ["protocol"] = "ctap2",
                    ["transport"] = "internal",
                    ["hasResidentKey"] = true,
                    ["hasUserVerification"] = true,
                    ["isUserVerified"] = true,
                    ["automaticPresenceSimulation"] = true,
                },
            });
            return new VirtualDevice(session, added!.Value.GetProperty("authenticatorId").GetString()!);
        }

        public Task<JsonElement?> SetUserVerifiedAsync(bool isVerified) => session.SendAsync(
            "WebAuthn.setUserVerified", new Dictionary<string, object> { ["authenticatorId"] = id, ["isUserVerified"] = isVerified });
    }
}
