using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Server.Grants;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.Discovery;

/// <summary>Each grant gives tokens, each scope is granted, each claim arrives, each algorithm signs.</summary>
internal static class TokenProbes
{
    private const string Everything = DiscoveryTruthTests.Everything;
    private const string UserInfo = "/connect/userinfo";

    public static readonly Dictionary<string, Probe> All = new()
    {
        ["grant_types_supported"] = GrantsAsync,
        ["scopes_supported"] = ScopesAsync,
        ["claims_supported"] = ClaimsAsync,
        ["claim_types_supported"] = ClaimTypesAsync,
        ["subject_types_supported"] = SubjectTypesAsync,
        ["id_token_signing_alg_values_supported"] = IdTokenAlgorithmsAsync,
    };

    private static readonly Dictionary<string, Func<Hub, Task<Answer>>> Grants = new()
    {
        [GrantTypes.AuthorizationCode] = hub => hub.Client.TokensAsync(Everything),
        [GrantTypes.ClientCredentials] = hub => hub.Client.MachineAsync(Everything),
        [GrantTypes.Password] = hub => hub.Client.LoginAsync(Everything),
        [GrantTypes.Otp] = async hub =>
            await hub.Client.RedeemOtpAsync("alice@example.com", await hub.NewCodeAsync("alice@example.com", Everything), Everything),
        [GrantTypes.RefreshToken] = async hub =>
            await hub.Client.RefreshAsync(Everything, (await hub.Client.LoginAsync(Everything))["refresh_token"]),
        [GrantTypes.TokenExchange] = async hub =>
            await hub.Client.TokenExchangeAsync(
                Everything, (await hub.Client.LoginAsync(Everything))["access_token"]!, TokenExchangeGrant.AccessTokenType),
        [GrantTypes.HashSecret] = hub =>
            hub.Client.TokenAsync(("grant_type", GrantTypes.HashSecret), ("hash", Everything), ("secret", Everything + "-secret")),
        [GrantTypes.DeviceCode] = async hub =>
        {
            var device = await hub.Client.PostFormAsync(Devices.Endpoint, Proof);
            await hub.DecideAsync(device["user_code"]!, approved: true, await hub.SignInAsync());
            return await hub.Client.TokenAsync([.. Proof, ("grant_type", GrantTypes.DeviceCode), ("device_code", device["device_code"]!)]);
        },
        [GrantTypes.JwtBearer] = async hub =>
        {
            await hub.Client.OpenAsync(HttpMethod.Put, Tenants.UserPath("bob"), """{"email":"bob@example.com","firstName":"Bob"}""");
            return await hub.Client.ExchangeAsync(hub.ReadToken("bob"), Everything);
        },
    };

    // OpenID Connect Core §5.4; of profile, what a user of the hub can have.
    private static readonly Dictionary<string, string[]> ClaimsOfScope = new()
    {
        ["openid"] = [],
        ["offline_access"] = [],
        ["profile"] = ["name", "given_name", "family_name", "preferred_username", "locale", "updated_at"],
        ["email"] = ["email", "email_verified"],
        ["phone"] = ["phone_number", "phone_number_verified"],
        ["address"] = ["address"],
        ["contact"] = ["email", "phone_number"],
        ["strange"] = ["account"],
    };

    private static readonly Dictionary<string, string> ClientsOfAlgorithm = new() { ["RS256"] = "web", ["ES256"] = "elliptic" };

    private static (string Name, string Value)[] Proof => [("client_id", Everything), ("client_secret", Everything + "-secret")];

    private static async Task GrantsAsync(Hub hub, JsonElement listed)
    {
        Assert.That(listed.Texts(), Is.EquivalentTo(hub.Services.GetServices<IGrant>().Select(grant => grant.GrantType)));
        foreach (var grant in listed.Texts())
        {
            Assert.That(Grants, Does.ContainKey(grant), "nobody tries this grant out");
            var tokens = await Grants[grant](hub);
            Assert.That(tokens["access_token"], Is.Not.Null, $"{grant}: {tokens}");
        }

        foreach (var other in GrantTypes.All.Except(listed.Texts()).Append("implicit").Append("urn:openid:params:grant-type:ciba"))
            Assert.That(
                (await hub.Client.TokenAsync([.. Proof, ("grant_type", other)]))["error"], Is.EqualTo("unsupported_grant_type"), other);
    }

    private static async Task ScopesAsync(Hub hub, JsonElement listed)
    {
        var user = await FullUserAsync(hub);
        foreach (var scope in listed.Texts())
        {
            var asked = scope == "openid" ? scope : $"openid {scope}";
            var tokens = await hub.Client.LoginAsync(Everything, user, HubUsers.Password, asked);
            var info = await hub.Client.GetAnswerAsync(UserInfo, tokens["access_token"]);

            Assert.That(tokens["scope"], Is.EqualTo(asked), tokens.ToString());
            Assert.That(tokens["id_token"], Is.Not.Null);
            Assert.That(tokens["refresh_token"] is not null, Is.EqualTo(scope == "offline_access"), scope);
            Assert.That(
                info.Json.EnumerateObject().Select(member => member.Name).Skip(1),
                Is.EquivalentTo(ClaimsOfScope.GetValueOrDefault(scope, [])), scope);
        }

        Assert.That((await hub.Client.LoginAsync(Everything, scope: "openid nobody.knows"))["error"], Is.EqualTo("invalid_scope"));
    }

    private static async Task ClaimsAsync(Hub hub, JsonElement listed)
    {
        var tokens = await hub.Client.LoginAsync(Everything, await FullUserAsync(hub), HubUsers.Password);
        var info = (await hub.Client.GetAnswerAsync(UserInfo, tokens["access_token"]))
            .Json.EnumerateObject()
            .Select(member => member.Name)
            .ToList();
        var idToken = new JsonWebToken(tokens["id_token"]).Claims.Select(claim => claim.Type).Distinct().ToList();

        Assert.That(listed.Texts(), Is.SubsetOf(info.Concat(idToken)), "each is given");
        Assert.That(info, Is.SubsetOf(listed.Texts()), "and none that is not listed");
        Assert.That(idToken.Except(["iss", "aud", "iat", "exp", "nonce", "at_hash"]), Is.SubsetOf(listed.Texts()));
    }

    // Normal: the values stand in the answer itself. OpenID Connect Core §5.6.
    private static async Task ClaimTypesAsync(Hub hub, JsonElement listed)
    {
        var tokens = await hub.Client.LoginAsync(Everything, await FullUserAsync(hub), HubUsers.Password);
        var info = await hub.Client.GetAnswerAsync(UserInfo, tokens["access_token"]);

        Assert.That(listed.Texts(), Is.EqualTo(["normal"]));
        Assert.That(
            (info["email"] is not null, info["_claim_names"], info["_claim_sources"]), Is.EqualTo((true, (string?)null, (string?)null)));
    }

    // Public: every client sees the same. OpenID Connect Core §8.
    private static async Task SubjectTypesAsync(Hub hub, JsonElement listed)
    {
        var subjects = new List<string>();
        foreach (var client in new[] { "web", "other" })
            subjects.Add(new JsonWebToken((await hub.Client.TokensAsync(client))["id_token"]).Subject);

        Assert.That(listed.Texts(), Is.EqualTo(["public"]));
        Assert.That(subjects, Is.All.EqualTo(Parts.AliceId));
    }

    private static async Task IdTokenAlgorithmsAsync(Hub hub, JsonElement listed)
    {
        Assert.That(listed.Texts(), Does.Contain("RS256"), "OpenID Connect Core §15.1");
        Assert.That(listed.Texts(), Is.EquivalentTo(ClientsOfAlgorithm.Keys), "nobody tries this algorithm out");
        foreach (var algorithm in listed.Texts())
        {
            var client = ClientsOfAlgorithm[algorithm];
            await RelyingParty.ReadIdTokenAsync(hub, (await hub.Client.TokensAsync(client))["id_token"], client, algorithm);
        }
    }

    private static async Task<string> FullUserAsync(Hub hub)
    {
        var user = await hub.AddUserAsync(user =>
        {
            (user.GivenName, user.FamilyName, user.Locale) = ("Full", "User", "en");
            (user.Email, user.EmailConfirmed, user.PhoneNumber) = (
                $"{user.Id:N}@example.com", true, $"+2776{user.Id.GetHashCode() & 0xffffff:00000000}");
            (user.StreetAddress, user.Country) = ("12 Long Street", "South Africa");
        });
        return user.UserName!;
    }
}
