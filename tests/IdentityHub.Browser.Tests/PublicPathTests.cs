using Microsoft.Playwright;
using NUnit.Framework;

namespace IdentityHub.Browser.Tests;

/// <summary>An issuer with a path, in a browser: links, forms, style sheets and cookies.</summary>
public sealed class PublicPathTests
{
    [Test]
    public async Task The_code_flow_works_below_a_path()
    {
        await using var hub = await Chromium.StartHubAsync(("IdentityHub:Issuer", "http://localhost/auth"));
        await using var visit = await Visit.StartAsync(new View(1280, ColorScheme.Light, "en"), server: hub.Client.BaseAddress);
        await visit.OpenAsync("/auth" + Site.Authorize("asking", "&prompt=consent"));
        await visit.LookAsync("path-login");
        await visit.LogInAsync(Site.Users[0]);
        await visit.LookAsync("path-consent");
        await visit.Page.ClickAsync("button[value=allow]");
        Assert.That(visit.Page.Url, Does.StartWith("http://asking.test/cb?code=").And.Contain("iss=http%3A%2F%2Flocalhost%2Fauth"));

        await visit.OpenAsync("/auth/account");
        foreach (var (link, name) in new[]
            {
                ("sessions", "path-sessions"), ("applications", "path-applications"), ("password", "path-password"),
            })
        {
            await visit.Page.ClickAsync($"nav a[href='/auth/account/{link}']");
            await visit.LookAsync(name);
        }

        Assert.That(
            (await visit.Page.Context.CookiesAsync([$"{hub.Client.BaseAddress}auth/account"])).Select(cookie => cookie.Path),
            Is.Not.Empty.And.All.EqualTo("/auth"));
        Assert.That(
            await visit.Page.Context.CookiesAsync([hub.Client.BaseAddress!.ToString()]), Is.Empty, "the rest of the host gets none");
        await visit.OpenAsync("/auth/");
        await visit.LookAsync("path-home");
        await visit.Page.ClickAsync("a[href='/auth/account']");
        await visit.Page.ClickAsync("a[href='/auth/logout']");
        await visit.Page.ClickAsync("form button:not([type])");
        await visit.LookAsync("path-logout-done");
        await visit.OpenAsync("/auth/account");
        Assert.That(visit.Page.Url, Does.Contain("/auth/login?ticket="));
        Assert.That(visit.Complaints, Is.Empty);
    }
}
