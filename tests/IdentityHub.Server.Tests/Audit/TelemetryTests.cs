using System.Text;
using IdentityHub.Server.Tests.Dialects.LoginSessions;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Audit;

/// <summary>
/// What leaves the server by OTLP: spans and metrics of requests, of the database and of the runtime, and nothing that is secret.
/// </summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class TelemetryTests(DatabaseKind kind)
{
    private const string Config = """
        clients:
          - client_id: machine
            grant_types: [client_credentials]
            access_token_format: reference
            client_secrets: [{ value: "plain:machine-secret" }]
        """;

    private const string Source = "Microsoft.AspNetCore ";

    [TestCase(true)]
    [TestCase(false)]
    [Spec("ASSURANCE", "C8")]
    public async Task C8_No_exported_span_holds_what_is_secret_in_a_URL(bool isOn)
    {
        await using var other = await Hub.StartAsync(Lsids.Config, kind);
        var lsid = await other.Client.LsidAsync("alice");
        var telemetry = new ExportedTelemetry();
        await using var hub = await Hub.StartAsync(
            isOn ? Lsids.Config : "dialects: { lsid: { enabled: false } }", kind, telemetry.Watch, ExportedTelemetry.Endpoint);
        var targets = UrlSecrecyTests.TargetsWith(lsid).ToList();

        foreach (var target in targets)
            await RawHttp.StatusAsync(
                hub, Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));

        var spans = await Eventually.GetAsync(() => Task.FromResult(telemetry.Spans), seen => seen.Count(IsRequest) >= targets.Count);
        Assert.That(spans.Count(IsRequest), Is.GreaterThanOrEqualTo(targets.Count), "there are spans");
        Assert.That(
            spans.Where(span => span.Contains(lsid[4..], StringComparison.Ordinal) || span.Contains(Lsids.Key, StringComparison.Ordinal)),
            Is.Empty);
    }

    [Test]
    public async Task Requests_statements_and_the_runtime_are_seen()
    {
        var telemetry = new ExportedTelemetry();
        await using var hub = await Hub.StartAsync(Config, kind, telemetry.Watch, ExportedTelemetry.Endpoint);
        Dictionary<string, string> form = new()
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = "machine",
            ["client_secret"] = "machine-secret",
        };

        (await hub.Client.PostAsync(new Uri("/connect/token", UriKind.Relative), new FormUrlEncodedContent(form))
        ).EnsureSuccessStatusCode();

        var spans = await Eventually.GetAsync(() => Task.FromResult(telemetry.Spans), seen => seen.Any(IsRequest));
        var metrics = await Eventually.GetAsync(
            () => Task.FromResult(telemetry.MetricsOf(hub.Services)), seen => seen.Contains("http.server.request.duration"));
        Assert.That(spans.Where(IsRequest), Has.Some.Contains("http.route=/connect/token"));
        Assert.That(spans, Has.Some.StartsWith("IdentityHub token_request"));
        Assert.That(
            metrics,
            Does.Contain("http.server.request.duration")
                .And.Contain("dotnet.process.memory.working_set")
                .And.Contain("identityhub.tokens.issued"));
        if (kind == DatabaseKind.Postgres)
        {
            Assert.That(spans, Has.Some.StartsWith("Npgsql "));
            Assert.That(metrics, Has.Some.StartsWith("db.client."));
        }
    }

    private static bool IsRequest(string span) => span.StartsWith(Source, StringComparison.Ordinal);
}
