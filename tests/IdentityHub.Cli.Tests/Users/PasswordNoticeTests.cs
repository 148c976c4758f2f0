using System.Text;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Outbox;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Users;

/// <summary><c>hub users password</c> tells clients that sessions have ended, as every other change of a password does.</summary>
public class PasswordNoticeTests(DatabaseKind kind) : RunningServerTests(kind, Config)
{
    private const string Config =
        """
        clients:
          - { client_id: told, grant_types: [password], client_secrets: [{ value: "plain:told-secret" }], scope: openid, backchannel_logout_uri: "https://told.test/logout" }
          - { client_id: silent, grant_types: [password], client_secrets: [{ value: "plain:silent-secret" }], scope: openid }
        users:
          - { id: 11111111-1111-4111-8111-111111111111, user_name: alice, password: "plain:Alice-Pass-1234" }

        """;

    [Test]
    [Spec("OpenID Connect Back-Channel Logout", "2.3")]
    public async Task Clients_that_want_to_know_get_a_notice_when_the_key_is_named_and_a_warning_says_so_when_it_is_not()
    {
        await LoginAsync("told");
        await LoginAsync("silent");

        var set = await Shell.RunWithInputAsync(
            "another horse battery\n", "users", "password", "alice", "--password-stdin", "--key-file", Installation.KeyFile);

        Assert.That((set.ExitCode, set.Error), Is.EqualTo((0, "")));
        await using var context = Installation.Database.NewContext();
        using var protector = KeyProtector.FromFile(Installation.KeyFile, createIfMissing: false);
        var message = await context.OutboxMessages.AsNoTracking().SingleAsync();
        Assert.That(message.Channel, Is.EqualTo("backchannel-logout"));
        Assert.That(
            Encoding.UTF8.GetString(protector.Unwrap(OutboxContent.PurposeOf(message.Channel), message.WrappedPayload)),
            Does.StartWith("{\"ClientId\":\"told\",\"UserId\":\"11111111-1111-4111-8111-111111111111\",\"SessionId\":"));

        await LoginAsync("told", "another horse battery");
        var unnamed = await Shell.RunWithInputAsync("a third horse battery\n", "users", "password", "alice", "--password-stdin");

        Assert.That(
            (unnamed.ExitCode, unnamed.Error),
            Is.EqualTo((0, "Clients are not told that the sessions have ended, because no key-protection key is named: --key-file FILE.")));
    }

    private async Task LoginAsync(string clientId, string password = TokenRequests.AlicePassword)
    {
        var answer = await Client.LoginAsync(clientId, password: password);
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
    }
}
