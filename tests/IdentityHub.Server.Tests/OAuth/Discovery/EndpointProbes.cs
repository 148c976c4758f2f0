using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.Discovery;

/// <summary>Each address of the discovery document is used for what it is for.</summary>
internal static class EndpointProbes
{
    private const string Everything = DiscoveryTruthTests.Everything;

    public static readonly Dictionary<string, Probe> All = new()
    {
        ["issuer"] = IssuerAsync,
        ["authorization_endpoint"] = AuthorizationAsync,
        ["pushed_authorization_request_endpoint"] = PushedAuthorizationAsync,
        ["device_authorization_endpoint"] = DeviceAuthorizationAsync,
        ["token_endpoint"] = TokenAsync,
        ["userinfo_endpoint"] = UserInfoAsync,
        ["introspection_endpoint"] = IntrospectionAsync,
        ["revocation_endpoint"] = RevocationAsync,
        ["jwks_uri"] = KeysAsync,
    };

    private static async Task IssuerAsync(Hub hub, JsonElement issuer)
    {
        var tokens = await hub.Client.TokensAsync("web");

        Assert.That(issuer.GetString(), Is.EqualTo(Installation.Issuer));
        Assert.That(
            new[] { "access_token", "id_token" }.Select(name => new JsonWebToken(tokens[name]).Issuer),
            Is.All.EqualTo(Installation.Issuer));
    }

    private static async Task AuthorizationAsync(Hub hub, JsonElement address)
    {
        var browser = new Browser(hub.Client);
        var query = CodeFlow.Address("web")[CodeFlow.Path.Length..];

        Assert.That((await browser.LogInAsync(await browser.GetAsync(address.LocalPath() + query))).Sent("code"), Is.Not.Null);
    }

    private static async Task PushedAuthorizationAsync(Hub hub, JsonElement address)
    {
        var assertion = new Assertion(DiscoveryTruthTests.Signed, hub.Time.GetUtcNow())
            .With("aud", address.GetString())
            .Sign(ClientKeys.Elliptic, "ES256");
        foreach (var (clientId, proof) in new (string, (string, string?)[])[]
                 {
                     ("web", [("client_secret", "web-secret")]),
                     (DiscoveryTruthTests.Signed, [("client_assertion_type", Assertion.Type), ("client_assertion", assertion)]),
                 })
        {
            var pushed = await hub.Client.PostFormAsync(address.LocalPath(), CodeFlow.Request(clientId, proof));
            Assert.That(pushed.Status, Is.EqualTo(201), pushed.ToString());
            var browser = new Browser(hub.Client);
            var page = await browser.LogInAsync(
                await browser.GetAsync(CodeFlow.AddressOf([("client_id", clientId), ("request_uri", pushed["request_uri"]!)])));
            Assert.That(page.Sent("code"), Is.Not.Null);
        }
    }

    private static async Task DeviceAuthorizationAsync(Hub hub, JsonElement address)
    {
        var device = await hub.Client.PostFormAsync(
            address.LocalPath(), ("client_id", Everything), ("client_secret", Everything + "-secret"));

        var poll = await hub.Client.TokenAsync(
            ("grant_type", GrantTypes.DeviceCode), ("client_id", Everything), ("client_secret", Everything + "-secret"),
            ("device_code", device["device_code"]!));
        Assert.That(poll["error"], Is.EqualTo("authorization_pending"));
    }

    private static async Task TokenAsync(Hub hub, JsonElement address)
    {
        var tokens = await hub.Client.PostFormAsync(
            address.LocalPath(), ("grant_type", "client_credentials"), ("client_id", Everything),
            ("client_secret", Everything + "-secret"));

        Assert.That(tokens["access_token"], Is.Not.Null);
    }

    private static async Task UserInfoAsync(Hub hub, JsonElement address)
    {
        var tokens = await hub.Client.LoginAsync(Everything);

        Assert.That((await hub.Client.GetAnswerAsync(address.LocalPath(), tokens["access_token"]))["sub"], Is.EqualTo(Parts.AliceId));
    }

    private static async Task IntrospectionAsync(Hub hub, JsonElement address)
    {
        var token = (await hub.Client.MachineAsync(Everything))["access_token"]!;

        var answer = await hub.Client.PostFormAsync(
            address.LocalPath(), ("token", token), ("client_id", Everything), ("client_secret", Everything + "-secret"));
        Assert.That(answer["active"], Is.EqualTo("true"));
    }

    private static async Task RevocationAsync(Hub hub, JsonElement address)
    {
        var token = (await hub.Client.LoginAsync(Everything))["refresh_token"]!;

        var answer = await hub.Client.PostFormAsync(
            address.LocalPath(), ("token", token), ("client_id", Everything), ("client_secret", Everything + "-secret"));
        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That((await hub.Client.RefreshAsync(Everything, token))["error"], Is.EqualTo("invalid_grant"));
    }

    private static async Task KeysAsync(Hub hub, JsonElement address)
    {
        var keys = new JsonWebKeySet((await hub.Client.GetAnswerAsync(address.LocalPath())).Body);
        var tokens = await hub.Client.TokensAsync("web");

        foreach (var token in new[] { tokens["access_token"], tokens["id_token"] })
        {
            var result = await new JsonWebTokenHandler().ValidateTokenAsync(
                token,
                new TokenValidationParameters
                {
                    IssuerSigningKeys = keys.GetSigningKeys(),
                    ValidIssuer = Installation.Issuer,
                    ValidateAudience = false,
                    ValidateLifetime = false,
                });
            Assert.That(result.IsValid, Is.True, result.Exception?.Message);
        }
    }
}
