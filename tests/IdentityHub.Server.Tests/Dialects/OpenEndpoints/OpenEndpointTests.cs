using IdentityHub.Server.Audit;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Sessions;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.OpenEndpoints;

/// <summary>Switches, what the framework answers elsewhere, limits, and what a thief of the database gets.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[Spec("contracts/open-endpoints.md", "Errors")]
public class OpenEndpointTests(DatabaseKind kind)
{
    private static readonly (HttpMethod Method, string Path)[] Calls =
    [
        (HttpMethod.Post, "/account/acc-1/user/bob"), (HttpMethod.Put, "/account/acc-1/user/bob"),
        (HttpMethod.Get, "/account/acc-1/user/bob"), (HttpMethod.Get, "/user?referralCode=BOBTESTERSON"),
        (HttpMethod.Get, "/code/BOBTESTERSON"), (HttpMethod.Post, "/code/BOBTESTERSON/account/acc-1/user/bob"),
        (HttpMethod.Get, "/referrals"), (HttpMethod.Delete, "/referrals"), (HttpMethod.Get, "/nothing"),
    ];

    [Test, Spec("contracts/README.md", "5")]
    public async Task A_dialect_that_is_off_and_a_tenant_that_is_not_there_are_paths_that_do_not_exist()
    {
        await using var off = await Hub.StartAsync(
            Tenants.Config.Replace("enabled: true }\n", "enabled: false }\n", StringComparison.Ordinal), kind);
        await using var on = await Hub.StartAsync(Tenants.Config, kind);
        var (nowhereOff, nowhereOn) = (
            (await off.Client.OpenAsync(HttpMethod.Get, "/nowhere")).Seen(),
            (await on.Client.OpenAsync(HttpMethod.Get, "/nowhere")).Seen());

        foreach (var (method, path) in Calls)
        {
            Assert.That((await off.Client.OpenAsync(method, Tenants.Root + path)).Seen(), Is.EqualTo(nowhereOff), path);
            foreach (var tenant in new[] { "nobody", "closed", "TEST_ABC" })
                Assert.That(
                    (await on.Client.OpenAsync(method, $"/api/v1/{tenant}/open{path}")).Seen(), Is.EqualTo(nowhereOn), $"{tenant} {path}");
        }
    }

    [Test]
    public async Task Each_answer_has_the_shape_and_an_id_that_the_administrator_finds()
    {
        await using var hub = await Hub.StartAsync(Tenants.Config, kind);
        (Answer Answer, int Status, string Code)[] answers =
        [
            (await hub.Client.OpenAsync(HttpMethod.Get, $"{Tenants.Root}/nothing"), 404, "NOT_FOUND"),
            (await hub.Client.OpenAsync(HttpMethod.Get, $"{Tenants.Root}/account/acc-1"), 404, "NOT_FOUND"),
            (await hub.Client.OpenAsync(HttpMethod.Delete, Tenants.UserPath("bob")), 405, "METHOD_NOT_ALLOWED"),
            (await hub.Client.OpenAsync(HttpMethod.Get, Tenants.ApplyPath("BOBTESTERSON", "bob")), 405, "METHOD_NOT_ALLOWED"),
            (await hub.Client.OpenAsync(HttpMethod.Post, Tenants.UserPath("bob"), new string(' ', 70_000)), 413, "BODY_TOO_LONG"),
            (await hub.Client.OpenAsync(HttpMethod.Post, Tenants.UserPath("bob"), "<a/>", mediaType: "text/xml"), 415,
                "UNSUPPORTED_MEDIA_TYPE"),
            (await hub.Client.OpenAsync(HttpMethod.Post, Tenants.UserPath("bob"), "{}", key: null), 401, "UNAUTHORIZED"),
            (await hub.Client.OpenAsync(HttpMethod.Post, Tenants.UserPath("bob"), "{}"), 400, "INVALID_FIELD"),
        ];

        await using var context = hub.NewContext();
        foreach (var (answer, status, code) in answers)
        {
            Assert.That(
                (answer.Status, answer["statusCode"], answer["apiErrorCode"], answer.Header("Content-Type")),
                Is.EqualTo((status, $"{status}", code, "application/json")), answer.ToString());
            var id = Guid.ParseExact(answer["rsCode"]!, "N");
            var rows = await Eventually.GetAsync(
                () => context.AuditEvents.AsNoTracking().Where(row => row.TraceId == id).ToListAsync(), list => list.Count > 0);
            Assert.That(rows.Single().Type, Is.EqualTo("request.refused"));
        }

        Assert.That(answers[2].Answer.Header("Allow"), Is.EqualTo("GET, POST, PUT"));
    }

    [Test]
    public async Task A_bug_is_a_500_of_the_same_shape_and_the_log_has_the_rest()
    {
        await using var hub = await Hub.StartAsync(Tenants.Config, kind);
        hub.BeforeStatement = (statement, _) =>
            statement.Contains("tenant_users", StringComparison.Ordinal)
                ? throw new InvalidOperationException("secret innards")
                : Task.CompletedTask;

        var answer = await hub.Client.OpenAsync(HttpMethod.Get, $"{Tenants.Root}/code/BOB", key: null);

        Assert.That(answer.Refusal(), Is.EqualTo((500, "INTERNAL_ERROR")));
        Assert.That(answer.Body, Does.Not.Contain("innards"));
        Assert.That(hub.Logs.ToString(), Does.Contain(answer["rsCode"]!).And.Contain("innards"));
    }

    [Test]
    public async Task A_change_of_a_user_waits_for_an_erasure_and_locks_nothing_before_the_row_of_the_user()
    {
        if (kind == DatabaseKind.Sqlite)
            Assert.Ignore("On SQLite one transaction writes at a time.");
        await using var hub = await Hub.StartAsync(Tenants.Config, kind);
        await hub.Client.TenantUserAsync("ann", "Ann");
        var user = await hub.TenantUserOfAsync("ann");
        await using var transaction = await hub.Database.BeginAsync(CancellationToken.None);
        await SessionStore.TryHoldUserAsync(transaction, user, CancellationToken.None);

        var changing = hub.Client.OpenAsync(
            HttpMethod.Put, Tenants.UserPath("ann"), """{"email":"ann@example.com","firstName":"Anna"}""");
        await hub.SomeoneWaitsAsync();
        await transaction.Call("DELETE FROM tenant_users WHERE user_id = $1").With(user).ExecuteAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);

        Assert.That((await changing).Status, Is.InRange(200, 499), "there is nothing to change, or the user is made anew");
    }

    [Test, Spec("RFC 9745", "2")]
    public async Task Its_end_is_announced_in_every_answer()
    {
        await using var hub = await Hub.StartAsync(
            Tenants.Config.Replace(
                "enabled: true }\n", "enabled: true, deprecation: 2027-01-01, sunset: 2027-12-31 }\n", StringComparison.Ordinal),
            kind);

        foreach (var (method, path) in Calls)
        {
            var answer = await hub.Client.OpenAsync(method, Tenants.Root + path);
            Assert.That(
                (answer.Header("Deprecation"), answer.Header("Sunset")), Is.EqualTo(("@1798761600", "Fri, 31 Dec 2027 00:00:00 GMT")),
                path);
        }
    }

    [Test, Spec("contracts/open-endpoints.md", "Rate limits")]
    public async Task Calls_without_a_key_are_limited_by_address_and_by_user_and_those_with_one_are_not()
    {
        await using var hub = await Hub.StartAsync(Tenants.Config, kind);
        var (code, user) = ($"{Tenants.Root}/code/BOBTESTERSON", Tenants.UserPath("bob"));
        await hub.Client.TenantUserAsync("bob");

        var anonymous = await Requests.AtOnceAsync(305, [hub.Client], (client, _) => client.OpenAsync(HttpMethod.Get, code, key: null));
        Assert.That(
            anonymous.CountBy(answer => answer.Status).ToDictionary(),
            Is.EquivalentTo(new Dictionary<int, int> { [200] = 300, [429] = 5 }));
        var refused = await hub.Client.OpenAsync(HttpMethod.Get, code, key: null);
        Assert.That((refused.Refusal(), refused.Header("Retry-After")), Is.EqualTo(((429, "RATE_LIMIT_EXCEEDED"), "60")));
        Assert.That((await hub.Client.OpenAsync(HttpMethod.Get, code)).Status, Is.EqualTo(200), "with the key");

        var token = hub.ReadToken("bob");
        var byUser = await Requests.AtOnceAsync(125, [hub.Client], (client, _) => client.OpenWithTokenAsync(HttpMethod.Get, user, token));
        Assert.That(
            byUser.CountBy(answer => answer.Status).ToDictionary(), Is.EquivalentTo(new Dictionary<int, int> { [200] = 120, [429] = 5 }));
        Assert.That(
            (await hub.Client.OpenWithTokenAsync(HttpMethod.Get, Tenants.UserPath("ann"), hub.ReadToken("ann"))).Status, Is.EqualTo(404),
            "another user");
        for (var i = 0; i < 130; i++)
            Assert.That((await hub.Client.OpenAsync(HttpMethod.Get, user)).Status, Is.EqualTo(200), "with the key");

        hub.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await hub.Client.OpenAsync(HttpMethod.Get, code, key: null)).Status, Is.EqualTo(200), "another minute");
    }

    [Test, Spec("contracts/README.md", "5")]
    public async Task Its_use_is_counted_for_each_tenant_be_it_by_key_by_token_or_in_public()
    {
        await using var hub = await Hub.StartAsync(
            Tenants.Config.Replace(
                "clients:\n",
                "clients:\n  - { client_id: console, grant_types: [client_credentials], client_secrets: [{ value: \"plain:console-secret\" "
                    + "}], scope: hub.admin }\n",
                StringComparison.Ordinal),
            kind);
        await hub.Client.TenantUserAsync("bob");
        await hub.Client.OpenWithTokenAsync(HttpMethod.Get, Tenants.UserPath("bob"), hub.ReadToken("bob"));
        await hub.Client.OpenAsync(HttpMethod.Get, $"{Tenants.Root}/code/BOBTESTERSON", key: null);
        await hub.Client.OpenAsync(HttpMethod.Get, $"{Tenants.Root}/user?referralCode=BOBTESTERSON", key: null);
        foreach (var refused in new[] { "wrong-key", null })
            await hub.Client.OpenAsync(HttpMethod.Get, Tenants.UserPath("bob"), key: refused);

        var bearer = (await hub.Client.MachineAsync("console"))["access_token"];
        var used = await Eventually.GetAsync(() => ReportAsync(hub, bearer!), report => report["tenant test_abc"].Calls == 4);

        Assert.That(used, Is.EquivalentTo(new Dictionary<string, (long, bool)>
        {
            ["tenant test_abc"] = (4, true),
            ["tenant other"] = (0, true),
            ["tenant strict"] = (0, true),
            ["tenant closed"] = (0, false),
        }));
    }

    private static async Task<Dictionary<string, (long Calls, bool Allowed)>> ReportAsync(Hub hub, string bearer)
    {
        var report = (await hub.Client.GetAnswerAsync("/admin/api/dialects", bearer)).Json;
        return report
            .GetProperty("dialects")
            .EnumerateArray()
            .Single(dialect => dialect.GetProperty("dialect").GetString() == "open-endpoints")
            .GetProperty("clients")
            .EnumerateArray()
            .ToDictionary(
                tenant => tenant.GetProperty("client_id").GetString()!,
                tenant => (tenant.GetProperty("calls_last_30_days").GetInt64(), tenant.GetProperty("allowed").GetBoolean()));
    }

    [Test, Spec("ASSURANCE", "B9")]
    public async Task B9_Of_two_hundred_parallel_wrong_keys_five_are_evaluated_and_then_the_right_one_is_refused_in_the_same_words()
    {
        await using var hub = await Hub.StartAsync(Tenants.Config, kind);
        var path = Tenants.UserPath("bob");

        var answers = await Requests.AtOnceAsync(200, [hub.Client], (client, i) =>
            client.OpenAsync(HttpMethod.Get, path, key: $"wrong-{i}"));
        var right = await hub.Client.OpenAsync(HttpMethod.Get, path);

        Assert.That(
            answers.Where(answer => answer.Status != 503).Select(answer => answer["message"]).Distinct(),
            Is.EqualTo(["The API key is wrong."]));
        Assert.That((right.Status, right["message"]), Is.EqualTo((401, "The API key is wrong.")));
        await using var context = hub.NewContext();
        var reasons = await Eventually.GetAsync(
            () => context.AuditEvents.Where(row => row.Reason != null).Select(row => row.Reason!).ToListAsync(),
            rows => rows.Count >= 5 + RepeatedRefusals.MaxRowsOfOne);
        Assert.That(reasons.Count(reason => reason == "client_secret_wrong"), Is.EqualTo(5));
        hub.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await hub.Client.OpenAsync(HttpMethod.Get, path)).Status, Is.EqualTo(404), "after the block");
    }

    [Test, Spec("ASSURANCE", "E1")]
    public async Task E1_A_wrong_key_is_answered_alike_whether_the_user_exists_or_not()
    {
        await using var hub = await Hub.StartAsync(Tenants.Config, kind);
        await hub.Client.TenantUserAsync("bob");

        foreach (var credential in new Func<string, Task<Answer>>[]
                 {
                     id => hub.Client.OpenAsync(HttpMethod.Get, Tenants.UserPath(id), key: "wrong-key"),
                     id => hub.Client.OpenAsync(HttpMethod.Get, Tenants.UserPath(id), key: null),
                     id => hub.Client.OpenWithTokenAsync(HttpMethod.Get, Tenants.UserPath(id), hub.WriteToken("ann")),
                     id => hub.Client.OpenWithTokenAsync(HttpMethod.Get, Tenants.UserPath(id), hub.WriteToken(id, key: Tenants.OtherKey)),
                 })
        {
            var (there, absent) = (await credential("bob"), await credential("nobody"));
            Assert.That((there.Refusal(), there["message"]), Is.EqualTo((absent.Refusal(), absent["message"])));
        }
    }

    [Test, Spec("ASSURANCE", "C8")]
    public async Task C8_No_key_and_no_token_stands_in_the_database_or_in_the_logs()
    {
        await using var hub = await Hub.StartAsync(Tenants.Config, kind);
        var write = hub.WriteToken("ann", members: ""","lastName":"Visible" """);
        Assert.That((await hub.Client.OpenWithTokenAsync(HttpMethod.Post, Tenants.UserPath("ann"), write)).Status, Is.EqualTo(201));
        var once = Tenants.Sign(
            $$"""{"user":{"id":"ann","accountId":"acc-1"},"jti":"the-jti-itself","exp":{{hub.In(TimeSpan.FromMinutes(5))}}}""");
        var exchanged = await hub.Client.ExchangeAsync(once);
        Assert.That(exchanged.Status, Is.EqualTo(200), exchanged.ToString());
        await hub.Client.OpenAsync(HttpMethod.Get, Tenants.UserPath("ann"), key: "the-wrong-key-itself");
        await hub.Client.OpenAsync(HttpMethod.Get, Tenants.UserPath("ann"));
        await hub.Client.OpenWithTokenAsync(HttpMethod.Get, Tenants.UserPath("ann"), write + "x");
        await hub.Client.OpenAsync(HttpMethod.Get, Tenants.UserPath("at-the-end"), key: null);
        await hub.Client.TokenAsync(("client_id", "nobody-at-the-end"));

        var dump = await Eventually.GetAsync(() => hub.DumpAsync(), text => text.Contains("nobody-at-the-end", StringComparison.Ordinal));

        Assert.That(dump, Does.Contain("Visible").And.Contain("test_abc"), "the dump holds what it should");
        foreach (var secret in new[]
            {
                Tenants.Key,
                Tenants.SecondKey,
                Tenants.OtherKey,
                write,
                write.Split('.')[2],
                once,
                once.Split('.')[2],
                "the-jti-itself",
                "the-wrong-key-itself",
                exchanged["access_token"]!,
                exchanged["refresh_token"]!,
            })
        {
            Assert.That(dump.Contains(secret, StringComparison.OrdinalIgnoreCase), Is.False, $"the database holds {secret}");
            Assert.That(hub.Logs.ToString().Contains(secret, StringComparison.OrdinalIgnoreCase), Is.False, $"the logs hold {secret}");
        }
    }
}
