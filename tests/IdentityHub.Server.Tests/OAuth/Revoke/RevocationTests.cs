using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.Revoke;

[Spec("RFC 7009", "2")]
public class RevocationTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config = Parts.Apis + Parts.People +
        """
        clients:
          - { client_id: jwt, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:jwt-secret" }], scope: openid orders.read }
          - { client_id: opaque, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:opaque-secret" }], scope: openid orders.read, access_token_format: reference }
          - { client_id: other, grant_types: [password], client_secrets: [{ value: "plain:other-secret" }] }
          - { client_id: public, token_endpoint_auth_method: none, grant_types: [password, refresh_token], scope: openid }
        """;

    [TestCase("jwt")]
    [TestCase("opaque")]
    public async Task A_revoked_access_token_is_dead_everywhere_and_its_login_goes_on(string clientId)
    {
        var login = await Client.LoginAsync(clientId);

        var answer = await Client.RevokeAsync(clientId, login["access_token"]);

        Assert.That((answer.Status, answer.Body, answer.Header("Cache-Control")), Is.EqualTo((200, "", "no-store")), answer.ToString());
        Assert.That(await Client.IsActiveAsync(clientId, login["access_token"]), Is.False);
        Assert.That((await Client.IntrospectAsync("orders", login["access_token"]))["active"], Is.EqualTo("false"));
        Assert.That((await Client.GetAnswerAsync("/connect/userinfo", login["access_token"])).Status, Is.EqualTo(401));
        Assert.That((await Client.RefreshAsync(clientId, login["refresh_token"])).Status, Is.EqualTo(200));
    }

    [TestCase("jwt")]
    [TestCase("opaque")]
    public async Task A_revoked_refresh_token_takes_its_whole_family_along_and_no_other_login(string clientId)
    {
        var login = await Client.LoginAsync(clientId);
        var other = await Client.LoginAsync(clientId);
        var refreshed = await Client.RefreshAsync(clientId, login["refresh_token"]);

        var answer = await Client.RevokeAsync(clientId, refreshed["refresh_token"]);

        Assert.That(answer.Status, Is.EqualTo(200));
        foreach (var dead in new[] { login["access_token"], refreshed["access_token"], refreshed["refresh_token"] })
            Assert.That(await Client.IsActiveAsync(clientId, dead), Is.False);
        Assert.That((await Client.RefreshAsync(clientId, refreshed["refresh_token"]))["error"], Is.EqualTo("invalid_grant"));
        Assert.That(await Client.IsActiveAsync(clientId, other["access_token"]), Is.True);
    }

    [Test]
    public async Task A_refresh_token_that_was_used_already_ends_its_family_too()
    {
        var login = await Client.LoginAsync("jwt");
        var refreshed = await Client.RefreshAsync("jwt", login["refresh_token"]);

        await Client.RevokeAsync("jwt", login["refresh_token"]);

        Assert.That((await Client.RefreshAsync("jwt", refreshed["refresh_token"]))["error"], Is.EqualTo("invalid_grant"));
    }

    [TestCase("jwt")]
    [TestCase("opaque")]
    public async Task A_token_of_another_client_is_refused_and_lives_on(string clientId)
    {
        var login = await Client.LoginAsync(clientId);

        foreach (var token in new[] { login["access_token"], login["refresh_token"] })
        {
            var answer = await Client.RevokeAsync("other", token);
            Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "invalid_grant")), answer.ToString());
        }

        Assert.That(await Client.IsActiveAsync(clientId, login["access_token"]), Is.True);
        Assert.That((await Client.RefreshAsync(clientId, login["refresh_token"])).Status, Is.EqualTo(200));
    }

    [TestCase("jwt")]
    [TestCase("opaque")]
    public async Task A_second_time_is_as_good_as_the_first(string clientId)
    {
        var login = await Client.LoginAsync(clientId);

        foreach (var token in new[] { login["access_token"], login["access_token"], login["refresh_token"], login["refresh_token"] })
            Assert.That((await Client.RevokeAsync(clientId, token)).Status, Is.EqualTo(200));
    }

    [TestCase("never-issued")]
    [TestCase("iha_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [TestCase("e30.e30.e30")]
    [Spec("RFC 7009", "2.2")]
    public async Task An_unknown_token_needs_no_revocation(string token) =>
        Assert.That((await Client.RevokeAsync("jwt", token)).Status, Is.EqualTo(200));

    [TestCase("access_token")]
    [TestCase("refresh_token")]
    [TestCase("urn:example:unheard-of")]
    [Spec("RFC 7009", "2.1")]
    public async Task A_wrong_hint_does_no_harm(string hint)
    {
        var login = await Client.LoginAsync("opaque");

        var answer = await Client.PostFormAsync(
            "/connect/revocation", ("token", login["refresh_token"]!), ("token_type_hint", hint), ("client_id", "opaque"),
            ("client_secret", "opaque-secret"));

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(await Client.IsActiveAsync("opaque", login["access_token"]), Is.False);
    }

    [Test]
    public async Task A_public_client_revokes_its_own_tokens_by_name()
    {
        var login = await Client.LoginAsync(TestClient.Public("public"));

        var answer = await Client.PostFormAsync("/connect/revocation", ("token", login["refresh_token"]!), ("client_id", "public"));

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That((await Client.GetAnswerAsync("/connect/userinfo", login["access_token"])).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task Nothing_is_revoked_for_a_client_that_fails_to_prove_who_it_is_or_names_no_token()
    {
        var login = await Client.LoginAsync("jwt");
        var unproven = await Client.PostFormAsync("/connect/revocation", ("token", login["access_token"]!), ("client_id", "jwt"));
        var nobody = await Client.PostFormAsync("/connect/revocation", ("token", login["access_token"]!));
        var incomplete = await Client.PostFormAsync("/connect/revocation", ("client_id", "jwt"), ("client_secret", "jwt-secret"));

        Assert.That((unproven.Status, nobody.Status, incomplete.Status), Is.EqualTo((401, 401, 400)));
        Assert.That(await Client.IsActiveAsync("jwt", login["access_token"]), Is.True);
    }
}
