using System.Text.Json;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage;
using IdentityHub.Storage.Audit;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Explain;

/// <summary><c>hub explain</c> on an audit trail that is always the same.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
public class ExplainTests(DatabaseKind kind)
{
    private static readonly DateTimeOffset At = new(2026, 11, 29, 12, 0, 0, 123, TimeSpan.Zero);
    private static readonly Guid Alice = Guid.Parse("11111111-1111-4111-8111-111111111111");

    private readonly HubShell _hub = new();
    private TestDatabase _database = null!;

    [OneTimeSetUp]
    public async Task FillAsync()
    {
        _database = await TestDatabase.CreateAsync(kind);
        await using (var context = new HubDbContext(HubDbContext.OptionsWithoutHost(_database.Open())))
        {
            context.Users.Add(new User { Id = Alice, UserName = "alice", NormalizedUserName = NameNormalizer.Normalize("alice") });
            await context.SaveChangesAsync();
        }

        await _database.Open().WriteAuditAsync(
            [
                Row(TraceOf(1), At.AddMinutes(-6), "token.issued"),
                Row(TraceOf(2), At.AddMinutes(-2), "token.issued"),
                Row(TraceOf(3), At.AddMilliseconds(-1), "family.revoked", "code_used", "the authorization code was presented again", Alice),
                Row(TraceOf(3), At, "request.refused", "code_used", "the code was used before; what was issued on it is revoked"),
                Row(TraceOf(4), At.AddMinutes(1), "password.changed", user: Alice, client: "other"),
                Row(SharedTrace, At.AddMinutes(1), "request.refused_repeatedly", "client_unknown", "17 more refused", client: "stranger"),
                Row(
                    TraceOf(5), At.AddMinutes(30), "request.refused", "user_foreign", "the path names another user",
                    endpoint: "authenticate/user/{id}", client: "third"),
            ],
            CancellationToken.None);
        _hub.With("ConnectionStrings__IdentityHub", _database.ConnectionString);
    }

    [OneTimeTearDown]
    public async Task RemoveAsync()
    {
        _hub.Dispose();
        await _database.DisposeAsync();
    }

    [TestCase(80)]
    [TestCase(200)]
    public async Task A_refused_request_is_explained_check_by_check(int width)
    {
        using var hub = new HubShell().With("ConnectionStrings__IdentityHub", _database.ConnectionString).With("COLUMNS", $"{width}");

        var shown = await hub.RunAsync("explain", TraceOf(3).ToString("N"));

        Assert.That((shown.ExitCode, shown.Error), Is.EqualTo((0, "")));
        Golden.Verify($"explain-{width}", shown.Output);
        if (width == 80)
            Assert.That(shown.Output.Split('\n'), Has.All.Length.AtMost(80));
    }

    [Test]
    public async Task The_same_is_there_as_JSON()
    {
        var shown = await _hub.RunAsync("explain", $"00-{TraceOf(3):N}-00f067aa0ba902b7-01", "--json");

        using var json = JsonDocument.Parse(shown.Output);
        var checks = json.RootElement.GetProperty("checks").EnumerateArray().ToList();
        Assert.That(json.RootElement.GetProperty("user_name").GetString(), Is.EqualTo("alice"));
        Assert.That(
            checks.Single(check => check.GetProperty("outcome").GetString() == "refused").GetProperty("name").GetString(),
            Is.EqualTo("The code was not used before"));
        Assert.That(
            json.RootElement.GetProperty("around").EnumerateArray().Select(row => row.GetProperty("event").GetString()),
            Is.EqualTo(["token.issued", "password.changed"]));
    }

    [Test]
    public async Task Where_the_order_of_the_checks_is_not_known_none_is_made_up()
    {
        var shown = await _hub.RunAsync("explain", TraceOf(5).ToString("N"));

        Assert.That(
            shown.Output,
            Does.Contain("refused: user_foreign")
                .And.Contain("The order of the checks of this endpoint is not known")
                .And.Not.Contain("passed"));
    }

    [Test]
    public async Task What_was_not_refused_has_no_checks()
    {
        var shown = await _hub.RunAsync("explain", TraceOf(2).ToString("D"));

        Assert.That((shown.ExitCode, shown.Error), Is.EqualTo((0, "")));
        Assert.That(shown.Output, Does.Contain("not refused").And.Not.Contain("Checks"));
    }

    [Test]
    public async Task An_unknown_id_says_what_the_trail_leaves_out_and_which_shared_rows_there_are()
    {
        // Made by the server at that time: it begins with it.
        var unknown = await _hub.RunAsync("explain", $"{At.ToUnixTimeMilliseconds():x12}" + new string('a', 20));
        var foreign = await _hub.RunAsync("explain", new string('f', 32));

        Assert.That((unknown.ExitCode, foreign.ExitCode, foreign.Output), Is.EqualTo((1, 1, "")));
        Assert.That(
            unknown.Error,
            Does.StartWith("No audit row has the trace id ")
                .And.Contain("docs/decisions/0010")
                .And.Contain($"hub explain {SharedTrace:N}  connect/token  client_unknown"));
        Assert.That(foreign.Error, Does.Contain("docs/decisions/0010").And.Not.Contain("Shared rows"));
    }

    [TestCase("nonsense")]
    [TestCase("00000000000000000000000000000000")]
    public async Task What_is_no_trace_id_is_a_wrong_command_line(string text) =>
        Assert.That((await _hub.RunAsync("explain", text)).ExitCode, Is.EqualTo(2));

    [Test]
    public void Every_reason_says_what_it_means_and_what_to_change()
    {
        var reasons = typeof(Reasons).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToList();

        Assert.That(
            reasons.Where(reason => string.IsNullOrEmpty(ReasonText.Describe(reason)) || string.IsNullOrEmpty(Remedies.Find(reason))),
            Is.Empty);
        Assert.That(reasons.Select(reason => Remedies.Find(reason)!), Has.All.EndsWith("."));
        Assert.That(ReasonText.Describe("http_502"), Is.Null);
    }

    private static Guid SharedTrace { get; } = Guid.Parse("019ab3c1-7d5e-4c8f-9a51-3f3a9f1f0cff");

    private static Guid TraceOf(int number) => Guid.Parse($"019ab3c1-7d5e-4c8f-9a51-3f3a9f1f0c0{number}");

    private static AuditEvent Row(
        Guid trace, DateTimeOffset at, string type, string? reason = null, string? detail = null, Guid? user = null, string client = "web",
        string endpoint = "connect/token") =>
        new()
        {
            TraceId = trace,
            Id = Guid.CreateVersion7(at),
            At = at,
            Type = type,
            Endpoint = endpoint,
            GrantType = endpoint == "connect/token" ? "authorization_code" : null,
            ClientId = client,
            UserId = user,
            Reason = reason,
            Detail = detail,
            IpAddress = "192.0.2.1",
            Generation = "3f2a90b1c4d5",
        };
}
