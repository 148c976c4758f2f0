using IdentityHub.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using NUnit.Framework;

namespace IdentityHub.Browser.Tests;

/// <summary>The one browser of a run, and the hub that it looks at, on the machine's clock: a browser judges cookies by that.</summary>
[SetUpFixture]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
public class Chromium
{
    // Nothing is called but what a test opens.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-default-apps",
        "--disable-sync", "--no-first-run",
        "--disable-features=HttpsUpgrades,OptimizationHints,MediaRouter",
    ];

    private static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private WebApplication? _elsewhere;
    private IPlaywright? _playwright;
    private Installation? _installation;

    public static IBrowser Browser { get; private set; } = null!;

    public static Hub Hub { get; private set; } = null!;

    /// <summary>Another hub with the pages' people and clients, on the machine's clock. Who starts it ends it.</summary>
    public static Task<Hub> StartHubAsync(params IReadOnlyList<(string Key, string Value)> settings) =>
        Testing.Hub.StartAsync(Site.Config, DatabaseKind.Sqlite, services => services.AddSingleton(TimeProvider.System), settings);

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var program = Programs.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("There is no Chromium: install the package 'chromium'.");
        Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        _playwright = await Playwright.CreateAsync();
        _elsewhere = await StartElsewhereAsync();
        _installation = await Installation.CreateAsync(Site.Config);
        Hub = await _installation.StartNodeAsync(
            TimeProvider.System,
            services: null,
            [("IdentityHub:Issuer", "http://localhost"), ("IdentityHub:Registration:Enabled", "true")]
        );

        // Passkeys work at the issuer's own address only.
        var rules = $"MAP *.test 127.0.0.1:{new Uri(_elsewhere.Urls.First()).Port}, MAP localhost:80 {Hub.Client.BaseAddress!.Authority}";
        Browser = await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions { ExecutablePath = program, Args = [.. Arguments, $"--host-resolver-rules={rules}"] });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (Browser is not null)
            await Browser.DisposeAsync();
        _playwright?.Dispose();
        if (_installation is not null)
            await _installation.DisposeAsync();
        if (_elsewhere is not null)
            await _elsewhere.DisposeAsync();
    }

    // The sites of all clients.
    private static async Task<WebApplication> StartElsewhereAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var elsewhere = builder.Build();
        elsewhere.Run(static http =>
        {
            // A callback that redirects on: chain.test → first.test → second.test; and one that opens an app.
            var next = http.Request.Host.Host switch
            {
                "chain.test" => "http://first.test/on",
                "first.test" => "http://second.test/end",
                "opener.test" => "com.example.app:/done",
                _ => null,
            };
            if (next is not null)
            {
                http.Response.Redirect(next);
                return Task.CompletedTask;
            }

            http.Response.ContentType = "text/html; charset=utf-8";
            return http.Response.WriteAsync(
                "<!doctype html><html lang=\"en\"><link rel=\"icon\" href=\"data:,\"><title>Elsewhere</title><h1>Elsewhere</h1></html>");
        });
        await elsewhere.StartAsync();
        return elsewhere;
    }
}
