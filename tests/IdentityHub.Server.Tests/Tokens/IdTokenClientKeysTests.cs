using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Tokens;

/// <summary>
/// What a client says about its <c>id_token</c>s: how long they are valid, and whether they hold the claims of its scopes.
/// </summary>
public class IdTokenClientKeysTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config = Parts.Apis + Parts.People +
        """
        clients:
          - { client_id: nextauth, grant_types: [authorization_code, refresh_token], client_secrets: [{ value: "plain:nextauth-secret" }], redirect_uris: ["https://nextauth.test/cb"],
              scope: openid profile email phone offline_access, id_token_claims: scopes, id_token_lifetime: 1h }
          - { client_id: usual, grant_types: [authorization_code, refresh_token], client_secrets: [{ value: "plain:usual-secret" }], redirect_uris: ["https://usual.test/cb"],
              scope: openid profile email offline_access }

        """;

    private static readonly string[] All =
    [
        "name", "given_name", "family_name", "preferred_username", "email", "email_verified", "phone_number"
    ];

    [Test, Spec("OpenID Connect Core", "5.4")]
    public async Task A_client_with_id_token_claims_scopes_finds_the_claims_of_the_granted_scopes_there()
    {
        var tokens = await Client.TokensAsync("nextauth", ("scope", "openid profile email offline_access"));
        var refreshed = await Client.RefreshAsync("nextauth", tokens["refresh_token"]);
        var narrowed = await Client.RefreshAsync("nextauth", refreshed["refresh_token"], "openid email");

        Assert.Multiple(() =>
        {
            Assert.That(Names(tokens), Is.EquivalentTo(All.SkipLast(1)));
            Assert.That(Names(refreshed), Is.EquivalentTo(All.SkipLast(1)));
            Assert.That(Names(narrowed), Is.EquivalentTo((string[])["email", "email_verified"]));
            Assert.That(new JsonWebToken(tokens["id_token"]).GetClaim("email").Value, Is.EqualTo("alice@example.com"));
        });
    }

    [Test]
    public async Task Any_other_client_finds_there_what_it_asks_for_by_name() =>
        Assert.That(
            Names(await Client.TokensAsync("usual", ("scope", "openid profile email"), ("claims", """{"id_token":{"email":null}}"""))),
            Is.EqualTo(["email"]));

    [TestCase("nextauth", 3_600)]
    [TestCase("usual", 300)]
    [Spec("OpenID Connect Core", "2")]
    public async Task An_id_token_is_valid_as_long_as_its_client_says(string clientId, int seconds)
    {
        var idToken = new JsonWebToken((await Client.TokensAsync(clientId))["id_token"]);

        Assert.That((idToken.ValidTo - idToken.IssuedAt).TotalSeconds, Is.EqualTo(seconds));
    }

    private static string[] Names(Answer tokens)
    {
        var idToken = new JsonWebToken(tokens["id_token"]);
        return [.. All.Where(name => idToken.TryGetPayloadValue<object>(name, out _))];
    }
}
