using System.Text;
using System.Text.Json;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.DialectUse;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Admin.Dialects;

/// <summary>Before an older API is closed: who calls it, whom to tell, and who would be refused.</summary>
public class ClosingApiTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private static readonly string Config =
        Administrations.Config.Replace(
            "  lsid: { enabled: true }",
            """
              lsid: { enabled: true }
              hash-secret: { enabled: true }
              oauth-v2: { enabled: true, deprecation: 2027-01-01, sunset: 2027-12-31 }
              client-accounts: { enabled: true }
              otp: { enabled: false }
            """,
            StringComparison.Ordinal)
        + """
              - { client_id: loud, client_name: "<b>Loud</b>", grant_types: [client_credentials], dialects: [oauth-v2],
                  client_secrets: [{ value: "plain:loud-secret" }],
                  contacts: [loud@example.com, team@example.com] }
              - { client_id: quiet, grant_types: [client_credentials], dialects: [oauth-v2],
                  client_secrets: [{ value: "plain:quiet-secret" }], contacts: [quiet@example.com] }
              - { client_id: paused, grant_types: [client_credentials], dialects: [oauth-v2], suspended_dialects: [oauth-v2],
                  client_secrets: [{ value: "plain:paused-secret" }] }
              - { client_id: coded, grant_types: [client_credentials], dialects: [otp], otp: { enabled: true },
                  client_secrets: [{ value: "plain:coded-secret" }] }
              - { client_id: uncoded, grant_types: [client_credentials], dialects: [otp],
                  client_secrets: [{ value: "plain:uncoded-secret" }] }

            """;

    private string _root = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        _root = await Client.TokenOfAsync("root");
        await using var context = Hub.NewContext();
        context.AddRange(
            Day("loud", 0, 5), Day("loud", 10, 7), Day("loud", 100, 1), Day("team", 3, 2), Day("paused", 2, 4), Day("quiet", 95, 9),
            Day("southern", 1, 3, "lsid"), Day("gone", 1, 2, "lsid"));
        await context.SaveChangesAsync();
    }

    [Test]
    public async Task The_use_of_an_older_API_is_shown_by_day()
    {
        var usual = await Client.AdminAsync("GET", "/dialects/oauth-v2/report", _root);
        var week = await Client.AdminAsync("GET", "/dialects/oauth-v2/report?days=7", _root);
        var since = await Client.AdminAsync("GET", $"/dialects/oauth-v2/report?since={DayBefore(100):yyyy-MM-dd}", _root);

        Assert.That((usual["enabled"], usual["deprecation"], usual["sunset"], usual["calls"]),
            Is.EqualTo(("true", "2027-01-01", "2027-12-31", "18")), usual.Body);
        Assert.That((week["calls"], since["calls"]), Is.EqualTo(("11", "28")));
        Assert.That(
            usual.Json.GetProperty("days").EnumerateArray()
                .Select(day => (day.GetProperty("day").GetString(), day.GetProperty("calls").GetInt32())),
            Is.EqualTo([(Text(10), 7), (Text(3), 2), (Text(2), 4), (Text(0), 5)]));
        foreach (var query in (string[])["days=0", "days=367", "since=1999-12-31", "since=yesterday"])
            Assert.That((await Client.AdminAsync("GET", $"/dialects/oauth-v2/report?{query}", _root)).Status, Is.EqualTo(400), query);
        foreach (var path in (string[])["report", "callers", "switch-off-preview"])
            Assert.That((await Client.AdminAsync("GET", $"/dialects/none/{path}", _root)).Status, Is.EqualTo(404), path);
    }

    [Test]
    public async Task Callers_are_listed_with_whom_to_tell_and_who_would_be_refused()
    {
        var first = await Client.AdminAsync("GET", "/dialects/oauth-v2/callers?limit=3", _root);
        var second = await Client.AdminAsync("GET", $"/dialects/oauth-v2/callers?limit=3&cursor={first["next_cursor"]}", _root);
        var rows = Items(first).Concat(Items(second)).ToList();

        // One that is not set up any more, one that is suspended, and one whose last call is too long ago.
        Assert.That(rows.Select(RowOf), Is.EqualTo([
            ("loud", true, 12, true), ("paused", false, 4, false), ("quiet", true, 0, false), ("team", false, 2, false),
        ]));
        Assert.That(rows[0].GetProperty("contacts").GetRawText(), Is.EqualTo("""["loud@example.com","team@example.com"]"""));
        Assert.That(first.Body, Does.Not.Contain("<b>"));
        Assert.That(
            Items(await Client.AdminAsync("GET", "/dialects/otp/callers", _root)).Select(row => (RowOf(row).Caller, RowOf(row).Allowed)),
            Is.EqualTo([("coded", true), ("uncoded", false)]), "its own switch counts");
        Assert.That(
            Items(await Client.AdminAsync("GET", "/clients?dialect=oauth-v2", _root))
                .Select(row => row.GetProperty("client_id").GetString()),
            Is.EqualTo(["loud", "quiet"]), "one that is suspended may not use it");
        Assert.That(
            Items(await Client.AdminAsync("GET", "/dialects/oauth-v2/callers?called=false", _root)).Select(row => RowOf(row).Caller),
            Is.EqualTo(["quiet"]));
        Assert.That(
            Items(await Client.AdminAsync("GET", "/dialects/lsid/callers", _root))
                .Select(row => (RowOf(row).Caller, row.GetProperty("kind").GetString(), row.GetProperty("would_be_refused").GetBoolean())),
            Is.EqualTo([("gone", "api_key", false), ("login-sessions", "login_sessions", false), ("southern", "api_key", true)]));
    }

    [Test]
    public async Task A_preview_says_who_would_be_refused_today()
    {
        var all = await Client.AdminAsync("GET", "/dialects/oauth-v2/switch-off-preview", _root);
        var some = await Client.AdminAsync("GET", "/dialects/oauth-v2/switch-off-preview?callers=quiet%20paused&days=100", _root);
        var off = await Client.AdminAsync("GET", "/dialects/otp/switch-off-preview", _root);
        var sessions = await Client.AdminAsync("GET", "/dialects/lsid/switch-off-preview", _root);
        var misspelt = await Client.AdminAsync("GET", "/dialects/oauth-v2/switch-off-preview?callers=quiet%20pausd", _root);

        Assert.That((all["refused_callers"], all["refused_calls"], all["silent_callers"]), Is.EqualTo(("1", "12", "1")), all.Body);
        Assert.That(all["contacts"], Is.EqualTo("""["loud@example.com","team@example.com"]"""));
        Assert.That((some["refused_callers"], some["contacts"]), Is.EqualTo(("1", """["quiet@example.com"]""")), some.Body);
        Assert.That((off["enabled"], off["refused_callers"]), Is.EqualTo(("false", "0")), "it refuses all already");
        Assert.That((sessions["refused_callers"], sessions["silent_callers"]), Is.EqualTo(("1", "1")), "a back end with an API key");
        Assert.That(
            (misspelt.Status, misspelt["detail"]),
            Is.EqualTo((400, "The parameter 'callers' names 'pausd', which may not call and has not called.")));
        Assert.That((all["also_ends"], off["also_ends"]), Is.EqualTo(("[]", """["login_codes"]""")));
    }

    [Test]
    public async Task A_client_is_refused_at_one_older_API_and_let_in_again()
    {
        var made = await Client.AdminAsync("POST", "/clients/partners", _root, """{ "client_id": "partner-1" }""");
        var secret = made.Json.GetProperty("generated_secrets")[0].GetProperty("value").GetString()!;
        var alias = made["hash_alias"]!;
        Assert.That((await HashSecretAsync(alias, secret)).Status, Is.EqualTo(200));

        var off = await Client.AdminAsync(
            "PATCH", "/clients/partner-1", _root, """{ "suspended_dialects": ["hash-secret"] }""", made.Header("ETag"));
        var refused = await HashSecretAsync(alias, secret);
        var state = Items(await Client.AdminAsync("GET", "/clients/partner-1/dialects", _root)).Single();
        var on = await Client.AdminAsync("PATCH", "/clients/partner-1", _root, """{ "suspended_dialects": [] }""", off.Header("ETag"));

        Assert.That(off.Status, Is.EqualTo(200), off.Body);
        Assert.That(refused.Body, Does.Contain("API User is not existing or deactivated."));
        Assert.That(refused.Body, Is.EqualTo((await HashSecretAsync("unknown", secret)).Body), "as one that is not set up");
        Assert.That((state.GetProperty("state").GetString(), state.GetProperty("enabled").GetBoolean()), Is.EqualTo(("suspended", true)));
        Assert.That((on.Status, on["hash_alias"]), Is.EqualTo((200, alias)));
        Assert.That((await HashSecretAsync(alias, secret)).Status, Is.EqualTo(200), "what it calls itself has stayed");
    }

    [Test]
    public async Task The_older_APIs_of_a_client_are_listed_with_its_calls()
    {
        var loud = Items(await Client.AdminAsync("GET", "/clients/loud/dialects", _root)).Single();

        Assert.That((loud.GetProperty("dialect").GetString(), loud.GetProperty("state").GetString(), loud.GetProperty("calls").GetInt32()),
            Is.EqualTo(("oauth-v2", "allowed", 12)));
        Assert.That(loud.GetProperty("days").GetArrayLength(), Is.EqualTo(2));
        Assert.That(Items(await Client.AdminAsync("GET", "/clients/machine/dialects", _root)), Is.Empty);
        Assert.That((await Client.AdminAsync("GET", "/clients/none/dialects", _root)).Status, Is.EqualTo(404));
    }

    private DateTimeOffset DayBefore(int days) => new DateTimeOffset(Hub.Time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero).AddDays(-days);

    private string Text(int daysAgo) => $"{DayBefore(daysAgo):yyyy-MM-dd}";

    private DialectDay Day(string client, int daysAgo, long calls, string dialect = "oauth-v2") => new()
    {
        Dialect = dialect,
        ClientId = client,
        Day = DayBefore(daysAgo),
        Calls = calls,
        LastSeenAt = DayBefore(daysAgo).AddHours(1),
    };

    private Task<Answer> HashSecretAsync(string hash, string secret) => Client.AnswerAsync(
        new HttpRequestMessage(HttpMethod.Post, "/api/token")
        {
            Content = new StringContent($$"""{ "hash": "{{hash}}", "secret": "{{secret}}" }""", Encoding.UTF8, "application/json"),
        });

    private static (string? Caller, bool Allowed, int Calls, bool Refused) RowOf(JsonElement row) => (
        row.GetProperty("caller").GetString(), row.GetProperty("allowed").GetBoolean(), row.GetProperty("calls").GetInt32(),
        row.GetProperty("would_be_refused").GetBoolean());

    private static List<JsonElement> Items(Answer answer) => [.. answer.Json.GetProperty("items").EnumerateArray()];
}
