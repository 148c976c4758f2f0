using System.Globalization;
using Microsoft.Playwright;
using NUnit.Framework;

namespace IdentityHub.Browser.Tests;

/// <summary>What the pages' own script and style do for their readers.</summary>
public class LocalTimeTests
{
    private const int HoursOfTokyo = 9;

    [Test]
    public async Task Moments_are_in_the_time_zone_of_the_browser_and_in_UTC_without_scripts()
    {
        await using var tokyo = await Visit.StartAsync(new View(1280, ColorScheme.Light, "de"), timeZone: "Asia/Tokyo");
        await using var plain = await Visit.StartAsync(new View(1280, ColorScheme.Light, "de"), withScripts: false, timeZone: "Asia/Tokyo");
        var (local, utc) = (await MomentAsync(tokyo), await MomentAsync(plain));

        Assert.Multiple(() =>
        {
            Assert.That(local.Text, Does.EndWith(local.Time.AddHours(HoursOfTokyo).ToString("HH:mm", CultureInfo.InvariantCulture)));
            Assert.That(local.Text, Does.Not.Contain("UTC"));
            Assert.That(utc.Text, Does.EndWith(utc.Time.ToString("HH:mm 'UTC'", CultureInfo.InvariantCulture)));
            Assert.That(tokyo.Complaints.Concat(plain.Complaints), Is.Empty);
        });
    }

    [Test]
    public async Task One_click_selects_the_trace_id_of_an_error()
    {
        await using var visit = await Visit.StartAsync();
        await visit.OpenAsync("/connect/authorize?client_id=nobody");
        var id = visit.Page.Locator("code.whole");
        await id.ClickAsync();

        Assert.That(
            await visit.Page.EvaluateAsync<string>("getSelection().toString()"),
            Is.EqualTo(await id.TextContentAsync()).And.Length.EqualTo(32));
    }

    private static async Task<(DateTime Time, string Text)> MomentAsync(Visit visit)
    {
        await visit.OpenAsync("/account/sessions");
        await visit.LogInAsync(Site.Users[0]);
        await visit.OpenAsync("/account/sessions");
        var moment = visit.Page.Locator("time").First;
        var time = DateTime.Parse(
            (await moment.GetAttributeAsync("datetime"))!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        return (time, (await moment.TextContentAsync())!);
    }
}
