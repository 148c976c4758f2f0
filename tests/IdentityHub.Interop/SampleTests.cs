using IdentityHub.Interop.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Interop;

/// <summary>
/// The programs of <c>deploy/samples</c> as <c>docs/web-application.md</c> shows them: browser, web application, hub and API.
/// </summary>
public class SampleTests
{
    [TestCase(DatabaseKind.Sqlite)]
    [TestCase(DatabaseKind.Postgres)]
    [Spec("OpenID Connect Back-Channel Logout", "2.5")]
    public async Task A_user_logs_in_to_the_web_application_sees_his_orders_and_is_logged_out_everywhere(DatabaseKind kind)
    {
        var port = HubProcess.FreePort();
        await using var installation = await Installation.CreateAsync(ShippedConfig(port), kind);
        var hub = await installation.StartReachableProcessAsync();
        await using var api = await SampleProcess.StartAsync("Samples.Api", "http://127.0.0.1:0", ("Hub:Authority", hub.Issuer));
        await using var web = await SampleProcess.StartAsync(
            "Samples.Web",
            $"http://localhost:{port}",
            ("Hub:Authority", hub.Issuer),
            ("Hub:Orders", new Uri(api.Client.BaseAddress!, "/orders").ToString()));
        using var browser = new RoamingBrowser();

        var home = await browser.OpenAsync($"http://localhost:{port}/");
        var consent = await browser.LogInAsync(await browser.FollowAsync(home, "/login"));
        Assert.That(consent.Address.AbsolutePath, Is.EqualTo("/consent"), consent.ToString());
        var welcome = await browser.SubmitAsync(consent, consent.FormWith("ticket")!, button: "allow");
        Assert.That(welcome.Text, Does.Contain("Hello, Alice Archer"), welcome.ToString());

        var orders = await browser.FollowAsync(welcome, "/orders");
        Assert.That(orders.Text, Does.Contain(InteropConfig.AliceId).And.Contain("A table"), orders.ToString());

        // A code was redeemed; then the access token was stale, and refreshed without the user.
        var requests = await Eventually.GetAsync(() => Task.FromResult(TokenRequests(web.Output)), count => count == 2);
        Assert.That(requests, Is.EqualTo(2), web.Output);

        // What somebody has copied before the logout.
        using var thief = browser.Clone();
        Assert.That((await thief.OpenAsync(welcome.Address.ToString())).Text, Does.Contain("Hello"));

        var goodbye = await browser.SubmitAsync(welcome, welcome.Document.Forms.Single());
        Assert.That((goodbye.Address.ToString(), goodbye.Text), Is.EqualTo(($"http://localhost:{port}/", home.Text)), goodbye.ToString());

        var stolen = await Eventually.GetAsync(
            () => thief.OpenAsync(welcome.Address.ToString()), page => !page.Text.Contains("Hello", StringComparison.Ordinal));
        Assert.That(stolen.Text, Is.EqualTo(home.Text), "the hub has told the application");
        Assert.That(
            (await browser.FollowAsync(goodbye, "/login")).FormWith("password"), Is.Not.Null, "the hub has logged the user out too");
    }

    // As it is shipped, but for the port of the web application and its access tokens, which are stale as soon as they are there.
    private static string ShippedConfig(int port)
    {
        var files = Directory
            .GetFiles(Path.Combine(AppContext.BaseDirectory, "config"), "*.yaml")
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllText);
        return string.Join('\n', files)
            .Replace("http://localhost:5090/", $"http://localhost:{port}/", StringComparison.Ordinal)
            .Replace(
                "    client_name: Demo web application\n", "    client_name: Demo web application\n    access_token_lifetime: 20s\n",
                StringComparison.Ordinal);
    }

    private static int TokenRequests(string output) =>
        output
            .Split('\n')
            .Count(line =>
                line.Contains("Sending HTTP request POST", StringComparison.Ordinal)
                && line.Contains("/connect/token", StringComparison.Ordinal));
}
