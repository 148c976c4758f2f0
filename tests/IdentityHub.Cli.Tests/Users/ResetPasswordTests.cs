using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Users;

/// <summary><c>hub users reset-password</c>, while a server runs that sends the mail. Each test has a user of its own.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
public class ResetPasswordTests(DatabaseKind kind)
{
    private const string New = "another horse battery";

    private const string Config =
        """
        clients:
          - { client_id: web, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:web-secret" }], scope: openid offline_access }
        dialects:
          lsid: { enabled: true, reset_page_urls: ["https://app.example.com/reset"] }
        users:
          - { id: 11111111-1111-4111-8111-111111111111, user_name: alice, email: alice@example.com, password: "plain:Alice-Pass-1234" }
          - { id: 22222222-2222-4222-8222-222222222222, user_name: bob, password: "plain:Alice-Pass-1234" }
          - { id: 33333333-3333-4333-8333-333333333333, user_name: carol, email: carol@example.com, enabled: false, password: "plain:Alice-Pass-1234" }

        """;

    private readonly HubShell _hub = new();
    private Installation _installation = null!;
    private HttpClient _client = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _installation = await Installation.CreateAsync(Config, kind);
        _client = (await _installation.StartNodeAsync(TimeProvider.System)).Client;
        _hub.With("ConnectionStrings__IdentityHub", _installation.Database.ConnectionString)
            .With("IdentityHub__KeyProtection__KeyFile", _installation.KeyFile);
    }

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        _hub.Dispose();
        await _installation.DisposeAsync();
    }

    [Test]
    public async Task A_mail_with_a_link_is_sent_by_the_server_and_its_token_sets_the_password()
    {
        var login = await _client.LoginAsync("web", scope: "openid offline_access");

        var asked = await _hub.RunAsync("users", "reset-password", "alice@example.com");
        var text = await Eventually.GetAsync(MailAsync, mail => mail.Contains("token=", StringComparison.Ordinal));
        var stays = await _client.RefreshAsync("web", login["refresh_token"]);
        var token = text[(text.IndexOf("token=", StringComparison.Ordinal) + "token=".Length)..].Split('&')[0];
        var set = await _client.AnswerAsync(
            new HttpRequestMessage(HttpMethod.Put, "/password/reset")
                .WithJson($$"""{"token":"{{token}}","username":"alice","newPassword":"{{New}}"}"""));

        Assert.That((asked.ExitCode, asked.Output, asked.Error), Is.EqualTo((
            0, "A running server sends the mail. Its link is good for an hour.", "")));
        Assert.That(text, Does.Contain("https://app.example.com/reset?token="));
        Assert.That(stays.Status, Is.EqualTo(200), "nothing has changed before the link is used");
        Assert.That(set.Status, Is.EqualTo(200), set.ToString());
        Assert.That((await _client.RefreshAsync("web", stays["refresh_token"])).Status, Is.EqualTo(400));
        Assert.That((await _client.LoginAsync("web", password: New)).Status, Is.EqualTo(200));
        Assert.That(await TypesOfAsync("11111111-1111-4111-8111-111111111111"), Is.EqualTo(new[] { "password.reset_requested" }));
    }

    [Test]
    public async Task With_set_the_password_is_set_and_everything_that_was_there_ends()
    {
        var login = await _client.LoginAsync("web", "bob", scope: "openid offline_access");

        var set = await _hub.RunWithInputAsync(New + "\n", "users", "reset-password", "bob", "--set");

        Assert.That((set.ExitCode, set.Output, set.Error), Is.EqualTo((0, "", "")));
        Assert.That((await _client.RefreshAsync("web", login["refresh_token"])).Status, Is.EqualTo(400));
        Assert.That((await _client.LoginAsync("web", "bob")).Status, Is.EqualTo(400));
        Assert.That((await _client.LoginAsync("web", "bob", New)).Status, Is.EqualTo(200));
        Assert.That(await TypesOfAsync("22222222-2222-4222-8222-222222222222"), Is.EqualTo(new[] { "password.forced" }));
    }

    [TestCase("bob", "The user has no e-mail address, so that no mail can be sent. Set a password in its place: --set")]
    [TestCase("carol", "The user is disabled, so that no mail is sent. Enable them first: hub users enable USER")]
    [TestCase("dave", "There is no user with this name, e-mail address, phone number or id.")]
    public async Task Where_no_mail_can_be_sent_the_command_says_why(string user, string fault)
    {
        var result = await _hub.RunAsync("users", "reset-password", user);

        Assert.That((result.ExitCode, result.Output, result.Error), Is.EqualTo((1, "", fault)));
    }

    [TestCase("", "There is no password on standard input.")]
    [TestCase("short\n", "The password is not taken: it ")]
    public async Task A_password_that_is_not_taken_changes_nothing(string input, string fault)
    {
        var result = await _hub.RunWithInputAsync(input, "users", "reset-password", "carol", "--set");

        Assert.That((result.ExitCode, result.Output), Is.EqualTo((1, "")));
        Assert.That(result.Error, Does.StartWith(fault));
        Assert.That(await TypesOfAsync("33333333-3333-4333-8333-333333333333"), Is.Empty);
    }

    private async Task<string> MailAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/dev/outbox");
        request.Headers.Add("Accept", "application/json");
        var answer = await _client.AnswerAsync(request);
        var messages = answer.Json.GetProperty("messages");
        return messages.GetArrayLength() == 0 ? "" : messages[0].GetProperty("text").GetString()!;
    }

    private async Task<List<string>> TypesOfAsync(string user)
    {
        await using var context = _installation.Database.NewContext();
        var id = Guid.Parse(user);
        return await context.AuditEvents.Where(row => row.UserId == id && row.Endpoint == "hub").Select(row => row.Type).ToListAsync();
    }
}
