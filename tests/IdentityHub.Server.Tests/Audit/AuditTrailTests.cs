using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Audit;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Audit;

/// <summary>What an administrator finds afterwards.</summary>
public class AuditTrailTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config = Parts.Apis + Parts.People +
        """
        clients:
          - { client_id: machine, grant_types: [client_credentials], client_secrets: [{ value: "plain:machine-secret" }], scope: orders.read }
          - { client_id: app, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:app-secret" }], scope: openid, dialects: [oauth-v2] }
          - { client_id: strict, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:strict-secret" }], refresh_token: { grace: 0s } }
        dialects:
          oauth-v2: { enabled: true }
        """;

    [Test]
    public async Task An_issued_token_is_a_row_that_says_who_got_it_where_and_under_which_configuration()
    {
        var trace = Guid.NewGuid();
        var answer = await TracedAsync(
            trace, "/connect/token", ("grant_type", "password"), ("client_id", "app"), ("client_secret", "app-secret"),
            ("username", "alice"), ("password", TokenRequests.AlicePassword));
        var rows = await RowsAsync(trace, 2);
        var issued = rows.Single(row => row.Type == "token.issued");
        var generation = (await Client.GetAnswerAsync("/health/ready"))["configuration_generation"]!;

        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(200));
            Assert.That(rows.Select(row => row.Type), Is.EquivalentTo(["session.started", "token.issued"]));
            Assert.That(
                (issued.ClientId, issued.GrantType, issued.Endpoint, issued.UserId),
                Is.EqualTo(("app", "password", "connect/token", (Guid?)Guid.Parse(Parts.AliceId))));
            Assert.That((issued.Reason, issued.IpAddress, issued.At), Is.EqualTo(((string?)null, "127.0.0.1", FakeTime.Start)));
            Assert.That(issued.SessionId, Is.Not.Null);
            Assert.That(generation, Does.StartWith(issued.Generation!));
            Assert.That(issued.Generation, Has.Length.EqualTo(12));
        });
    }

    [Test, Spec("W3C Trace Context", "3.2")]
    public async Task The_trace_of_the_caller_is_adopted_and_a_nonsensical_one_is_not()
    {
        var trace = Guid.NewGuid();
        var adopted = await TracedAsync(trace, "/connect/token", ("client_id", "machine"));
        var nonsense = new HttpRequestMessage(HttpMethod.Post, "/connect/token").WithForm(("client_id", "machine"));
        nonsense.Headers.TryAddWithoutValidation("traceparent", "00-00000000000000000000000000000000-0000000000000000-01");
        var own = await Client.AnswerAsync(nonsense);

        Assert.That(adopted["trace_id"], Is.EqualTo(trace.ToString("N")));
        Assert.That(own["trace_id"], Does.Match("^[0-9a-f]{32}$").And.Not.EqualTo(new string('0', 32)));
    }

    [TestCase("/connect/token", "client_unknown", "grant_type=client_credentials&client_id=nobody&client_secret=x")]
    [TestCase("/connect/token", "client_secret_wrong", "grant_type=client_credentials&client_id=strict&client_secret=wrong")]
    [TestCase(
        "/connect/token", "user_unknown", "grant_type=password&client_id=app&client_secret=app-secret&username=audit-nobody&password=x")]
    [TestCase(
        "/connect/token", "refresh_token_malformed", "grant_type=refresh_token&client_id=app&client_secret=app-secret&refresh_token=x")]
    [TestCase(
        "/connect/token", "invalid_scope", "grant_type=client_credentials&client_id=machine&client_secret=machine-secret&scope=admin")]
    [TestCase("/connect/token", "parameter_repeated", "scope=a&scope=b")]
    [TestCase("/connect/token", "body_too_long", null)]
    [TestCase("/connect/introspect", "client_authentication_missing", "token=x")]
    [TestCase("/connect/revocation", "token_missing", "client_id=machine&client_secret=machine-secret")]
    [TestCase("/connect/userinfo", "access_token_unknown", "access_token=x")]
    [TestCase("/oauth/v2/token", "unauthorized_client", "grant_type=client_credentials&client_id=machine&client_secret=machine-secret")]
    public async Task A_refusal_is_found_by_the_trace_id_of_its_answer_with_the_reason_that_the_caller_may_not_know(
        string path, string reason, string? form)
    {
        var content = new StringContent(
            form ?? new string('x', 70_000), new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded"));

        var answer = await Client.AnswerAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content });
        var row = (await RowsAsync(Guid.ParseExact(answer["trace_id"]!, "N"), 1)).Single();

        Assert.That((row.Type, row.Reason, row.Endpoint), Is.EqualTo(("request.refused", reason, path[1..])));
        Assert.That(row.Detail, Is.Not.Empty);
    }

    [Test]
    public async Task A_revocation_is_a_row_and_one_that_changes_nothing_is_none()
    {
        var login = await Client.LoginAsync("app");
        var (first, second, family) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await RevokeAsync(first, login["access_token"]!);
        await RevokeAsync(second, login["access_token"]!);
        await RevokeAsync(family, login["refresh_token"]!);

        Assert.That(
            (await RowsAsync(first, 1)).Select(row => (row.Type, row.ClientId, row.UserId)),
            Is.EqualTo([("token.revoked", "app", (Guid?)Guid.Parse(Parts.AliceId))]));
        Assert.That((await RowsAsync(family, 1)).Select(row => row.Type), Is.EqualTo(["family.revoked"]));
        Assert.That(await RowsAsync(second, 0), Is.Empty);

        Task RevokeAsync(Guid trace, string token) =>
            TracedAsync(trace, "/connect/revocation", ("client_id", "app"), ("client_secret", "app-secret"), ("token", token));
    }

    [Test]
    public async Task A_reuse_of_a_refresh_token_is_two_rows_the_end_of_the_family_and_the_refusal()
    {
        await using var hub = await StartHubAsync();
        var login = await hub.Client.LoginAsync("strict");
        await hub.Client.RefreshAsync("strict", login["refresh_token"]);
        hub.Time.Advance(TimeSpan.FromSeconds(1));

        var answer = await hub.Client.RefreshAsync("strict", login["refresh_token"]);
        var rows = await RowsAsync(hub, Guid.ParseExact(answer["trace_id"]!, "N"), 2);

        Assert.That(
            rows.Select(row => (row.Type, row.Reason)),
            Is.EquivalentTo([("family.revoked", "refresh_token_reused"), ("request.refused", (string?)"refresh_token_reused")]));
    }

    [Test]
    public async Task What_a_caller_sends_is_cut_to_what_a_row_can_hold()
    {
        var answer = await Client.TokenAsync(
            ("grant_type", new string('g', 5000)), ("client_id", new string('€', 1000) + "😀"), ("client_secret", "x"));
        var row = (await RowsAsync(Guid.ParseExact(answer["trace_id"]!, "N"), 1)).Single();

        Assert.That((row.ClientId!.Length, row.GrantType!.Length), Is.EqualTo((200, 128)));
    }

    [Test, Spec("ASSURANCE", "L11")]
    public async Task L11_Refusals_of_strangers_share_a_row_beyond_a_rate_and_those_of_a_client_that_has_authenticated_do_not()
    {
        await using var hub = await StartHubAsync();
        for (var i = 0; i < 50; i++)
        {
            await hub.Client.MachineAsync(new TestClient($"stranger-{i}", "x"));
            await hub.Client.MachineAsync("machine", "admin");
        }

        hub.Time.Advance(TimeSpan.FromSeconds(70));
        var shared = (await RowsAsync(hub, row => row.Type == "request.refused_repeatedly", 1)).Single();
        var rows = await RowsAsync(hub, row => row.Type == "request.refused", 70);

        Assert.That(
            rows.GroupBy(row => row.Reason).ToDictionary(group => group.Key!, group => group.Count()),
            Is.EquivalentTo(new Dictionary<string, int> { ["client_unknown"] = 20, ["invalid_scope"] = 50 }));
        Assert.That(
            (shared.Reason, shared.Endpoint, shared.IpAddress, shared.ClientId),
            Is.EqualTo(("client_unknown", "connect/token", "127.0.0.1", (string?)null)));
        Assert.That(
            shared.Detail, Does.StartWith("30 more refused from 2026-11-22T12:00:00.000Z to 2026-11-22T12:00:00.000Z; 20 before them"));
    }

    [Test, Spec("ASSURANCE", "L11")]
    public async Task L11_Each_node_counts_for_itself_and_writes_its_count_when_it_stops()
    {
        if (Kind != DatabaseKind.Postgres)
            return;
        await using var installation = await Installation.CreateAsync(Config, Kind);
        var (stopped, other) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        for (var i = 0; i < 25; i++)
        {
            foreach (var node in new[] { stopped, other })
                await node.Client.MachineAsync(new TestClient($"nobody-{i}", "x"));
        }

        await stopped.DisposeAsync();
        var shared = await RowsAsync(other, row => row.Type == "request.refused_repeatedly", 1);

        Assert.That(shared.Select(row => row.Detail!.Split(" refused")[0]), Is.EqualTo(["5 more"]));
    }

    private Task<Answer> TracedAsync(Guid trace, string path, params (string Name, string Value)[] form)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path).WithForm(form);
        request.Headers.Add("traceparent", $"00-{trace:N}-00f067aa0ba902b7-01");
        return Client.AnswerAsync(request);
    }

    private Task<List<AuditEvent>> RowsAsync(Guid trace, int atLeast) => RowsAsync(Hub, trace, atLeast);

    private static Task<List<AuditEvent>> RowsAsync(Hub hub, Guid trace, int atLeast) =>
        RowsAsync(hub, row => row.TraceId == trace, atLeast);

    private static Task<List<AuditEvent>> RowsAsync(
        Hub hub, System.Linq.Expressions.Expression<Func<AuditEvent, bool>> which, int atLeast) =>
        Eventually.GetAsync(
            async () =>
            {
                await using var context = hub.NewContext();
                return await context.AuditEvents.AsNoTracking().Where(which).ToListAsync();
            },
            rows => rows.Count >= atLeast);
}
