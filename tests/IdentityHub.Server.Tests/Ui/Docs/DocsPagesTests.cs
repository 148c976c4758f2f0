using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Ui.Docs;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Docs;

/// <summary>The pages of <c>/docs</c>: made of the endpoints that are open, and of nothing else.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[Spec("contracts/service-user-and-client-accounts.md", "OpenAPI")]
public class DocsPagesTests(DatabaseKind kind)
{
    private const string Everything =
        """
        dialects:
          hash-secret: { enabled: true }
          service-user: { enabled: true }
          client-accounts: { enabled: true }
          oauth-v2: { enabled: true }
          otp: { enabled: true }
          lsid: { enabled: true, reset_page_urls: [https://app.example.com/reset] }
          open-endpoints: { enabled: true }
        """;

    // Of the contracts and of the files of config/.
    private static readonly string[] DemoValues =
    [
        "demo-machine", "demo-web", "demo-device", "abc123", "Alice-Pass", "xxxyyy", "service_user&quot;",
        "some string value&quot;", "80491f93-1eb1-42c2-b5e1-d2e94dac5ab9", "client.com", "/alice",
    ];

    private static readonly (string, string)[] Production =
    [
        ("IdentityHub:Stage", "production"), ("IdentityHub:Passwords:Iterations", "220000"), ("IdentityHub:PlatformId", "acme"),
        ("IdentityHub:Issuer", "https://hub.test/auth"),
    ];

    [Test]
    public async Task Every_link_of_every_page_leads_to_a_page_and_each_call_stands_on_one_with_its_limit_and_its_code()
    {
        await using var hub = await Hub.StartAsync(Everything, kind, null, ("IdentityHub:Limits:CallsPerMinute", "450"));
        var browser = new Browser(hub.Client);
        var seen = new Dictionary<string, Page>();
        var ahead = new Queue<string>(["/docs"]);
        while (ahead.TryDequeue(out var path))
        {
            if (!seen.TryAdd(path, await browser.GetAsync(path)))
                continue;
            Assert.That(seen[path].Status, Is.EqualTo(200), path);
            foreach (var link in seen[path].Document.QuerySelectorAll("main a").Select(link => link.GetAttribute("href")!))
            {
                var target = link.Split('#')[0];
                if (target.StartsWith("/docs", StringComparison.Ordinal) && !target.Contains(".json", StringComparison.Ordinal))
                    ahead.Enqueue(target);
            }
        }

        var guides = Guide.All.Select(guide => $"/docs/start/{guide.Name}").ToList();
        Assert.That(seen.Keys, Is.SupersetOf(guides));
        foreach (var (path, page) in seen.Where(page => page.Key != "/docs/try/index.html"))
        {
            Assert.That(page.Answer.Body, Does.Not.Contain("{{").And.Not.Contain("style=\"").And.Not.Contain("<script"), path);
            Assert.That(
                page.Answer.Header("Content-Security-Policy"), Does.StartWith("default-src 'none'; style-src 'self'; img-src 'self'"),
                path);
        }

        foreach (var guide in guides)
            Assert.That(seen[guide].Document.QuerySelectorAll("details.code pre").Length, Is.GreaterThan(4), guide);
        var described = hub.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .SelectMany(endpoint => endpoint.Metadata.GetOrderedMetadata<EndpointDescription>()).ToList();
        foreach (var call in described)
        {
            var section = seen[$"/docs/calls/{CallSet.NameOf(call.Tag)}"].Document.GetElementById(call.Id)!;
            Assert.That(section.QuerySelectorAll("details.code").Length, Is.EqualTo(call.IsForBrowsers ? 1 : 5), call.Id);
            Assert.That(section.QuerySelector(".limit") is null, Is.EqualTo(call.Limit is null), call.Id);
        }

        Assert.That(
            seen["/docs/calls/login-sessions"].Document.QuerySelector("#getSession .limit")!.TextContent,
            Is.EqualTo(
                "Rate limit: 450 calls a minute for each credential; and 300 calls a minute for each IP address until a credential is "
                    + "proven."));
        var standard = seen["/docs/calls/oauth-2-x-and-openid-connect"].Document;
        foreach (var (id, limit) in new[]
        {
            ("keys", "Calls are not counted."),
            ("pushAuthorizationRequest",
                "Of clients with a secret, calls are not counted; wrong secrets are. Of clients without one: 1,000 in 10 minutes for each "
                    + "IP address."),
            ("authorize",
                "Calls are not counted. Requests of more than 1,500 characters are, where the user has still to sign in or to agree: 1,000 "
                    + "in 10 minutes for each IP address."),
        })
            Assert.That(standard.QuerySelector($"#{id} .limit")!.TextContent, Is.EqualTo(limit));
        Assert.That(
            standard.QuerySelector("#authorize details.code pre")!.TextContent,
            Does.Match("^location\\.assign\\('[^']+/connect/authorize\\?client_id=demo-web&.*"
                + "&state=STATE&code_challenge=CODE_CHALLENGE&code_challenge_method=S256'\\);$"));
        Assert.That(
            standard.QuerySelector("#introspect details.code pre")!.TextContent,
            Does.Contain("--data-urlencode 'client_secret=CLIENT_SECRET'").And.Not.Contain("-u '"));
        Assert.That(
            seen["/docs/calls/login-sessions"].Document.QuerySelector("#requestPasswordReset .limit")!.TextContent,
            Is.EqualTo(
                "Rate limit: 30 calls in 10 minutes for each IP address; and 5 calls an hour for each user. This deviates from the "
                    + "ordinary limit of 450 calls a minute for each credential."));
    }

    [Test]
    public async Task An_API_that_is_off_has_no_page_and_no_link()
    {
        await using var hub = await Hub.StartAsync("dialects: { hash-secret: { enabled: true } }", kind);

        var index = await hub.Client.GetAnswerAsync("/docs");

        Assert.That(
            index.Body, Does.Contain("/docs/start/hash-secret").And.Not.Contain("login-sessions").And.Not.Contain("client-accounts"));
        Assert.That((await hub.Client.GetAnswerAsync("/docs/start/hash-secret")).Status, Is.EqualTo(200));
        foreach (
            var path in new[] { "/docs/start/login-sessions", "/docs/calls/login-sessions", "/docs/start/nothing", "/docs/calls/nothing" })
        {
            var missing = await hub.Client.CallAsync("GET", path, null, null, ("Accept", "text/html"));
            Assert.That((missing.Status, missing.Body.Contains("<h1", StringComparison.Ordinal)), Is.EqualTo((404, true)), path);
        }
        var sequence = (await new Browser(hub.Client).GetAsync("/docs/start/hash-secret")).Document.QuerySelector("svg")!;
        Assert.That(
            (sequence.GetAttribute("role"), sequence.QuerySelector("title"), sequence.QuerySelector("desc")?.TextContent.Length > 100),
            Is.EqualTo(("img", sequence.FirstElementChild, true)));
    }

    [Test]
    public async Task In_production_the_pages_name_both_installations_and_the_issuer_and_have_nothing_to_try_and_nothing_of_the_demo()
    {
        await using var installation = await Installation.CreateAsync(Everything, kind);
        await ApplyAsync(installation);
        var hub = await installation.StartNodeAsync(settings: Production);

        var index = await hub.Client.GetAnswerAsync("/auth/docs");
        var start = await hub.Client.GetAnswerAsync("/auth/docs/start/client-accounts");
        var standard = await hub.Client.GetAnswerAsync("/auth/docs/start/oauth");

        Assert.That(index.Body, Does.Contain("All calls on one page").And.Not.Contain("Try the calls out"));
        foreach (var page in new[] { index, start })
            Assert.That(
                page.Body,
                Does.Contain("https://api.acme.platform.io").And.Contain("https://api.staging.acme.platform.io"));
        Assert.That(start.Body, Does.Contain("curl -X POST &#x27;https://api.acme.platform.io/v1/client/signup&#x27;"));
        Assert.That(
            standard.Body,
            Does.Contain("<code>https://hub.test/auth</code>")
                .And.Contain("curl &#x27;https://hub.test/auth/.well-known/openid-configuration&#x27;")
                .And.Contain("curl -X POST &#x27;https://hub.test/auth/connect/token&#x27;")
                .And.Not.Contain("platform.io"));
        var document = (await hub.Client.GetAnswerAsync("/auth/docs/openapi.json")).Json.GetProperty("paths");
        Assert.That(
            document.GetProperty("/connect/token").GetProperty("post").GetProperty("servers")[0].GetProperty("url").GetString(),
            Is.EqualTo("https://hub.test/auth"));
        Assert.That(document.GetProperty("/v1/login/password").GetProperty("post").TryGetProperty("servers", out _), Is.False);

        var described = hub.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .SelectMany(endpoint => endpoint.Metadata.GetOrderedMetadata<EndpointDescription>());
        string[] paths =
        [
            "/docs/openapi.json", "/docs/admin/openapi.json", .. Guide.All.Select(guide => $"/docs/start/{guide.Name}"),
            .. described.Select(call => $"/docs/calls/{CallSet.NameOf(call.Tag)}").Distinct(),
        ];
        foreach (var path in paths)
        {
            var page = await hub.Client.GetAnswerAsync("/auth" + path);
            Assert.That(page.Status, Is.EqualTo(200), path);
            foreach (var value in DemoValues)
                Assert.That(page.Body, Does.Not.Contain(value), path);
        }
    }

    // As hub config apply does it: a server of production applies nothing by itself.
    private static async Task ApplyAsync(Installation installation)
    {
        var loaded = ConfigLoader.Load(
            installation.ConfigDirectory, new ConfigContext("production", static _ => null, TimeProvider.System));
        using var key = KeyProtector.FromFile(installation.KeyFile, createIfMissing: true);
        var applied = await new ConfigApplier(installation.Database.Open(), key, new UserPasswordHasher(1000), TimeProvider.System)
            .ApplyAsync(loaded.Document!, "production", prune: false, default);
        Assert.That(applied.Refusals, Is.Empty);
    }
}
