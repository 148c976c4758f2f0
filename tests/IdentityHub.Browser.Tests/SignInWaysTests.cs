using IdentityHub.Testing;
using Microsoft.Playwright;
using NUnit.Framework;
using OtpNet;

namespace IdentityHub.Browser.Tests;

/// <summary>The ways in that begin with a mail, and the step-up of a device, in a real browser, which judges cookies by itself.</summary>
[Spec("ASSURANCE", "I4")]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
public class SignInWaysTests
{
    private static readonly View Narrow = new(320, ColorScheme.Light, "de");

    private Hub _hub = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _hub = await Chromium.StartHubAsync(
        ("IdentityHub:Registration:Enabled", "true"), ("IdentityHub:Registration:VerifiedEmail", "true"),
        ("IdentityHub:Otp:LoginLinks", "true"));

    [OneTimeTearDown]
    public async Task StopAsync() => await _hub.DisposeAsync();

    [Test]
    public async Task Somebody_makes_an_account_with_a_code()
    {
        const string Email = "new@example.com";
        await using var visit = await Visit.StartAsync(Narrow, server: _hub.Client.BaseAddress);
        await visit.OpenAsync("/signup");
        await visit.LookAsync("signup-code");
        await visit.Page.FillAsync("#email", Email);
        await visit.Page.ClickAsync("form[action*='handler=Send'] button");
        await visit.LookAsync("signup-code-sent");
        await visit.Page.FillAsync("#code", await Site.SentAsync(_hub, Email, "[0-9]{6}"));
        await visit.Page.ClickAsync("form[action='/signup/code'] button");
        await visit.LookAsync("signup-code-account");

        Assert.That(new Uri(visit.Page.Url).AbsolutePath, Is.EqualTo("/account"));
    }

    [Test]
    public async Task A_link_from_a_mail_on_another_site_signs_in_where_it_was_asked_for_and_then_a_device_takes_the_second_factor()
    {
        var email = $"{Site.Users[12]}@example.com";
        await using var visit = await Visit.StartAsync(Narrow, server: _hub.Client.BaseAddress);
        await using var other = await Visit.StartAsync(Narrow, server: _hub.Client.BaseAddress);
        await visit.OpenAsync("/login/code");
        await visit.Page.FillAsync("#email", email);
        await visit.Page.ClickAsync("form[action*='handler=Send'] button");
        var link = await Site.SentAsync(_hub, email, "/login/link[^\\s]+");
        await other.OpenAsync(link);
        await other.LookAsync("login-link");
        await other.Page.ClickAsync("form[action='/login/link'] button");
        await other.LookAsync("login-link-elsewhere");
        Assert.That(await other.Page.TextContentAsync("p.code"), Does.Match("^[0-9]{6}$"));

        // The cookie of the code is not sent with the way from another site, and is with the button.
        for (var click = 0; click < 2; click++)
        {
            await visit.OpenAsync("http://mail.test/");
            await visit.Page.EvaluateAsync("link => { location.href = link; }", new Uri(_hub.Client.BaseAddress!, link).ToString());
            await visit.Page.WaitForURLAsync(click == 0 ? "**/login/link**" : "**/account");
            if (click == 0)
                await visit.Page.ClickAsync("form[action='/login/link'] button");
            await visit.Page.WaitForURLAsync("**/account");
        }

        await other.OpenAsync(link);
        await other.LookAsync("login-link-used");
        await StepUpAsync(visit);
    }

    private async Task StepUpAsync(Visit visit)
    {
        var page = visit.Page;
        await visit.OpenAsync("/account/authenticator");
        var key = (await page.TextContentAsync("#key"))!.Replace(" ", "", StringComparison.Ordinal);
        var app = new Totp(Base32Encoding.ToBytes(key));
        await page.FillAsync("#code", CodeOf(app, 0));
        await page.ClickAsync("form[action='/account/authenticator'] button");
        var code = await Site.UserCodeAsync(_hub);
        await visit.OpenAsync($"/device?user_code={code}");
        await page.ClickAsync("form[action='/device'] button");
        await visit.LookAsync("device-second-factor");
        await page.ClickAsync(".actions a.button");
        await page.FillAsync("#password", Site.Password);
        await page.ClickAsync("form[action='/login'] button.whole");
        await page.FillAsync("#proof", CodeOf(app, 1));
        await page.ClickAsync("form[action='/login/second'] button");
        await page.WaitForURLAsync("**/device?**");
        Assert.That(await page.InputValueAsync("#user_code"), Is.EqualTo(code));
        await page.ClickAsync("form[action='/device'] button");
        await page.ClickAsync("button[value=allow]");
        Assert.That(await page.TextContentAsync("[role=status]"), Is.EqualTo("Das Gerät ist zugelassen."));
    }

    private static string CodeOf(Totp app, int step) => app.ComputeTotp(TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(30 * step));
}
