using System.Collections.Concurrent;
using IdentityHub.Server.Dialects.LoginSessions.Passwords;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.LoginSessions.Passwords;

[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[Spec("contracts/lsid-sessions.md", "POST /password/reset/{userId}")]
public class PasswordResetTests(DatabaseKind kind)
{
    private const string New = "Another-Pass-1234";

    private static readonly string Alice = Lsids.IdOf("alice");

    [Test]
    public async Task A_mail_brings_a_link_to_the_page_that_was_asked_for_and_its_token_sets_the_password()
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, kind);
        var (lsid, tokens) = (await hub.Client.LsidAsync("alice"), await hub.Client.LoginAsync("web", "alice", Lsids.Password));

        var asked = await hub.Client.AskForResetAsync(
            Alice,
            "ALICE@example.com",
            ""","resetPageUrl":"https://app.example.com/other/page?a=b","phone":"+27 76 123 4567" """
        );
        var token = await hub.ResetTokenAsync();
        var outbox = await hub.Client.CallAsync("GET", "/dev/outbox", null, null, ("Accept", "application/json"));
        var reset = await hub.Client.ResetAsync(token, "alice", New);

        Assert.That((asked.Status, asked.Body, reset.Status, reset.Body), Is.EqualTo((200, "", 200, "")));
        Assert.That(
            outbox.Json.GetProperty("messages")[0].GetProperty("text").GetString(),
            Does.Contain($"https://app.example.com/other/page?a=b&token={token}&username=alice").And.Contain("within 60 minutes")
        );
        Assert.That(
            ((await hub.Client.AuthenticateAsync("alice")).Status, (await hub.Client.AuthenticateAsync("alice", New)).Status),
            Is.EqualTo((401, 200)));
        Assert.That((await hub.Client.ShowAsync(lsid)).Status, Is.EqualTo(404), "S3: every session has ended");
        Assert.That((await hub.Client.RefreshAsync("web", tokens["refresh_token"])).Status, Is.EqualTo(400));
    }

    [Test, Spec("ASSURANCE", "R6")]
    public async Task R6_A_token_that_comes_many_times_at_once_sets_one_password()
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, kind);
        await hub.Client.AskForResetAsync(Alice, "alice@example.com");
        var token = await hub.ResetTokenAsync();

        const int parties = 8;
        var race = new Rendezvous(parties) { Hold = TimeSpan.FromSeconds(30) }.At(hub.Database, statement => statement == "BEGIN");
        var answers = await Task.WhenAll(
            Enumerable.Range(0, parties).Select(i => hub.Client.ResetAsync(token, "alice", $"Another-Pass-{i}")));
        hub.BeforeStatement = null;

        var won = Array.FindIndex(answers, answer => answer.Status == 200);
        Assert.That(race.Met, Is.True);
        Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo(new[] { 200 }.Concat(Enumerable.Repeat(400, parties - 1))));
        Assert.That((await hub.Client.AuthenticateAsync("alice", $"Another-Pass-{won}")).Status, Is.EqualTo(200));
    }

    [Test, Spec("ASSURANCE", "R6")]
    public async Task R6_A_used_superseded_outlived_or_expired_token_sets_none_in_the_same_words()
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, kind);
        await hub.Client.AskForResetAsync(Alice, "alice@example.com");
        var superseded = await hub.ResetTokenAsync();
        hub.Time.Advance(TimeSpan.FromSeconds(1));
        await hub.Client.AskForResetAsync(Alice, "alice@example.com");
        var used = await hub.ResetTokenAsync(2);
        var answers = new List<Answer> { await hub.Client.ResetAsync(superseded, "alice", New) };
        Assert.That((await hub.Client.ResetAsync(used, "alice", New)).Status, Is.EqualTo(200));
        answers.Add(await hub.Client.ResetAsync(used, "alice", "Third-Pass-1234"));

        hub.Time.Advance(TimeSpan.FromSeconds(1));
        await hub.Client.AskForResetAsync(Alice, "alice@example.com");
        var outlived = await hub.ResetTokenAsync(3);
        await hub.Client.CallAsync(
            "PUT", $"/password/{Alice};lsid={await hub.Client.LsidAsync("alice", New)}",
            $$"""{"oldPassword":"{{New}}","newPassword":"Third-Pass-1234"}""");
        answers.Add(await hub.Client.ResetAsync(outlived, "alice", "Fourth-Pass-1234"));

        hub.Time.Advance(TimeSpan.FromSeconds(1));
        await hub.Client.AskForResetAsync(Alice, "alice@example.com");
        var expired = await hub.ResetTokenAsync(4);
        hub.Time.Advance(TimeSpan.FromHours(1));
        answers.Add(await hub.Client.ResetAsync(expired, "alice", "Fourth-Pass-1234"));

        Assert.That(
            answers.Select(answer => (answer.Status, answer.Body)).Distinct(),
            Is.EqualTo(new[] { (400, """{"code":400,"message":"The token is invalid, used or expired."}""") }));
        Assert.That((await hub.Client.AuthenticateAsync("alice", "Third-Pass-1234")).Status, Is.EqualTo(200));
    }

    [Test, Spec("ASSURANCE", "R6")]
    public async Task R6_A_wrong_name_or_a_refused_password_does_not_use_the_token_up()
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, kind);
        await hub.Client.AskForResetAsync(Alice, "alice@example.com");
        var token = await hub.ResetTokenAsync();

        int[] refused =
        [
            (await hub.Client.ResetAsync(token, "bob", New)).Status, (await hub.Client.ResetAsync(token, "nobody", New)).Status,
            (await hub.Client.ResetAsync(token, "alice", "short")).Status,
            (await hub.Client.ResetAsync(token + "x", "alice", New)).Status,
            (await hub.Client.ResetAsync(token, "alice", "password1")).Status,
        ];

        Assert.That(refused, Is.All.EqualTo(400));
        Assert.That((await hub.Client.ShowAsync(token)).Status, Is.EqualTo(404), "it is no LSID");
        Assert.That((await hub.Client.ResetAsync(token, "alice@example.com", New)).Status, Is.EqualTo(200));
    }

    [Test, Spec("ASSURANCE", "E1")]
    public async Task E1_Asking_is_answered_alike_for_the_same_work_whoever_is_named_and_only_the_right_one_gets_a_mail()
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, kind);
        (string Id, string Email, string More)[] cases =
        [
            (Lsids.IdOf("alice"), "alice@example.com", ""), (Lsids.IdOf("alice"), "bob@example.com", ""),
            (Lsids.IdOf("alice"), "alice@example.com", ""","mobile":"+27760000000" """),
            (Lsids.IdOf("dan"), "dan@example.com", ""), (Lsids.IdOf("eve"), "eve@example.com", ""),
            (Guid.NewGuid().ToString(), "alice@example.com", ""), ("nobody", "alice@example.com", ""),
        ];

        var (seen, work) = (new HashSet<string>(), new HashSet<string>());
        foreach (var (id, email, more) in cases)
        {
            // Whoever looks at requests waits: only what the request itself does counts.
            await hub.LookedAtAsync();
            var (statements, answered) = (new ConcurrentQueue<string>(), new TaskCompletionSource());
            hub.BeforeStatement = (statement, _) =>
            {
                if (statement.Contains("SET locked_until", StringComparison.Ordinal))
                    return answered.Task;
                if (!statement.Contains("config_", StringComparison.Ordinal)
                    && !statement.Contains("FROM signing_keys", StringComparison.Ordinal)
                    && !statement.Contains("FROM imported_keys", StringComparison.Ordinal)
                    && !statement.Contains("audit_events", StringComparison.Ordinal)
                    && statement != "BEGIN")
                    statements.Enqueue(statement);
                return Task.CompletedTask;
            };
            var answer = await hub.Client.AskForResetAsync(id, email, more);
            work.Add(string.Join('\n', statements));
            hub.BeforeStatement = null;
            answered.SetResult();
            var headers = answer.Headers.Where(header => header.Key is not "Date" and not "RateLimit-Remaining")
                .Select(header => $"{header.Key}:{header.Value}").Order();
            seen.Add($"{answer.Status} {answer.Body} {string.Join(",", headers)}");
        }

        await hub.LookedAtAsync();
        Assert.That(seen, Has.Count.EqualTo(1), string.Join('\n', seen));
        Assert.That(work, Has.Count.EqualTo(1), string.Join("\n\n", work));
        Assert.That(await hub.ResetTokensAsync(), Has.Count.EqualTo(1));
    }

    [Test, Spec("ASSURANCE", "B6")]
    public async Task B6_A_user_is_asked_for_five_times_an_hour_whoever_it_is()
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, kind);
        var nobody = Guid.NewGuid().ToString();
        var statuses = new List<int>();
        for (var i = 0; i < 6; i++)
            statuses.AddRange([
                (await hub.Client.AskForResetAsync(Alice, "alice@example.com")).Status,
                (await hub.Client.AskForResetAsync(nobody, "alice@example.com")).Status
            ]);

        var full = await hub.Client.AskForResetAsync(Alice, "alice@example.com");

        Assert.That(statuses, Is.EqualTo(Enumerable.Repeat(200, 10).Concat([429, 429])));
        Assert.That((full.Status, full["code"], full.Header("Retry-After")), Is.EqualTo((429, "429", "3600")));
    }

    [Test]
    public async Task A_token_that_was_sent_to_an_address_dies_when_the_user_leaves_that()
    {
        await using var hub = await Hub.StartAsync(
            ServiceUsers.Config + "  lsid: { enabled: true, reset_page_urls: [https://app.example.com/reset] }\n",
            kind);
        var api = await hub.Client.ApiTokenAsync();
        var account = await hub.Client.AccountAsync(api);
        await hub.Client.AskForResetAsync($"{account.Id}", account.Email);
        var token = await hub.ResetTokenAsync();

        var named = await hub.Client.CallAsync(
            HttpMethod.Put, account.Path, """{"name":{"first_name":"Other","last_name":"Name"}}""", api, account.ClientToken);
        var moved = await hub.Client.CallAsync(
            HttpMethod.Put, account.Path, $$"""{"email":"moved-{{account.Email}}"}""", api, account.ClientToken);

        Assert.That((named.Status, moved.Status), Is.EqualTo((200, 200)), $"{named} {moved}");
        Assert.That((await hub.Client.ResetAsync(token, $"{account.Id}", New)).Status, Is.EqualTo(400));

        hub.Time.Advance(TimeSpan.FromSeconds(1));
        await hub.Client.AskForResetAsync($"{account.Id}", $"moved-{account.Email}");
        Assert.That(
            (await hub.Client.ResetAsync(await hub.ResetTokenAsync(2), $"{account.Id}", New)).Status, Is.EqualTo(200),
            "one that is sent to the new one");
    }

    [Test, Spec("ASSURANCE", "B7")]
    public async Task B7_However_the_id_of_a_user_is_written_it_is_one_user_who_is_asked_for()
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, kind);

        // What the id is read as decides: a hexadecimal group may begin with + or 0x where it begins with noughts.
        string[] spellings =
        [
            Alice, "+" + Alice[1..], "0x" + Alice[2..], Alice.Replace("-0000-", "-+000-", StringComparison.Ordinal),
            Alice.Replace("-0000-", "-0X00-", StringComparison.Ordinal), Alice.ToUpperInvariant()
        ];
        var statuses = new List<int>();
        foreach (var id in spellings)
            statuses.Add((await hub.Client.AskForResetAsync(id, "alice@example.com")).Status);

        Assert.That(statuses, Is.EqualTo(new[] { 200, 200, 200, 200, 200, 429 }));
    }

    [TestCase("https://app.example.com/reset", true)]
    [TestCase("https://app.example.com/reset/step", true)]
    [TestCase("https://app.example.com/reset?lang=de", true)]
    [TestCase("https://app.example.com/other/x", true)]
    [TestCase("https://app.example.com/resetx", false)]
    [TestCase("https://app.example.com/reset/../evil", false)]
    [TestCase("https://app.example.com/reset/%2e%2e/evil", false)]
    [TestCase("https://app.example.com/reset/..;/evil", false)]
    [TestCase("https://app.example.com/reset/..;a=b/evil", false)]
    [TestCase("https://app.example.com/reset/%2e%2e;a=b/evil", false)]
    [TestCase("https://app.example.com/reset/..%2fevil", false)]
    [TestCase("https://app.example.com/reset/..%5cevil", false)]
    [TestCase("https://app.example.com/reset/%252e%252e/evil", false)]
    [TestCase("https://app.example.com/reset/a%00b", false)]
    [TestCase("https://app.example.com/reset?a=%2f..%2f", true)]
    [TestCase("https://app.example.com/reset/caf%C3%A9", true)]
    [TestCase("https://app.example.com/reset#x", false)]
    [TestCase("https://app.example.com/reset\\x", false)]
    [TestCase("https://app.example.com@evil.example/reset", false)]
    [TestCase("https://app.example.com.evil.example/reset", false)]
    [TestCase("https://app.example.com:444/reset", false)]
    [TestCase("HTTPS://app.example.com/reset", false)]
    [TestCase("http://app.example.com/reset", false)]
    [TestCase("//app.example.com/reset", false)]
    [TestCase("javascript:alert(1)", false)]
    [TestCase("https://app.example.com/reset\nBcc: x", false)]
    [TestCase("", false)]
    public void A_reset_page_is_one_of_the_list_or_lies_below_one(string url, bool allowed) =>
        Assert.That(ResetPages.IsAllowed(url, ["https://app.example.com/reset", "https://app.example.com/other/"]), Is.EqualTo(allowed));
}
