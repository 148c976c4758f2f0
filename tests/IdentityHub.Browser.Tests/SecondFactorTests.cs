using IdentityHub.Testing;
using Microsoft.Playwright;
using NUnit.Framework;
using OtpNet;

namespace IdentityHub.Browser.Tests;

/// <summary>The pages of the second factor in a real browser, narrow and wide: set up an app, and sign in with it.</summary>
[Spec("ASSURANCE", "I4")]
public class SecondFactorTests
{
    private const string Enrolment = "form[action='/account/authenticator']";
    private const string Second = "form[action='/login/second']";

    private static readonly View[] Views = [new(360, ColorScheme.Light, "de"), new(1280, ColorScheme.Dark, "en")];

    [TestCaseSource(nameof(Views))]
    public async Task A_user_sets_up_an_app_and_signs_in_with_it_and_with_a_recovery_code(View view)
    {
        var user = Site.Users[17 + Array.IndexOf(Views, view)];
        await using var visit = await Visit.StartAsync(view);
        await visit.OpenAsync("/account/authenticator");
        await visit.LogInAsync(user);
        await visit.LookAsync("authenticator");
        await visit.Page.FillAsync("#code", "abc");
        await visit.Page.ClickAsync($"{Enrolment} button");
        await visit.LookAsync("authenticator-refused");
        var key = (await visit.Page.TextContentAsync("#key"))!.Replace(" ", "", StringComparison.Ordinal);
        var app = new Totp(Base32Encoding.ToBytes(key));

        await visit.Page.FillAsync("#code", CodeOf(app, 0));
        await visit.Page.ClickAsync($"{Enrolment} button");
        await visit.LookAsync("recovery-codes");
        var codes = await visit.Page.Locator("ol.codes code").AllTextContentsAsync();
        Assert.That(codes, Has.Count.EqualTo(10));
        await AssertOnlyTheCodesArePrintedAsync(visit, user);
        await visit.OpenAsync("/account/authenticator");
        await visit.LookAsync("authenticator-login-again");

        await using var later = await Visit.StartAsync(view);
        await later.OpenAsync(Site.Authorize("shop"));
        await later.LogInAsync(user);
        await later.LookAsync("second");
        await later.Page.FillAsync("#proof", "000000 0");
        await later.Page.ClickAsync($"{Second} button");
        await later.LookAsync("second-refused");
        await later.Page.ClickAsync("a[href*='factor=recovery']");
        await later.LookAsync("second-recovery");
        await later.Page.FillAsync("#proof", codes[0]);
        await later.Page.ClickAsync($"{Second} button");
        Assert.That(later.Page.Url, Does.StartWith("http://shop.test/cb?code="));
        await later.OpenAsync("/account/authenticator");
        await later.LookAsync("authenticator-set-up");

        // The code of the next step: the one of now was used up when the app was set up.
        await using var again = await Visit.StartAsync(view);
        await again.OpenAsync("/login/second?login=nonsense");
        await again.LookAsync("second-lapsed");
        await again.OpenAsync("/login");
        await again.LogInAsync(user);
        await again.Page.FillAsync("#proof", CodeOf(app, 1));
        await again.Page.ClickAsync($"{Second} button");
        Assert.That(new Uri(again.Page.Url).AbsolutePath, Is.EqualTo("/account"));
    }

    [TestCaseSource(nameof(Views))]
    public async Task A_user_of_a_client_that_requires_a_second_factor_sets_one_up_on_the_way_there(View view)
    {
        await using var visit = await Visit.StartAsync(view);
        await visit.OpenAsync(Site.Authorize("strict"));
        var user = Site.Users[5 + Array.IndexOf(Views, view)];
        await visit.LogInAsync(user);
        await visit.LookAsync("enrol");
        var key = (await visit.Page.TextContentAsync("#key"))!.Replace(" ", "", StringComparison.Ordinal);
        await visit.Page.FillAsync("#code", CodeOf(new Totp(Base32Encoding.ToBytes(key)), 0));
        await visit.Page.ClickAsync("form[action='/login/enrol'] button");
        await visit.LookAsync("enrol-done");
        await AssertOnlyTheCodesArePrintedAsync(visit, user);
        await visit.Page.ClickAsync("main a.button");
        Assert.That(visit.Page.Url, Does.StartWith("http://strict.test/cb?code="));
    }

    // The heading, what the codes are for, the codes, and whose they are.
    private static async Task AssertOnlyTheCodesArePrintedAsync(Visit visit, string user)
    {
        var codes = await visit.Page.Locator("ol.codes code").AllTextContentsAsync();
        await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        var paper = (await visit.Page.InnerTextAsync("body"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Screen });

        Assert.That(paper, Has.Length.EqualTo(2 + codes.Count + 1), string.Join('\n', paper.Except(codes)));
        Assert.That(paper[2..^1], Is.EqualTo(codes));
        Assert.That(paper[^1], Does.Contain(user));
    }

    private static string CodeOf(Totp app, int step) => app.ComputeTotp(TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(30 * step));
}
