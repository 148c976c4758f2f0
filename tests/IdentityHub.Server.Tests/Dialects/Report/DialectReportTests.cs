using System.Text.Json;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.Report;

[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class DialectReportTests(DatabaseKind kind)
{
    private const string Path = "/admin/api/dialects";

    private const string Config = Parts.Apis + Parts.People +
        """
        clients:
          - { client_id: console, grant_types: [client_credentials, password], client_secrets: [{ value: "plain:console-secret" }], scope: hub.admin openid }
          - { client_id: partner, dialects: [hash-secret], client_secrets: [{ value: "plain:partner-secret" }] }
          - { client_id: quiet, dialects: [hash-secret], client_secrets: [{ value: "plain:quiet-secret" }] }
          - { client_id: app, grant_types: [client_credentials], client_secrets: [{ value: "plain:app-secret" }], dialects: [oauth-v2] }
        dialects:
          hash-secret: { enabled: true }
          oauth-v2: { enabled: true, deprecation: 2027-01-01, sunset: 2027-12-31 }
        """;

    [Test]
    public async Task It_shows_who_used_what_how_often_and_whether_it_could_be_switched_off()
    {
        await using var hub = await Hub.StartAsync(Config, kind);
        await UseAsync(hub, 3);
        hub.Time.Advance(TimeSpan.FromDays(20));
        await UseAsync(hub, 2);
        var report = await EventuallyAsync(hub, client => client.GetProperty("calls_last_30_days").GetInt64() == 5);

        Assert.Multiple(() =>
        {
            Assert.That(
                report.GetProperty("dialects").EnumerateArray().Select(dialect => dialect.GetProperty("dialect").GetString()),
                Is.EqualTo(DialectNames.All));
            var (hashSecret, oauth) = (Dialect(report, "hash-secret"), Dialect(report, "oauth-v2"));
            Assert.That(hashSecret.GetProperty("can_be_switched_off").GetBoolean(), Is.False);
            Assert.That(Client(report, "partner").GetProperty("last_seen").GetString(), Is.EqualTo("2026-12-12T12:00:00Z"));
            Assert.That(
                Client(report, "quiet").GetRawText(),
                Is.EqualTo("""{"client_id":"quiet","allowed":true,"calls_last_30_days":0,"last_seen":null,"can_be_switched_off":true}"""));
            Assert.That(oauth.GetProperty("can_be_switched_off").GetBoolean(), Is.True);
            Assert.That(
                (oauth.GetProperty("deprecation").GetString(), oauth.GetProperty("sunset").GetString()),
                Is.EqualTo(("2027-01-01", "2027-12-31")));
            Assert.That(Dialect(report, "lsid").GetProperty("enabled").GetBoolean(), Is.False);
        });

        // The first three are more than 30 days old now; the client may go when the others are, too.
        hub.Time.Advance(TimeSpan.FromDays(15));
        Assert.That(Client((await ReadAsync(hub)).Json, "partner").GetProperty("calls_last_30_days").GetInt64(), Is.EqualTo(2));
        hub.Time.Advance(TimeSpan.FromDays(20));
        var old = Client((await ReadAsync(hub)).Json, "partner");
        Assert.That(
            (old.GetProperty("calls_last_30_days").GetInt64(), old.GetProperty("can_be_switched_off").GetBoolean()), Is.EqualTo((0, true)));
    }

    [Test]
    public async Task What_two_nodes_count_is_added_and_what_a_node_has_counted_is_written_when_it_stops()
    {
        await using var installation = await Installation.CreateAsync(Config, kind);
        await using (var a = await installation.StartNodeAsync())
        await using (var b = await installation.StartNodeAsync())
            await Task.WhenAll(UseAsync(a, 7), UseAsync(b, 5));

        var reader = await installation.StartNodeAsync();
        Assert.That(Client((await ReadAsync(reader)).Json, "partner").GetProperty("calls_last_30_days").GetInt64(), Is.EqualTo(12));
    }

    [Test]
    public async Task Who_has_not_proven_who_he_is_counts_for_nobody()
    {
        await using var hub = await Hub.StartAsync(Config, kind);
        await hub.Client.PostJsonAsync("/api/token", """{"hash":"quiet","secret":"wrong"}""");
        await UseAsync(hub, 1);
        var report = await EventuallyAsync(hub, client => client.GetProperty("calls_last_30_days").GetInt64() == 1);

        Assert.That(Client(report, "quiet").GetProperty("last_seen").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task At_the_endpoints_of_service_users_it_names_the_service_user_that_must_move_on()
    {
        var config = ServiceUsers.Config.Replace(
            "clients:\n",
            "clients:\n  - { client_id: console, grant_types: [client_credentials], client_secrets: [{ value: \"plain:console-secret\" }], "
                + "scope: hub.admin }\n",
            StringComparison.Ordinal);
        await using var hub = await Hub.StartAsync(config, kind);
        var api = await hub.Client.ApiTokenAsync();
        await hub.Client.AccountAsync(api);
        await hub.Client.CallAsync(HttpMethod.Post, ServiceUsers.AccountLoginPath, "{}", api);
        await hub.Client.CallAsync(HttpMethod.Post, ServiceUsers.AccountLoginPath, "{}", "no-token");

        var report = (
            await Eventually.GetAsync(
                () => ReadAsync(hub), answer => Used(answer.Json, "client-accounts")[1].GetProperty("calls_last_30_days").GetInt64() == 2)
        ).Json;

        Assert.That(
            Used(report, "client-accounts").Select(used => used.GetRawText()),
            Is.EqualTo([
                """{"user_name":"regional","allowed":true,"calls_last_30_days":0,"last_seen":null,"can_be_switched_off":true}""",
                """{"user_name":"service_user","allowed":true,"calls_last_30_days":2,"last_seen":"2026-11-22T12:00:00Z","can_be_switched_off":false}""",
            ]));
        Assert.That(Used(report, "service-user")[1].GetProperty("calls_last_30_days").GetInt64(), Is.EqualTo(1));

        static List<JsonElement> Used(JsonElement report, string dialect) =>
            [.. Dialect(report, dialect).GetProperty("clients").EnumerateArray()];
    }

    [Test]
    public async Task It_is_for_administrators_only()
    {
        await using var hub = await Hub.StartAsync(Config, kind);
        var machine = (await hub.Client.MachineAsync("console"))["access_token"];
        var without = (await hub.Client.LoginAsync("console", scope: "openid"))["access_token"];
        var alice = (await hub.Client.LoginAsync("console", scope: "hub.admin"))["access_token"];
        Assert.That((await hub.Client.GetAnswerAsync(Path)).Status, Is.EqualTo(401));
        Assert.That((await hub.Client.GetAnswerAsync(Path, "iha_x")).Status, Is.EqualTo(401));
        Assert.That((await hub.Client.GetAnswerAsync(Path, without)).Status, Is.EqualTo(403), "without the scope");
        Assert.That((await hub.Client.GetAnswerAsync(Path, alice)).Status, Is.EqualTo(403), "without the role");
        Assert.That((await hub.Client.GetAnswerAsync(Path, machine)).Status, Is.EqualTo(200), "a client that the files give the scope");

        await using var context = hub.NewContext();
        var role = await context.Roles.FirstOrDefaultAsync(role => role.NormalizedName == "ADMIN")
            ?? context
                .Add(
                    new Role
                    {
                        Id = Guid.CreateVersion7(),
                        Name = "admin",
                        NormalizedName = "ADMIN",
                    })
                .Entity;
        context.Add(new IdentityUserRole<Guid> { UserId = Guid.Parse(Parts.AliceId), RoleId = role.Id });
        await context.SaveChangesAsync();
        Assert.That((await hub.Client.GetAnswerAsync(Path, alice)).Status, Is.EqualTo(200));
        Assert.That((await hub.Client.GetAnswerAsync(Path, without)).Status, Is.EqualTo(403), "the role is nothing without the scope");
    }

    private static async Task UseAsync(Hub hub, int calls)
    {
        for (var i = 0; i < calls; i++)
            Assert.That(
                (await hub.Client.PostJsonAsync("/api/token", """{"hash":"partner","secret":"partner-secret"}"""))["token"], Is.Not.Null);
    }

    private static async Task<JsonElement> EventuallyAsync(Hub hub, Predicate<JsonElement> isRight) =>
        (await Eventually.GetAsync(() => ReadAsync(hub), answer => isRight(Client(answer.Json, "partner")))).Json;

    private static async Task<Answer> ReadAsync(Hub hub) =>
        await hub.Client.GetAnswerAsync(Path, (await hub.Client.MachineAsync("console"))["access_token"]);

    private static JsonElement Dialect(JsonElement report, string name) =>
        report.GetProperty("dialects").EnumerateArray().Single(dialect => dialect.GetProperty("dialect").GetString() == name);

    private static JsonElement Client(JsonElement report, string clientId) =>
        Dialect(report, "hash-secret")
            .GetProperty("clients")
            .EnumerateArray()
            .Single(client => client.GetProperty("client_id").GetString() == clientId);
}
