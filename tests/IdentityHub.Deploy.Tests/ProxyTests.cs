using System.Collections.Concurrent;
using System.Net;
using IdentityHub.Deploy.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Deploy.Tests;

/// <summary>The shipped configurations of nginx and HAProxy, really running over TLS before two nodes on the stage production.</summary>
[TestFixture("nginx")]
[TestFixture("haproxy")]
public class ProxyTests(string name)
{
    private const string Caller = "127.0.0.2";
    private ProductionNodes _nodes = null!;
    private Proxy _proxy = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _nodes = await ProductionNodes.StartAsync(2);
        _proxy = await Proxy.StartAsync(name, _nodes.All);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await (_proxy?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_nodes?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Test]
    [Order(1)]
    public async Task A_user_signs_in_and_the_server_knows_the_scheme_and_the_address_of_the_caller()
    {
        using var client = _proxy.Client(Caller);

        // What a caller claims about itself must not count.
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "http");
        client.DefaultRequestHeaders.Add("X-Forwarded-Host", "evil.example");
        var browser = new Browser(client);
        var page = await browser.GetAsync("/login");
        var account = await browser.SubmitAsync(
            page, page.FormWith("password"), ("user_name", "alice"), ("username", "alice"), ("password", ProductionNodes.Password));

        Assert.Multiple(() =>
        {
            Assert.That(page.Answer.Header("Strict-Transport-Security"), Does.StartWith("max-age="), "the node knows that it is https");
            Assert.That(account.Status, Is.EqualTo(200), account.Answer.ToString());
            Assert.That(account.Document.QuerySelector("input[name=password]"), Is.Null, "signed in");
            Assert.That(browser.CookieLines, Is.Not.Empty.And.All.Contains("secure").IgnoreCase);
        });
        var addresses = await Eventually.GetAsync(AddressesAsync, found => found.Count > 0);
        Assert.That(addresses.Distinct(), Is.EqualTo(new[] { Caller }));
    }

    [Test]
    [Order(2)]
    public async Task Requests_in_clear_are_sent_to_https()
    {
        using var client = _proxy.Client();

        var answer = await client.GetAnswerAsync("http://id.example.com/login");

        Assert.That((answer.Status, answer.Header("Location")), Is.EqualTo((301, "https://id.example.com/login")));
    }

    [Test]
    [Order(3)]
    public async Task The_metrics_and_a_long_authorization_request_are_answered_by_the_server()
    {
        using var client = _proxy.Client();

        var metrics = await client.GetAnswerAsync("/metrics");
        var authorize = await client.GetAnswerAsync($"/connect/authorize?client_id=unknown&state={new string('s', 20_000)}");

        Assert.That(metrics.Status, Is.EqualTo(404), "not reachable from outside");
        Assert.That(authorize.Header("Content-Security-Policy"), Is.Not.Null, $"the server itself answers: {authorize.Status}");
    }

    [Test]
    [Order(4)]
    [Spec("ASSURANCE", "F4")]
    public async Task A_node_is_stopped_under_traffic_and_no_request_fails()
    {
        var (answers, failures) = (new ConcurrentDictionary<string, int>(), new ConcurrentQueue<string>());
        using var end = new CancellationTokenSource();
        var traffic = Task.WhenAll(Enumerable.Range(0, 6).Select(i => SendAsync(i, answers, failures, end.Token)));
        await Eventually.TrueAsync(() => answers.Values.Sum() > 100, TimeSpan.FromMinutes(1), "there is traffic");

        _nodes.All[0].Terminate();
        var exitCode = await _nodes.All[0].WaitForExitAsync();
        var before = answers.Values.Sum();
        await Eventually.TrueAsync(() => answers.Values.Sum() > before + 100, TimeSpan.FromMinutes(1), "traffic goes on");
        await end.CancelAsync();
        await traffic;

        Assert.That(failures, Is.Empty);
        Assert.That(exitCode, Is.Zero, _nodes.All[0].Output);
        Assert.That(answers.Keys, Is.EquivalentTo(new[] { "GET 200", "POST 200" }));
    }

    private async Task SendAsync(
        int number, ConcurrentDictionary<string, int> answers, ConcurrentQueue<string> failures, CancellationToken end)
    {
        using var client = _proxy.Client();
        while (!end.IsCancellationRequested)
        {
            try
            {
                var answer = number % 2 == 0
                    ? await client.GetAnswerAsync("/.well-known/openid-configuration")
                    : await client.MachineAsync("machine");
                var kind = number % 2 == 0 ? "GET" : "POST";
                answers.AddOrUpdate($"{kind} {answer.Status}", 1, (_, count) => count + 1);
                if (answer.Status != (int)HttpStatusCode.OK)
                    failures.Enqueue(answer.ToString());
            }
            catch (HttpRequestException failure)
            {
                failures.Enqueue(failure.ToString());
            }
        }
    }

    private Task<List<string>> AddressesAsync() =>
        _nodes.Database.Open().Call("SELECT ip_address FROM audit_events WHERE ip_address IS NOT NULL AND endpoint LIKE '%login%'")
            .ListAsync(static row => row.Text("ip_address"), CancellationToken.None);
}
