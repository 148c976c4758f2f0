using System.Text;
using IdentityHub.Storage;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Outbox;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Users;

/// <summary><c>hub users password</c> tells clients that sessions have ended, as every other change of a password does.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class PasswordNoticeTests(DatabaseKind kind)
{
    private const string Config =
        """
        clients:
          - { client_id: told, grant_types: [password], client_secrets: [{ value: "plain:told-secret" }], scope: openid, backchannel_logout_uri: "https://told.test/logout" }
          - { client_id: silent, grant_types: [password], client_secrets: [{ value: "plain:silent-secret" }], scope: openid }
        users:
          - { id: 11111111-1111-4111-8111-111111111111, user_name: alice, password: "plain:Alice-Pass-1234" }

        """;

    private readonly HubShell _hub = new();

    [TearDown]
    public void RemoveFolder() => _hub.Dispose();

    [Test]
    [Spec("OpenID Connect Back-Channel Logout", "2.3")]
    public async Task Clients_that_want_to_know_get_a_notice_when_the_key_is_named_and_a_warning_says_so_when_it_is_not()
    {
        await using var installation = await Installation.CreateAsync(Config, kind);
        var node = await installation.StartNodeAsync(TimeProvider.System);
        _hub.With("ConnectionStrings__IdentityHub", installation.Database.ConnectionString);
        await LoginAsync(node, "told");
        await LoginAsync(node, "silent");

        var set = await _hub.RunWithInputAsync("another horse battery\n", "users", "password", "alice", "--password-stdin", "--key-file", installation.KeyFile);

        Assert.That((set.ExitCode, set.Error), Is.EqualTo((0, "")));
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(installation.Database.Open()));
        using var protector = KeyProtector.FromFile(installation.KeyFile, createIfMissing: false);
        var message = await context.OutboxMessages.AsNoTracking().SingleAsync();
        Assert.That(message.Channel, Is.EqualTo("backchannel-logout"));
        Assert.That(
            Encoding.UTF8.GetString(protector.Unwrap(OutboxContent.PurposeOf(message.Channel), message.WrappedPayload)),
            Does.StartWith("{\"ClientId\":\"told\",\"UserId\":\"11111111-1111-4111-8111-111111111111\",\"SessionId\":"));

        await LoginAsync(node, "told", "another horse battery");
        var unnamed = await _hub.RunWithInputAsync("a third horse battery\n", "users", "password", "alice", "--password-stdin");

        Assert.That((unnamed.ExitCode, unnamed.Error), Is.EqualTo((0, "Clients are not told that the sessions have ended, because no key-protection key is named: --key-file FILE.")));
    }

    private static async Task LoginAsync(Hub node, string clientId, string password = "Alice-Pass-1234")
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "password",
            ["client_id"] = clientId,
            ["client_secret"] = $"{clientId}-secret",
            ["username"] = "alice",
            ["password"] = password,
        });
        using var answer = await node.Client.PostAsync(new Uri("/connect/token", UriKind.Relative), form);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200), await answer.Content.ReadAsStringAsync());
    }
}
