using System.Text.Json;
using System.Text.RegularExpressions;
using IdentityHub.Deploy.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;
using YamlDotNet.RepresentationModel;

namespace IdentityHub.Deploy.Tests;

/// <summary>The alert rules hold, and rules and dashboard ask for metrics that the server has.</summary>
public partial class PrometheusTests
{
    private const string Rules = "prometheus/identityhub.rules.yml";
    private const string Dashboard = "grafana/identityhub.json";

    // Metrics of the frameworks, as they are called by Prometheus, with an event that an idle server does not have.
    private static readonly string[] Functions =
    [
        "sum", "rate", "increase", "max", "min", "abs", "by", "and", "histogram_quantile", "topk", "label_values", "le",
    ];

    [Test]
    public async Task Promtool_accepts_the_rules()
    {
        var (exitCode, output) = await Tool.RunAsync("promtool", "check", "rules", Tool.Deploy(Rules));
        Assert.That(exitCode, Is.Zero, output);
    }

    [Test]
    public async Task Each_alert_fires_when_it_must_and_not_before()
    {
        var (exitCode, output) = await Tool.RunAsync("promtool", "test", "rules", Tool.Deploy("prometheus/identityhub.rules.test.yml"));
        Assert.That(exitCode, Is.Zero, output);
    }

    [Test]
    public async Task Every_alert_is_tried_by_a_rule_test_and_explained()
    {
        var alerts = AlertName().Matches(await File.ReadAllTextAsync(Tool.Deploy(Rules))).Select(match => match.Groups[1].Value).ToList();
        var tested = await File.ReadAllTextAsync(Tool.Deploy("prometheus/identityhub.rules.test.yml"));

        Assert.That(alerts, Has.Count.AtLeast(10));
        Assert.That(alerts.Where(alert => !tested.Contains($"alertname: {alert}", StringComparison.Ordinal)), Is.Empty, "without a test");
    }

    [Test]
    public async Task Promtool_accepts_the_configuration()
    {
        var (exitCode, output) = await Tool.RunAsync("promtool", "check", "config", Tool.Deploy("prometheus/prometheus.yml"));
        Assert.That(exitCode, Is.Zero, output);
    }

    [Test]
    public async Task Rules_and_dashboard_name_metrics_that_a_server_has()
    {
        await using var installation = await Installation.CreateAsync(
            """
            clients:
              - { client_id: app, grant_types: [client_credentials], client_secrets: [{ value: "plain:app-secret" }] }
            """,
            DatabaseKind.Postgres);
        var port = HubProcess.FreePort();
        var node = await installation.StartProcessAsync(("IdentityHub:Metrics:Address", $"http://127.0.0.1:{port}"));
        await node.Client.MachineAsync("app");
        using var prometheus = HubClient.Create(new Uri($"http://127.0.0.1:{port}"));
        var scraped = await Eventually.GetAsync(
            () => prometheus.GetStringAsync(new Uri("/metrics", UriKind.Relative)),
            text => text.Contains("identityhub_outbox_age", StringComparison.Ordinal)
                && text.Contains("http_server_request_duration", StringComparison.Ordinal));

        // What the server counts has no value before it happens first: its name comes from the source.
        var known = SeriesName().Matches(scraped).Select(match => match.Groups[1].Value).Concat(InstrumentsOfTheSource()).ToHashSet();
        var asked = Expressions().SelectMany(NamesIn).Distinct().ToList();

        Assert.That(asked, Has.Count.AtLeast(20));
        Assert.That(asked.Where(name => name != "up" && !known.Contains(name)), Is.Empty);
    }

    private static IEnumerable<string> Expressions()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Tool.Deploy(Dashboard)));
        foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
        {
            if (!panel.TryGetProperty("targets", out var targets))
                continue;
            foreach (var target in targets.EnumerateArray())
                yield return target.GetProperty("expr").GetString()!;
        }

        using var reader = new StreamReader(Tool.Deploy(Rules));
        var yaml = new YamlStream();
        yaml.Load(reader);
        foreach (var rule in yaml.Documents[0].AllNodes.OfType<YamlMappingNode>().Where(node => node.Children.ContainsKey("alert")))
            yield return ((YamlScalarNode)rule["expr"]).Value!;
    }

    // Without labels, ranges and groupings what is left are functions and metrics.
    private static IEnumerable<string> NamesIn(string expression) =>
        Word()
            .Matches(Groupings().Replace(Braces().Replace(expression, " "), " "))
            .Select(match => match.Value)
            .Except(Functions);

    private static IEnumerable<string> InstrumentsOfTheSource()
    {
        var sources = Directory.GetFiles(SourceTree.PathOf("src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText);
        return sources.SelectMany(text => Counter().Matches(text).Select(match => NameOf(match.Groups[1].Value, "", "_total"))
            .Concat(Gauge().Matches(text).Select(match => NameOf(match.Groups[1].Value, match.Groups[2].Value, ""))));
    }

    private static string NameOf(string instrument, string unit, string kind) =>
        $"identityhub_{instrument.Replace('.', '_')}{(unit == "s" ? "_seconds" : "")}{kind}";

    [GeneratedRegex(@"(?m)^([a-z_]+)[{ ]")]
    private static partial Regex SeriesName();

    [GeneratedRegex(@"alert: (\w+)")]
    private static partial Regex AlertName();

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]")]
    private static partial Regex Braces();

    [GeneratedRegex(@"\bby \([^)]*\)")]
    private static partial Regex Groupings();

    [GeneratedRegex("[a-z_]{2,}")]
    private static partial Regex Word();

    [GeneratedRegex("""CreateCounter<long>\(\s*"identityhub\.([a-z_.]+)""")]
    private static partial Regex Counter();

    [GeneratedRegex("""(?:Observe\(|CreateObservableGauge\()\s*"(?:identityhub\.)?([a-z_.]+)",\s*(?:\w+,\s*)?"([^"]*)""")]
    private static partial Regex Gauge();
}
