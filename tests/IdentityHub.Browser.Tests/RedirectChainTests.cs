using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Browser.Tests;

/// <summary>
/// Callbacks that redirect on: to another origin (a broker, the API of a single-page application), and on to an app. Chromium applies
/// <c>form-action</c> to every redirect that follows a form.
/// </summary>
[Spec("CSP Level 3", "6.4.1")]
public class RedirectChainTests
{
    [TestCase("chain", "")]
    [TestCase("chain", "&response_mode=form_post")]
    [TestCase("chain", "&prompt=consent")]
    public async Task A_login_ends_where_the_callback_of_the_client_leads(string clientId, string more)
    {
        await using var visit = await Visit.StartAsync();
        await visit.OpenAsync(Site.Authorize(clientId, more));
        await visit.LogInAsync(Site.Users[14]);
        if (more.Contains("consent", StringComparison.Ordinal))
            await visit.Page.ClickAsync("button[value=allow]");
        await visit.Page.WaitForURLAsync("http://second.test/end**");

        Assert.That(visit.Complaints, Is.Empty);
    }

    [Test]
    public async Task A_login_ends_in_the_app_that_the_callback_of_the_client_opens()
    {
        await using var visit = await Visit.StartAsync();
        await visit.OpenAsync(Site.Authorize("opener"));
        await visit.Page.FillAsync("#username", Site.Users[15]);
        await visit.Page.FillAsync("#password", Site.Password);

        var failed = new TaskCompletionSource<string>();
        visit.Page.RequestFailed += (_, request) => failed.TrySetResult(request.Url);
        await visit.Page.ClickAsync("form[action='/login'] button.whole");

        // No app answers here. A browser that had stopped before would not have come as far as the address of the app.
        Assert.That(await failed.Task.WaitAsync(TimeSpan.FromSeconds(20)), Is.EqualTo("com.example.app:/done"));
        Assert.That(visit.Complaints, Has.None.Contains("Content Security Policy"));
    }

    [Test]
    public async Task A_logout_ends_where_the_address_of_the_client_leads()
    {
        await using var visit = await Visit.StartAsync();
        await visit.OpenAsync("/login");
        await visit.LogInAsync(Site.Users[16]);
        await visit.OpenAsync("/connect/endsession?client_id=chain&post_logout_redirect_uri=http%3A%2F%2Fchain.test%2Fbye");
        await visit.Page.ClickAsync("form[action='/logout'] button");
        await visit.Page.WaitForURLAsync("http://second.test/end**");

        Assert.That(visit.Complaints, Is.Empty);
    }
}
