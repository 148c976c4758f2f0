using System.Diagnostics;
using System.Text.Json;
using IdentityHub.Storage.Audit;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Audit;

/// <summary><c>hub audit</c> on rows that are there, and on rows that come.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
public class AuditCommandTests(DatabaseKind kind)
{
    private static readonly DateTimeOffset At = new(2026, 11, 29, 12, 0, 0, 123, TimeSpan.Zero);
    private static readonly Guid Trace = Guid.Parse("019ab3c1-7d5e-4c8f-9a51-3f3a9f1f0c11");

    private readonly HubShell _hub = new();
    private TestDatabase _database = null!;

    [OneTimeSetUp]
    public async Task FillAsync()
    {
        _database = await TestDatabase.CreateAsync(kind);
        await _database.Open().WriteAuditAsync(
            [
                Row(At, "request.refused", "client_secret_wrong", Trace, "wrong client secret"),
                Row(At.AddSeconds(1), "token.issued", null, Guid.Parse("019ab3c1-7d5e-4c8f-9a51-3f3a9f1f0c12"), null),
            ],
            CancellationToken.None);
        _hub.With("ConnectionStrings__IdentityHub", _database.ConnectionString).With("COLUMNS", "200");
    }

    [OneTimeTearDown]
    public async Task RemoveAsync()
    {
        _hub.Dispose();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task Rows_are_shown_newest_first()
    {
        var shown = await _hub.RunAsync("audit", "query");

        Assert.That((shown.ExitCode, shown.Error), Is.EqualTo((0, "")));
        Assert.That(
            shown.Output.Split('\n'),
            Is.EqualTo(
            [
                "2026-11-29T12:00:01.123Z  token.issued  connect/token  grant=client_credentials  client=web  from=192.0.2.1  "
                    + "trace=019ab3c17d5e4c8f9a513f3a9f1f0c12",
                "2026-11-29T12:00:00.123Z  request.refused  client_secret_wrong  connect/token  grant=client_credentials  client=web  "
                    + "from=192.0.2.1  trace=019ab3c17d5e4c8f9a513f3a9f1f0c11  wrong client secret",
            ]));
    }

    [Test]
    public async Task Each_row_is_a_line_of_JSON()
    {
        var shown = await _hub.RunAsync("audit", "query", "--reason", "client_secret_wrong", "--json");

        using var row = JsonDocument.Parse(shown.Output);
        Assert.That(shown.Output, Does.Not.Contain("\n"));
        Assert.That(row.RootElement.GetProperty("trace_id").GetString(), Is.EqualTo("019ab3c17d5e4c8f9a513f3a9f1f0c11"));
        Assert.That(row.RootElement.GetProperty("at").GetDateTimeOffset(), Is.EqualTo(At));
        Assert.That(row.RootElement.GetProperty("detail").GetString(), Is.EqualTo("wrong client secret"));
    }

    [TestCase("--outcome", "refused", 1)]
    [TestCase("--outcome", "done", 1)]
    [TestCase("--event", "token.issued", 1)]
    [TestCase("--endpoint", "/connect/token", 2)]
    [TestCase("--client", "another", 0)]
    [TestCase("--user", "11111111-1111-4111-8111-111111111111", 0)]
    [TestCase("--trace", "00-019ab3c17d5e4c8f9a513f3a9f1f0c11-00f067aa0ba902b7-01", 1)]
    [TestCase("--from", "2026-11-29T12:00:01", 1)]
    [TestCase("--to", "2026-11-29", 0)]
    [TestCase("--limit", "1", 1)]
    public async Task A_condition_chooses(string option, string value, int count)
    {
        var shown = await _hub.RunAsync("audit", "query", "--json", option, value);

        Assert.That((shown.ExitCode, shown.Error), Is.EqualTo((0, "")));
        Assert.That(shown.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(count));
    }

    [TestCase(
        2, "--from", "yesterday",
        "--from is 'yesterday': it must be a time like 2026-11-29T14:00 (UTC), a date like 2026-11-29, or so long ago: 30m, 2h, 7d.")]
    [TestCase(2, "--trace", "1234", "--trace is '1234': it must be 32 hexadecimal digits")]
    [TestCase(2, "--outcome", "bad", "bad")]
    [TestCase(1, "--user", "nobody", "There is no user with this name, e-mail address, phone number or id.")]
    [TestCase(1, "--limit", "0", "--limit is 0: it must be 1 to 1000000.")]
    public async Task What_cannot_be_meant_is_refused(int exitCode, string option, string value, string said)
    {
        var refused = await _hub.RunAsync("audit", "query", option, value);

        Assert.That((refused.ExitCode, refused.Output.Contains("at IdentityHub", StringComparison.Ordinal)), Is.EqualTo((exitCode, false)));
        Assert.That(refused.Error, Does.Contain(said));
    }

    [TestCase("INT")]
    [TestCase("TERM")]
    public async Task Following_shows_what_comes_and_ends_with_0_when_it_is_interrupted(string signal)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        using var hub = new HubShell().With("ConnectionStrings__IdentityHub", database.ConnectionString);
        await database
            .Open()
            .WriteAuditAsync([Row(TimeProvider.System.GetUtcNow(), "token.issued", null, Trace, null)], CancellationToken.None);
        using var tail = hub.Start("audit", "tail", "--follow", "--json");
        var first = await tail.StandardOutput.ReadLineAsync();

        // As a node whose batch had to wait writes it.
        await database
            .Open()
            .WriteAuditAsync(
                [Row(TimeProvider.System.GetUtcNow().AddSeconds(-3), "request.refused", "code_used", Guid.NewGuid(), null)],
                CancellationToken.None);
        var second = await tail.StandardOutput.ReadLineAsync();
        using var interrupt = Process.Start("kill", [$"-{signal}", $"{tail.Id}"]);
        await tail.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.That(first, Does.Contain("token.issued"));
        Assert.That(second, Does.Contain("code_used"));
        Assert.That(
            (tail.ExitCode, await tail.StandardOutput.ReadToEndAsync(), await tail.StandardError.ReadToEndAsync()),
            Is.EqualTo((0, "", "")));
    }

    private static AuditEvent Row(DateTimeOffset at, string type, string? reason, Guid trace, string? detail) => new()
    {
        TraceId = trace,
        Id = Guid.CreateVersion7(at),
        At = at,
        Type = type,
        Endpoint = "connect/token",
        GrantType = "client_credentials",
        ClientId = "web",
        Reason = reason,
        Detail = detail,
        IpAddress = "192.0.2.1",
    };
}
