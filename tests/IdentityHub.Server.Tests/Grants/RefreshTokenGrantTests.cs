using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Grants;

[Spec("RFC 6749", "6")]
public class RefreshTokenGrantTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config = Parts.Apis + Parts.People +
        """
        clients:
          - { client_id: app, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:app-secret" }], scope: openid profile orders.read }
          - { client_id: other, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:other-secret" }], scope: openid orders.read }
          - { client_id: fixed, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:fixed-secret" }], scope: openid, refresh_token: { rotation: false } }
        """;

    [Test]
    public async Task A_refresh_gives_a_new_access_token_of_the_same_login_and_a_new_refresh_token()
    {
        var login = await Client.LoginAsync("app");
        var refreshed = await Client.RefreshAsync("app", login["refresh_token"]);
        var (before, after) = (new JsonWebToken(login["access_token"]), new JsonWebToken(refreshed["access_token"]));

        Assert.Multiple(() =>
        {
            Assert.That(
                refreshed.Json.EnumerateObject().Select(member => member.Name),
                Is.EqualTo(["access_token", "token_type", "expires_in", "scope", "refresh_token", "id_token"]));
            Assert.That(refreshed["refresh_token"], Does.StartWith("ihr_").And.Not.EqualTo(login["refresh_token"]));
            Assert.That(after.Id, Is.Not.EqualTo(before.Id));
            foreach (var claim in new[] { "iss", "sub", "aud", "sid", "auth_time", "scope", "client_id", "org_id" })
                Assert.That(after.GetClaim(claim).Value, Is.EqualTo(before.GetClaim(claim).Value), claim);
            Assert.That(refreshed.Header("Cache-Control"), Is.EqualTo("no-store"));
        });
    }

    [Test]
    public async Task Each_successor_can_be_used_in_its_turn()
    {
        var token = (await Client.LoginAsync("app"))["refresh_token"];
        var seen = new List<string?> { token };
        for (var i = 0; i < 5; i++)
            seen.Add(token = (await Client.RefreshAsync("app", token))["refresh_token"]);

        Assert.That(seen, Is.Unique);
        Assert.That(seen, Has.None.Null);
    }

    [Test]
    public async Task A_refresh_may_narrow_the_scope_for_one_access_token_and_the_grant_stays()
    {
        var login = await Client.LoginAsync("app", scope: "openid profile orders.read");

        var narrowed = await Client.RefreshAsync("app", login["refresh_token"], "orders.read");
        var whole = await Client.RefreshAsync("app", narrowed["refresh_token"]);

        Assert.That((narrowed["scope"], whole["scope"]), Is.EqualTo(("orders.read", "openid profile orders.read")));
    }

    [TestCase("openid orders.read", "invalid_scope", Description = "the client may, but the user has not granted it")]
    [TestCase("admin", "invalid_scope")]
    [TestCase("bad\\scope", "invalid_scope")]
    public async Task A_refresh_may_not_widen_the_scope_and_its_token_is_not_used_up(string asked, string error)
    {
        var login = await Client.LoginAsync("app", scope: "openid profile");

        var refused = await Client.RefreshAsync("app", login["refresh_token"], asked);
        var good = await Client.RefreshAsync("app", login["refresh_token"]);

        Assert.That((refused.Status, refused["error"]), Is.EqualTo((400, error)), refused.ToString());
        Assert.That(good.Status, Is.EqualTo(200));
    }

    [Test, Spec("ASSURANCE", "P7")]
    public async Task P7_Another_client_cannot_use_it_and_its_owner_still_can()
    {
        var login = await Client.LoginAsync("app");

        var foreign = await Client.RefreshAsync("other", login["refresh_token"]);
        var own = await Client.RefreshAsync("app", login["refresh_token"]);
        var foreignLater = await Client.RefreshAsync("other", login["refresh_token"]);
        var successor = await Client.RefreshAsync("app", own["refresh_token"]);

        Assert.That((foreign.Status, foreign["error"]), Is.EqualTo((400, "invalid_grant")));
        Assert.That((foreignLater.Status, foreignLater["error"]), Is.EqualTo((400, "invalid_grant")));
        Assert.That((own.Status, successor.Status), Is.EqualTo((200, 200)), "a used token in foreign hands ends nothing");
    }

    [Test]
    public async Task Without_rotation_the_same_token_is_good_again_and_again()
    {
        var login = await Client.LoginAsync("fixed");

        for (var i = 0; i < 3; i++)
        {
            var refreshed = await Client.RefreshAsync("fixed", login["refresh_token"]);
            Assert.That(refreshed["refresh_token"], Is.EqualTo(login["refresh_token"]), refreshed.ToString());
        }
    }

    [Test, Spec("ASSURANCE", "C7")]
    public async Task C7_A_token_that_is_changed_lengthened_or_shortened_by_one_character_is_refused_and_the_right_one_is_not_used_up()
    {
        var token = (await Client.LoginAsync("app"))["refresh_token"]!;
        var middle = token.Length / 2;
        var flipped = token[middle] == 'A' ? 'B' : 'A';

        string[] wrong =
        [
            token + "A", token[..^1], token[1..], "x" + token, $"{token[..middle]}{flipped}{token[(middle + 1)..]}",
            token.ToUpperInvariant(), token + " ", token + "\u00e9"
        ];
        foreach (var changed in wrong)
        {
            var answer = await Client.RefreshAsync("app", changed);
            Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "invalid_grant")), changed.Length.ToString("D", null));
        }

        Assert.That((await Client.RefreshAsync("app", token)).Status, Is.EqualTo(200));
    }

    [Test, Spec("ASSURANCE", "R8")]
    public async Task R8_An_access_token_is_no_refresh_token()
    {
        var login = await Client.LoginAsync("app");

        var answer = await Client.RefreshAsync("app", login["access_token"]);

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "invalid_grant")));
    }

    [Test]
    public async Task A_request_without_a_refresh_token_is_incomplete()
    {
        var answer = await Client.RefreshAsync("app", null);

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "invalid_request")));
    }

    [Test]
    public async Task A_user_who_is_disabled_gets_nothing_more_and_gets_it_again_when_enabled()
    {
        var user = await Hub.AddUserAsync();
        var login = await Client.LoginAsync("app", user.UserName!, HubUsers.Password);

        await Hub.ChangeUserAsync(user.Id, changed => changed.DisabledAt = FakeTime.Start);
        var refused = await Client.RefreshAsync("app", login["refresh_token"]);
        await Hub.ChangeUserAsync(user.Id, changed => changed.DisabledAt = null);
        var good = await Client.RefreshAsync("app", login["refresh_token"]);

        Assert.That((refused.Status, refused["error"]), Is.EqualTo((400, "invalid_grant")));
        Assert.That(good.Status, Is.EqualTo(200));
    }
}
