using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.ClientAccounts;

/// <summary>
/// The dialect's error shape, for what the framework itself answers elsewhere; its id is found in the audit trail and in the log.
/// </summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[Spec("contracts/service-user-and-client-accounts.md", "Errors of this dialect")]
public class FrameworkAnswerTests(DatabaseKind kind)
{
    [Test]
    public async Task Each_answer_has_the_shape_and_an_id_that_the_administrator_finds()
    {
        await using var hub = await Hub.StartAsync(ServiceUsers.Config, kind);
        var api = await hub.Client.ApiTokenAsync();
        (Answer Answer, int Status, string Code)[] answers =
        [
            (await hub.Client.CallAsync(HttpMethod.Get, "/v1/client"), 404, "errors.not-found"),
            (await hub.Client.CallAsync(HttpMethod.Post, "/v1/login/otp", "{}"), 404, "errors.not-found"),
            (await hub.Client.CallAsync(HttpMethod.Get, "/v1/client/a/b"), 404, "errors.not-found"),
            (await hub.Client.CallAsync(HttpMethod.Get, ServiceUsers.LoginPath), 405, "errors.method"),
            (await hub.Client.CallAsync(HttpMethod.Patch, "/v1/client/80491f93-1eb1-42c2-b5e1-d2e94dac5ab9", "{}"), 405, "errors.method"),
            (await hub.Client.CallAsync(HttpMethod.Post, ServiceUsers.LoginPath, new string(' ', 70_000)), 413, "errors.body-length"),
            (await hub.Client.CallAsync(HttpMethod.Post, ServiceUsers.LoginPath, "<a/>", mediaType: "text/xml"), 415, "errors.media-type"),
            (await hub.Client.CallAsync(HttpMethod.Post, ServiceUsers.SignUpPath, "{}"), 401, "errors.auth.invalid"),
            (await hub.Client.CallAsync(HttpMethod.Put, "/v1/client/not-a-uuid", "{}", api), 400, "errors.validation.field.value"),
        ];

        await using var context = hub.NewContext();
        foreach (var (answer, status, code) in answers)
        {
            Assert.That(
                (answer.Status, answer.Codes().Single(), answer.Header("Content-Type")), Is.EqualTo((status, code, "application/json")),
                answer.ToString());
            var id = answer.Json.GetProperty("errors")[0].GetProperty("id").GetGuid();
            var rows = await Eventually.GetAsync(
                () => context.AuditEvents.AsNoTracking().Where(row => row.TraceId == id).ToListAsync(), list => list.Count > 0);
            Assert.That(rows.Single().Type, Is.EqualTo("request.refused"));
        }

        Assert.That(answers[4].Answer.Header("Allow"), Is.EqualTo("PUT, DELETE"));
        Assert.That(answers[8].Answer.Sources(), Is.EqualTo(["path.user_id"]));
    }

    [Test]
    public async Task A_bug_is_a_500_of_the_same_shape_and_the_log_has_the_rest()
    {
        await using var hub = await Hub.StartAsync(ServiceUsers.Config, kind);
        var api = await hub.Client.ApiTokenAsync();
        var account = await hub.Client.AccountAsync(api);
        hub.BeforeStatement = (statement, _) =>
            statement.Contains("client_accounts", StringComparison.Ordinal)
                ? throw new InvalidOperationException("secret innards")
                : Task.CompletedTask;

        var answer = await hub.Client.CallAsync(HttpMethod.Put, account.Path, "{}", api, account.ClientToken);

        Assert.That((answer.Status, answer.Codes().Single()), Is.EqualTo((500, "errors.internal")));
        Assert.That(answer.Body, Does.Not.Contain("innards"));
        Assert.That(
            hub.Logs.ToString(),
            Does.Contain(answer.Json.GetProperty("errors")[0].GetProperty("id").GetGuid().ToString("N")).And.Contain("innards"));
    }

    [Test, Spec("RFC 9745", "2")]
    public async Task Its_end_is_announced_in_every_answer()
    {
        await using var hub = await Hub.StartAsync(
            ServiceUsers.Config.Replace(
                "client-accounts: { enabled: true }", "client-accounts: { enabled: true, deprecation: 2027-01-01, sunset: 2027-12-31 }",
                StringComparison.Ordinal),
            kind);

        foreach (var path in new[] { ServiceUsers.SignUpPath, "/v1/client/x/y", "/v1/x" })
        {
            var answer = await hub.Client.CallAsync(HttpMethod.Post, path, "{}");
            Assert.That(
                (answer.Header("Deprecation"), answer.Header("Sunset")), Is.EqualTo(("@1798761600", "Fri, 31 Dec 2027 00:00:00 GMT")),
                path);
        }
    }

    [Test]
    public async Task No_origin_may_call_from_a_browser()
    {
        await using var hub = await Hub.StartAsync(ServiceUsers.Config, kind);

        string[] paths = [ServiceUsers.LoginPath, ServiceUsers.SignUpPath, "/docs/openapi.json", "/docs", "/docs/try/index.html"];
        foreach (var path in paths)
        {
            foreach (var method in new[] { HttpMethod.Options, HttpMethod.Post, HttpMethod.Get })
            {
                var request = new HttpRequestMessage(method, path);
                request.Headers.Add("Origin", "https://api.staging.acme.platform.io");
                request.Headers.Add("Access-Control-Request-Method", "POST");
                Assert.That((await hub.Client.AnswerAsync(request)).Header("Access-Control-Allow-Origin"), Is.Null, $"{method} {path}");
            }
        }
    }
}
