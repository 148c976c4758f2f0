using System.Text.RegularExpressions;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Grants;

/// <summary>Nobody learns from a refused login whether the user exists, or what is the matter with the account.</summary>
[Spec("ASSURANCE", "E1")]
public partial class PasswordRefusalTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config = Parts.Apis + Parts.People +
        """
        clients:
          - { client_id: app, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:app-secret" }], scope: openid orders.read }
        """;

    private static readonly Dictionary<string, Action<User>> States = new()
    {
        ["disabled"] = user => user.DisabledAt = FakeTime.Start,
        ["blocked"] = user => user.LockoutEnd = FakeTime.Start.AddMinutes(5),
        ["not yet valid"] = user => user.NotBefore = FakeTime.Start.AddDays(1),
        ["of a disabled organization"] = user => user.OrganizationId = "closed",
        ["without a password"] = user => user.PasswordHash = null,
        ["with a malformed hash"] = user => user.PasswordHash = "AQAAAAIAAYagAAAAEA==",
    };

    private static IEnumerable<string> Names => States.Keys;

    [TestCaseSource(nameof(Names))]
    public async Task A_user_in_this_state_gets_the_answer_of_a_wrong_password_to_the_right_one(string state)
    {
        var unlucky = await Hub.AddUserAsync(States[state]);

        var answer = await Client.LoginAsync("app", unlucky.UserName!, HubUsers.Password);

        Assert.That(Shown(answer), Is.EqualTo(Shown(await WrongPasswordAsync())));
    }

    [TestCase("nobody")]
    [TestCase("nobody@example.com")]
    [TestCase("+27760000000")]
    [TestCase("' OR '1'='1")]
    [TestCase("ｎｏｂｏｄｙ")]
    public async Task An_unknown_user_gets_the_answer_of_a_wrong_password(string typed) =>
        Assert.That(Shown(await Client.LoginAsync("app", typed)), Is.EqualTo(Shown(await WrongPasswordAsync())));

    [TestCase("x")]
    [TestCase(" ")]
    [TestCase("alice-pass-1234")]
    [TestCase("Alice-Pass-1234 ")]
    public async Task A_password_compares_exactly(string password)
    {
        var user = await Hub.AddUserAsync();

        Assert.That(Shown(await Client.LoginAsync("app", user.UserName!, password)), Is.EqualTo(Shown(await WrongPasswordAsync())));
    }

    [TestCase(1024)]
    [TestCase(1025)]
    [TestCase(8000)]
    [Spec("ASSURANCE", "E4")]
    public async Task A_very_long_password_gets_the_same_answer_whether_or_not_the_user_exists(int length)
    {
        var user = await Hub.AddUserAsync();

        var known = await Client.LoginAsync("app", user.UserName!, new string('x', length));
        var unknown = await Client.LoginAsync("app", $"nobody-{length}", new string('x', length));

        Assert.That(Shown(known), Is.EqualTo(Shown(unknown)));
        Assert.That(Shown(known), Is.EqualTo(Shown(await WrongPasswordAsync())));
    }

    [Test]
    public async Task A_block_that_has_passed_and_a_day_that_has_come_let_the_user_in()
    {
        var blocked = await Hub.AddUserAsync(user => user.LockoutEnd = FakeTime.Start);
        var begun = await Hub.AddUserAsync(user => user.NotBefore = FakeTime.Start);

        Assert.That((await Client.LoginAsync("app", blocked.UserName!, HubUsers.Password)).Status, Is.EqualTo(200));
        Assert.That((await Client.LoginAsync("app", begun.UserName!, HubUsers.Password)).Status, Is.EqualTo(200));
    }

    private async Task<Answer> WrongPasswordAsync()
    {
        var user = await Hub.AddUserAsync();
        var answer = await Client.LoginAsync("app", user.UserName!, "wrong-password");
        Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "invalid_grant")), answer.ToString());
        return answer;
    }

    /// <summary>All that the caller sees, but for the trace id and the date.</summary>
    private static string Shown(Answer answer) => string.Join('\n', answer.Headers
        .Where(header => header.Key != "Date").Select(header => $"{header.Key}: {header.Value}").Order(StringComparer.Ordinal)
        .Prepend($"{answer.Status}").Append(TraceId().Replace(answer.Body, "trace")));

    [GeneratedRegex("[0-9a-f]{32}")]
    private static partial Regex TraceId();
}
