using System.Net;
using IdentityHub.Server.Background.Monitoring;
using IdentityHub.Server.Settings;
using IdentityHub.Storage.Outbox;
using IdentityHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Background.Monitoring;

/// <summary>
/// What Prometheus reads, on a port of its own. A meter is heard by every server of the process, so no other may run meanwhile.
/// </summary>
[NonParallelizable]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class MetricsListenerTests(DatabaseKind kind)
{
    private static readonly (string Key, string Value) On = ("IdentityHub:Metrics:Address", "http://127.0.0.1:0");

    // A little over ten days after the clock of the tests.
    private static readonly string Config =
        $$"""
        clients:
          - { client_id: app, grant_types: [client_credentials], client_secrets: [{ value: "plain:app-secret" }] }
          - client_id: soon
            grant_types: [client_credentials]
            client_secrets: [{ value: "plain:soon-secret", expires_at: "{{new FakeTime().GetUtcNow().AddDays(10):O}}" }]
          - client_id: replaced
            grant_types: [client_credentials]
            client_secrets:
              - { value: "plain:old-secret", expires_at: "{{new FakeTime().GetUtcNow().AddDays(10):O}}" }
              - { value: "plain:new-secret" }
        """;

    private Hub _hub = null!;
    private HttpClient _prometheus = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _hub = await Hub.StartAsync(Config, kind, null, On);
        _prometheus = HubClient.Create(_hub.Services.GetRequiredService<MetricsListener>().Address!);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _prometheus?.Dispose();
        await (_hub?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Test]
    public async Task Every_documented_metric_is_there()
    {
        await _hub.Client.MachineAsync("app");
        await _hub.Client.MachineAsync("app", scope: "unknown");

        var text = await ScrapeAsync(text => text.Contains("identityhub_tokens_refused_total", StringComparison.Ordinal)
            && text.Contains("identityhub_outbox_age_seconds", StringComparison.Ordinal));

        string[] names =
        [
            "identityhub_tokens_issued_total", "identityhub_tokens_refused_total", "identityhub_hashing_waiting",
            "identityhub_hashing_capacity", "identityhub_signing_keys_remaining_seconds", "identityhub_secrets_remaining_seconds",
            "identityhub_database_available", "identityhub_outbox_waiting", "identityhub_outbox_age_seconds",
            "http_server_request_duration_seconds_bucket", "dotnet_process_memory_working_set_bytes",
        ];
        Assert.Multiple(() =>
        {
            foreach (var name in names)
                Assert.That(text, Does.Match($"(?m)^{name}[{{ ]"));
        });
    }

    [Test]
    public async Task A_client_is_seen_whose_last_secret_ends_soon()
    {
        var text = await ScrapeAsync(text => text.Contains("identityhub_secrets", StringComparison.Ordinal));

        Assert.That(Value(text, "identityhub_secrets_remaining_seconds", "name=\"soon\""), Is.EqualTo(TimeSpan.FromDays(10).TotalSeconds));
        Assert.That(text, Does.Not.Contain("name=\"replaced\"").And.Not.Contain("name=\"app\""));
    }

    [Test]
    public async Task A_message_that_nothing_delivers_is_counted_with_its_age()
    {
        await using (var transaction = await _hub.Database.BeginAsync(CancellationToken.None))
        {
            var message = new OutboxMessage
            {
                Id = Guid.NewGuid(),
                Channel = "none",
                WrappedPayload = [1],
                CreatedAt = _hub.Time.GetUtcNow().AddHours(-1),
                NextAttemptAt = _hub.Time.GetUtcNow(),
            };
            await OutboxStore.InsertAsync(transaction, message, CancellationToken.None);
            await transaction.CommitAsync(CancellationToken.None);
        }

        await _hub.Services.GetRequiredService<DatabaseGauges>().MeasureAsync(CancellationToken.None);

        var text = await ScrapeAsync(text => Value(text, "identityhub_outbox_waiting") == 1);
        Assert.That(
            (Value(text, "identityhub_outbox_waiting"), Value(text, "identityhub_outbox_age_seconds")), Is.EqualTo((1d, 3600d)));
    }

    [Test]
    public async Task A_database_that_does_not_answer_is_seen()
    {
        var gauges = _hub.Services.GetRequiredService<DatabaseGauges>();
        _hub.BeforeStatement = (_, _) => throw new TimeoutException("no answer");
        await gauges.MeasureAsync(CancellationToken.None);
        _hub.BeforeStatement = null;

        var gone = await ScrapeAsync(text => Value(text, "identityhub_database_available") == 0);
        await gauges.MeasureAsync(CancellationToken.None);
        var back = await ScrapeAsync(text => Value(text, "identityhub_database_available") == 1);

        Assert.That(
            (Value(gone, "identityhub_database_available"), Value(back, "identityhub_database_available")), Is.EqualTo((0d, 1d)));
        Assert.That(gone, Does.Not.Contain("identityhub_outbox_waiting"), "what is not known is not told");
    }

    [Test]
    public async Task Neither_port_answers_what_is_meant_for_the_other()
    {
        var statuses = new List<HttpStatusCode>();
        foreach (var (client, path) in new[]
            {
                (_hub.Client, "/metrics"), (_prometheus, "/connect/token"), (_prometheus, "/"), (_prometheus, "/health/ready"),
                (_prometheus, "/metrics/x"),
            })
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
            statuses.Add(answer.StatusCode);
        }

        Assert.That(statuses, Is.All.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public void A_port_in_use_is_named()
    {
        var taken = _hub.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        var settings = new HubSettings { Metrics = new MetricsSettings { Address = taken } };
        var listener = new MetricsListener(
            _hub.Services, Options.Create(settings), NullLoggerFactory.Instance, NullLogger<MetricsListener>.Instance);

        Assert.That(
            async () => await listener.StartAsync(CancellationToken.None),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("IdentityHub:Metrics:Address").And.Message.Contains(taken));
    }

    // The exporter gives the same answer for 300 milliseconds.
    private Task<string> ScrapeAsync(Predicate<string> isRight) =>
        Eventually.GetAsync(() => _prometheus.GetStringAsync(new Uri("/metrics", UriKind.Relative)), isRight);

    private static double? Value(string text, string name, string label = "") =>
        text.Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
            .Select(line => (double?)double.Parse(line.Split("} ")[^1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture))
            .FirstOrDefault();
}
