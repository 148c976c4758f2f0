using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Grants;

/// <summary>The password grant of users with an authenticator app: its code goes beside the password.</summary>
[Parallelizable(ParallelScope.Self)]
public class PasswordGrantSecondFactorTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config = Parts.Apis + Parts.People +
        """
        clients:
          - { client_id: app, grant_types: [password], client_secrets: [{ value: "plain:app-secret" }], scope: openid }
          - { client_id: old, grant_types: [password], client_secrets: [{ value: "plain:old-secret" }], scope: openid, allow_password_grant_without_mfa: true }
        """;

    [Test]
    public async Task The_code_of_the_app_goes_beside_the_password_and_works_once()
    {
        var (name, app) = await AddUserAsync();
        Hub.Time.Advance(TimeSpan.FromSeconds(30));
        var code = app.CodeAt(Hub.Time.GetUtcNow());

        var without = await LoginAsync("app", name);
        var wrong = await LoginAsync("app", name, ("otp", app.WrongAt(Hub.Time.GetUtcNow())));
        var malformed = await LoginAsync("app", name, ("otp", "abc"));
        var right = await LoginAsync("app", name, ("otp", code));
        var again = await LoginAsync("app", name, ("otp", code));

        Assert.That(Refused(without), Is.EqualTo((400, "invalid_grant", "mfa_required")));
        Assert.That(Refused(wrong), Is.EqualTo((400, "invalid_grant", "otp_refused")));
        Assert.That(Refused(malformed), Is.EqualTo((400, "invalid_grant", "otp_refused")));
        Assert.That(Refused(again), Is.EqualTo((400, "invalid_grant", "otp_refused")));
        var id = new JsonWebToken(right["id_token"]);
        Assert.That(id.GetPayloadValue<string[]>("amr"), Is.EqualTo(["pwd", "otp", "mfa"]));
        Assert.That(id.GetClaim("acr").Value, Is.EqualTo("urn:identityhub:acr:2"));
    }

    [Test]
    public async Task A_right_code_is_worth_nothing_with_a_wrong_password_and_is_not_used_up()
    {
        var (name, app) = await AddUserAsync();
        Hub.Time.Advance(TimeSpan.FromSeconds(30));
        var code = app.CodeAt(Hub.Time.GetUtcNow());

        var wrong = await Client.LoginAsync("app", name, "wrong password", "openid", null, ("otp", code));
        var right = await LoginAsync("app", name, ("otp", code));

        Assert.That(Refused(wrong), Is.EqualTo((400, "invalid_grant", "credentials_refused")));
        Assert.That(right.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_client_that_is_allowed_to_goes_on_without_the_code_and_its_tokens_say_so()
    {
        var (name, app) = await AddUserAsync();
        Hub.Time.Advance(TimeSpan.FromSeconds(30));

        var without = await LoginAsync("old", name);
        var with = await LoginAsync("old", name, ("otp", app.CodeAt(Hub.Time.GetUtcNow())));

        Assert.That(new JsonWebToken(without["id_token"]).GetClaim("acr").Value, Is.EqualTo("urn:identityhub:acr:1"));
        Assert.That(new JsonWebToken(with["id_token"]).GetClaim("acr").Value, Is.EqualTo("urn:identityhub:acr:2"));
    }

    [Test]
    public async Task A_user_without_an_app_is_not_refused_for_a_code()
    {
        var user = await Hub.AddUserAsync();

        Assert.That((await LoginAsync("app", user.UserName!, ("otp", "123456"))).Status, Is.EqualTo(200));
    }

    private async Task<(string Name, TestAuthenticator App)> AddUserAsync()
    {
        var user = await Hub.AddUserAsync();
        return (user.UserName!, await Hub.SetUpAsync(user.Id));
    }

    private Task<Answer> LoginAsync(string client, string name, params (string Name, string? Value)[] more) =>
        Client.LoginAsync(client, name, HubUsers.Password, "openid", null, more);

    private static (int, string?, string?) Refused(Answer answer) => (answer.Status, answer["error"], answer["error_reason"]);
}
