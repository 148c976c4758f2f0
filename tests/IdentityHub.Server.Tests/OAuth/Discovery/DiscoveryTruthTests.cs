using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.Discovery;

/// <summary>Proves one member of the discovery document against the running server.</summary>
internal delegate Task Probe(Hub hub, JsonElement value);

/// <summary>
/// The discovery document says what the server keeps: each member is tried out, in both directions where it is a list (what stands there
/// works, what does not is refused), and a member that nobody tries out may not stand there.
/// </summary>
[Spec("OpenID Connect Discovery", "3")]
[Spec("RFC 8414", "2")]
public class DiscoveryTruthTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    /// <summary>A client that may do everything, with the secret of its id and <c>-secret</c>.</summary>
    internal const string Everything = "everything";

    /// <summary>A client that signs what it says.</summary>
    internal const string Signed = "signed";

    private static readonly string Config =
        Parts.Apis.Replace(
            "  - { name: lonely }",
            "  - { name: lonely }\n  - { name: strange, claims: [shoe_size, account] }\n"
                + "claims:\n  - { name: shoe_size, source: static, value: 43, destinations: [access_token] }\n"
                + "  - { name: account, source: attribute, path: user_name, destinations: [userinfo] }", StringComparison.Ordinal)
        + Parts.People + "clients:\n" + CodeFlow.Clients +
        $$"""
          - client_id: {{Everything}}
            grant_types: [authorization_code, client_credentials, password, refresh_token, "urn:ietf:params:oauth:grant-type:device_code", "{{GrantTypes.TokenExchange}}", "{{GrantTypes.JwtBearer}}", "{{GrantTypes.HashSecret}}", "{{GrantTypes.Otp}}"]
            dialects: [otp]
            otp: { enabled: true }
            client_secrets: [{ value: "plain:{{Everything}}-secret" }]
            tenant: test_abc
            redirect_uris: ["https://{{Everything}}.test/cb"]
            scope: openid profile email phone address offline_access orders.read orders.write stock.read contact lonely strange
          - client_id: {{Signed}}
            token_endpoint_auth_method: private_key_jwt
            grant_types: [authorization_code, client_credentials]
            redirect_uris: ["https://{{Signed}}.test/cb"]
            scope: openid profile
            jwks: {{ClientKeys.Jwks.ReplaceLineEndings(" ")}}
        tenants:
          - { alias: test_abc, api_keys: [{ value: "plain:{{Tenants.Key}}" }] }
        dialects:
          open-endpoints: { enabled: true }
          otp: { enabled: true }
        """;

    private static readonly Dictionary<string, Probe> Probes = new[]
    {
        EndpointProbes.All, ClientProbes.All, TokenProbes.All, AuthorizationProbes.All, LogoutProbes.All,
    }
        .SelectMany(probes => probes).ToDictionary();

    private static IEnumerable<string> Members => Probes.Keys;

    [TestCaseSource(nameof(Members))]
    public async Task What_the_document_says_about_this_is_true(string member)
    {
        var document = await DocumentAsync();

        Assert.That(document.TryGetProperty(member, out var value), Is.True, "the probe has nothing to try out");
        await Probes[member](Hub, value);
    }

    [Test]
    public async Task Nothing_stands_in_the_document_that_is_not_tried_out() =>
        Assert.That((await DocumentAsync()).EnumerateObject().Select(member => member.Name).Except(Members), Is.Empty);

    [Test]
    public async Task Every_route_of_the_protocol_stands_in_the_document_and_every_address_of_the_document_is_a_route()
    {
        var routes = Hub
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Select(route => "/" + route.RoutePattern.RawText!.TrimStart('/'));
        var ofTheProtocol = routes.Where(path =>
            path.StartsWith("/connect/", StringComparison.Ordinal) || path.EndsWith("/jwks", StringComparison.Ordinal));
        var addresses = (await DocumentAsync()).EnumerateObject()
            .Where(member =>
                member.Name.EndsWith("_endpoint", StringComparison.Ordinal) || member.Name.EndsWith("_uri", StringComparison.Ordinal))
            .Select(member => member.Value.GetString()!);

        Assert.That(addresses, Is.EquivalentTo(ofTheProtocol.Select(path => Installation.Issuer + path)));
    }

    [TestCase(true)]
    [TestCase(false)]
    [Spec("Initiating User Registration via OpenID Connect", "4")]
    public async Task An_account_is_made_where_the_document_says_so_and_nowhere_else(bool enabled)
    {
        await using var hub = await StartHubAsync(("IdentityHub:Registration:Enabled", enabled ? "true" : "false"));
        var prompts = (await hub.Client.GetAnswerAsync("/.well-known/openid-configuration"))
            .Json.GetProperty("prompt_values_supported")
            .Texts();

        var page = await new Browser(hub.Client).GetAsync(CodeFlow.Address("web", ("prompt", "create")));

        Assert.That(prompts.Contains("create"), Is.EqualTo(enabled));
        Assert.That(page.Path, Does.StartWith(enabled ? "/signup?" : "/login?"));
    }

    [Test]
    public async Task A_claim_of_the_configuration_is_promised_and_one_for_access_tokens_only_is_not()
    {
        var claims = (await DocumentAsync()).GetProperty("claims_supported");

        Assert.That(
            claims.EnumerateArray().Select(claim => claim.GetString()), Does.Contain("account").And.Not.Contain("shoe_size"));
    }

    private async Task<JsonElement> DocumentAsync() => (await Client.GetAnswerAsync("/.well-known/openid-configuration")).Json;
}

/// <summary>What the probes have in common.</summary>
internal static class Probing
{
    /// <summary>The members of a list.</summary>
    public static List<string> Texts(this JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetString()!)];

    /// <summary>The path of an address of this server.</summary>
    public static string LocalPath(this JsonElement address)
    {
        Assert.That(address.GetString(), Does.StartWith(Installation.Issuer + "/"));
        return address.GetString()![Installation.Issuer.Length..];
    }

    /// <summary>The last page of a fresh browser that opens a request of a client and logs in where it is asked to.</summary>
    public static Task<Page> AuthorizeAsync(this Hub hub, string clientId, params (string Name, string? Value)[] given) =>
        new Browser(hub.Client).AuthorizeAsync(clientId, given);

    /// <summary>The answer to a request that never comes as far as a login.</summary>
    public static async Task<string?> ErrorAsync(this Hub hub, string clientId, params (string Name, string? Value)[] given) =>
        (await new Browser(hub.Client).GetOnceAsync(CodeFlow.Address(clientId, given))).Sent("error");
}
