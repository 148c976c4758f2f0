using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Settings;

/// <summary>What is believed of proxies, and what browsers are told of https.</summary>
public class TrustedProxiesTests
{
    private const string Header = "Strict-Transport-Security";
    private static readonly (string, string)[] Staging = [("IdentityHub:Stage", "staging"), ("IdentityHub:Passwords:Iterations", "220000")];

    [TestCase("/.well-known/openid-configuration")]
    [TestCase("/login")]
    [TestCase("/nowhere")]
    public async Task Answers_over_https_tell_browsers_to_stay_there(string path)
    {
        await using var hub = await StartAsync(("IdentityHub:TrustedProxies", "127.0.0.1"));

        Assert.That((await GetAsync(hub, path, "hub.test", "https"))[Header], Is.EqualTo("max-age=31536000"));
        Assert.That((await GetAsync(hub, path, "hub.test", "http"))[Header], Is.Empty, "RFC 6797 §7.2");
        Assert.That(
            (await GetAsync(hub, path, "localhost:5080", "https"))[Header], Is.Empty,
            "other programs of this machine listen there by http");
        Assert.That(hub.Logs.ToString(), Does.Not.Contain("X-Forwarded-For"));
    }

    [TestCase("00:00:00", "max-age=0")]
    [TestCase("30.00:00:00", "max-age=2592000")]
    public async Task The_time_is_a_setting(string maxAge, string header)
    {
        await using var hub = await StartAsync(("IdentityHub:TrustedProxies", "127.0.0.1"), ("IdentityHub:Hsts:MaxAge", maxAge));

        Assert.That((await GetAsync(hub, "/health/live", "hub.test", "https"))[Header], Is.EqualTo(header));
    }

    [Test]
    public async Task Development_and_strangers_who_say_https_get_none()
    {
        await using var development = await Hub.StartAsync("", DatabaseKind.Sqlite, null, ("IdentityHub:TrustedProxies", "127.0.0.1"));
        await using var hub = await StartAsync(("IdentityHub:TrustedProxies", "192.0.2.1"));

        Assert.That((await GetAsync(development, "/health/live", "hub.test", "https"))[Header], Is.Empty);
        Assert.That((await GetAsync(hub, "/health/live", "hub.test", "https"))[Header], Is.Empty);
    }

    [Test]
    public async Task A_server_says_where_it_listens_outside_Development_too()
    {
        await using var hub = await StartAsync();

        Assert.That(
            hub.Logs.ToString(),
            Does.Match(@"The server listens on http://127\.0\.0\.1:\d+\. Its issuer is https://hub\.test, its stage staging\.")
        );
    }

    [TestCase("")]
    [TestCase("192.0.2.1")]
    public async Task A_proxy_that_is_not_trusted_is_warned_of_once(string trusted)
    {
        await using var hub = await Hub.StartAsync("", DatabaseKind.Sqlite, null, ("IdentityHub:TrustedProxies", trusted));
        await GetAsync(hub, "/health/live", "hub.test", null);
        Assert.That(Warnings(hub), Is.Zero, "nobody has sent the header yet");

        for (var i = 0; i < 3; i++)
            await GetAsync(hub, "/health/live", "hub.test", "https");

        Assert.That(Warnings(hub), Is.EqualTo(1));
        Assert.That(
            hub.Logs.ToString(),
            Does.Contain("X-Forwarded-For came from 127.0.0.1, which IdentityHub:TrustedProxies does not name")
                .And.Not.Contain("198.51.100.1"));
    }

    [Test]
    public async Task A_trusted_proxy_that_does_not_say_that_it_was_reached_over_https_is_warned_of_once()
    {
        await using var hub = await StartAsync(("IdentityHub:TrustedProxies", "127.0.0.1"));
        await GetAsync(hub, "/health/live", "hub.test", "https");
        await GetAsync(hub, "/health/live", "hub.test", "http");
        await GetAsync(hub, "/health/live", "hub.test", null);
        Assert.That(Warnings(), Is.Zero, "a proxy that says it, and a probe that comes through none");

        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live") { Headers = { Host = "hub.test" } };
            request.Headers.Add("X-Forwarded-For", "198.51.100.1");
            using var answer = await hub.Client.SendAsync(request);
        }

        Assert.That(Warnings(), Is.EqualTo(1));
        Assert.That(hub.Logs.ToString(), Does.Match(@"The proxy 127\.0\.0\.1(:\d+)?, which IdentityHub:TrustedProxies names"));

        int Warnings() =>
            hub.Logs.Records.Count(record => record.Contains("sends no X-Forwarded-Proto", StringComparison.Ordinal));
    }

    [TestCase("X-Forwarded-For")]
    [TestCase("X-Forwarded-Host")]
    [TestCase("X-Forwarded-Prefix")]
    [TestCase("X-Forwarded-Proto")]
    public async Task A_header_of_a_proxy_that_takes_long_to_read_is_refused(string header)
    {
        await using var hub = await StartAsync(("IdentityHub:TrustedProxies", "127.0.0.1"));

        Assert.That(await AnswerAsync(new string(',', 4096)), Is.EqualTo((200, "")));
        Assert.That(await AnswerAsync(new string(',', 4097)), Is.EqualTo((431, $"The header {header} is longer than 4096 characters.")));

        async Task<(int, string)> AnswerAsync(string value)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live");
            request.Headers.TryAddWithoutValidation(header, value);
            using var answer = await hub.Client.SendAsync(request);
            return ((int)answer.StatusCode, answer.IsSuccessStatusCode ? "" : await answer.Content.ReadAsStringAsync());
        }
    }

    private static int Warnings(Hub hub) =>
        hub.Logs.Records.Count(record => record.Contains("X-Forwarded-For came from", StringComparison.Ordinal));

    private static async Task<Hub> StartAsync(params (string, string)[] more) =>
        await Hub.StartAsync("", DatabaseKind.Sqlite, null, [.. Staging, .. more]);

    private static async Task<Dictionary<string, string>> GetAsync(Hub hub, string path, string host, string? proto)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };
        if (proto is not null)
        {
            request.Headers.Add("X-Forwarded-For", "198.51.100.1");
            request.Headers.Add("X-Forwarded-Proto", proto);
        }

        using var answer = await hub.Client.SendAsync(request);
        return new() { [Header] = answer.Headers.TryGetValues(Header, out var values) ? string.Join(',', values) : "" };
    }
}
