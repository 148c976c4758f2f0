using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.LoginSessions;

/// <summary>
/// What every endpoint answers to a body that is too long, to too many calls, to a bug below it and while the database is gone, byte for
/// byte: golden/DOOR-STATUS.txt.
/// </summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[Spec("contracts/lsid-sessions.md", "errors")]
public class LsidFaultContractTests(DatabaseKind kind)
{
    private static readonly Dictionary<string, (string Method, string Path, string? Body)> Endpoints = new()
    {
        ["authenticate"] = ("POST", "/authenticate/alice", """{"password":"x"}"""),
        ["block"] = ("PUT", "/authenticate/block/bob;lsid=LSID", """{"until":"2027-01-01T00:00:00Z"}"""),
        ["session"] = ("GET", "/session/LSID;lsid=LSID", null),
        ["session-delete"] = ("DELETE", "/session/LSID;lsid=LSID", "false"),
        ["user"] = ("PUT", "/session/LSID/setEffectiveUser;lsid=LSID", "\"00000000-0000-4000-8000-000000000005\""),
        ["org"] = ("PUT", "/session/LSID/setEffectiveOrg;lsid=LSID", "\"east\""),
        ["reset"] = ("DELETE", "/session/LSID/assumedIdentity;lsid=LSID", null),
        ["clone"] = ("POST", "/session/LSID/clone;lsid=LSID", null),
        ["logout"] = ("DELETE", "/session/user/00000000-0000-4000-8000-000000000005;lsid=LSID", null),
        ["password-request"] = ("POST", "/password/reset/00000000-0000-4000-8000-000000000005", """{"email":"bob@example.com"}"""),
        ["password-reset"] = ("PUT", "/password/reset", $$"""{"token":"ihw_","username":"bob","newPassword":"Another-Pass-1234"}"""),
        ["password"] = (
            "PUT", "/password/00000000-0000-4000-8000-000000000002;lsid=LSID", """{"oldPassword":"x","newPassword":"Another-Pass-1234"}"""),
    };

    [Test, Spec("contracts/README.md", "3")]
    public async Task A_body_that_is_too_long_is_413_at_every_endpoint_that_reads_one()
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, kind);
        var lsid = await hub.Client.LsidAsync("alice");
        foreach (var (name, endpoint) in Endpoints.Where(endpoint => endpoint.Value.Body is not null))
            Check(name, 413, await CallAsync(hub, endpoint with { Body = new string(' ', 64 * 1024 + 1) }, lsid));
    }

    [Test, Spec("contracts/lsid-sessions.md", "500")]
    public async Task A_bug_below_an_endpoint_is_500_in_its_own_shape_and_says_nothing_of_it()
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, kind);
        var lsid = await hub.Client.LsidAsync("alice");
        hub.BeforeStatement = Fail(() => new InvalidOperationException("secret detail"));
        foreach (var (name, endpoint) in Endpoints)
            Check(name, 500, await CallAsync(hub, endpoint, lsid));
    }

    [Test, Spec("ASSURANCE", "F3")]
    public async Task While_the_database_is_gone_every_endpoint_is_503_with_the_time_to_wait()
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, kind);
        var lsid = await hub.Client.LsidAsync("alice");
        hub.BeforeStatement = Fail(() => new TimeoutException());
        foreach (var (name, endpoint) in Endpoints)
        {
            var answer = await CallAsync(hub, endpoint, lsid);
            Check(name, 503, answer);
            Assert.That(answer.Header("Retry-After"), Is.EqualTo("5"), name);
        }
    }

    [TestCase("authenticate", 100)]
    [TestCase("block", 100)]
    [TestCase("clone", 300)]
    [TestCase("password-request", 5)]
    [TestCase("password-reset", 60)]
    [Spec("contracts/README.md", "6")]
    public async Task Too_many_calls_are_429_with_the_time_to_wait(string name, int let)
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, kind);
        var lsid = await hub.Client.LsidAsync("alice");
        for (var i = 0; i < let; i++)
        {
            // The minute of the session is over before the ten minutes of the user are.
            if (name == "clone" && i == let / 2)
                hub.Time.Advance(TimeSpan.FromMinutes(1));
            Assert.That((await CallManyAsync(hub, name, i, lsid)).Status, Is.Not.EqualTo(429), $"call {i + 1}");
        }

        var full = await CallManyAsync(hub, name, let, lsid);

        Check(name, 429, full);
        Assert.That(int.Parse(full.Header("Retry-After")!, null), Is.InRange(1, 3600));
    }

    // Each of another user or key, where it is the address that is used up.
    private static Task<Answer> CallManyAsync(Hub hub, string name, int i, string lsid) => name switch
    {
        "authenticate" => hub.Client.AuthenticateAsync($"nobody-{i}", "wrong"),
        "block" => hub.Client.CallAsync("GET", $"/authenticate/block/bob?apiKey=guess-{i}"),
        _ => CallAsync(hub, Endpoints[name], lsid),
    };

    private static Task<Answer> CallAsync(Hub hub, (string Method, string Path, string? Body) endpoint, string lsid) =>
        hub.Client.CallAsync(endpoint.Method, endpoint.Path.Replace("LSID", lsid, StringComparison.Ordinal), endpoint.Body);

    // What runs beside the requests goes on.
    private static Func<string, CancellationToken, Task> Fail(Func<Exception> failure) => (statement, _) =>
        statement.Contains("FROM sessions", StringComparison.Ordinal)
        || statement.Contains("FROM users", StringComparison.Ordinal)
        || statement.Contains("counters", StringComparison.Ordinal)
            ? throw failure()
            : Task.CompletedTask;

    private static void Check(string name, int status, Answer answer)
    {
        var seen = $"{answer.Status}\n{answer.Body}";
        var file = Path.Combine(TestContext.CurrentContext.TestDirectory, "../../../Dialects/LoginSessions/golden", $"{name}-{status}.txt");
        if (Environment.GetEnvironmentVariable("IDENTITYHUB_UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(file, seen + "\n");
        Assert.That(seen, Is.EqualTo(Golden.Read($"{name}-{status}.txt")));
        Assert.That((answer.Status, answer["code"]), Is.EqualTo((status, $"{status}")), name);
        Assert.That((answer.Header("Cache-Control"), answer.Header("Referrer-Policy")), Is.EqualTo(("no-store", "no-referrer")), name);
    }
}
