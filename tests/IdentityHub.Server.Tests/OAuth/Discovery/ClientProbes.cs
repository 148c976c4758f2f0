using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.IdentityModel.Tokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.Discovery;

/// <summary>Clients authenticate in each way that there is, and come in by those that the document lists and by no other.</summary>
internal static class ClientProbes
{
    private const string Everything = DiscoveryTruthTests.Everything;
    private const string Secret = Everything + "-secret";
    private const string Signed = DiscoveryTruthTests.Signed;

    public static readonly Dictionary<string, Probe> All = new()
    {
        ["token_endpoint_auth_methods_supported"] = (hub, methods) => MethodsAsync(hub, "/connect/token", methods),
        ["introspection_endpoint_auth_methods_supported"] = (hub, methods) => MethodsAsync(hub, "/connect/introspect", methods),
        ["revocation_endpoint_auth_methods_supported"] = (hub, methods) => MethodsAsync(hub, "/connect/revocation", methods),
        ["token_endpoint_auth_signing_alg_values_supported"] = (hub, algorithms) => AlgorithmsAsync(hub, "/connect/token", algorithms),
        ["introspection_endpoint_auth_signing_alg_values_supported"] = (hub, algorithms) =>
            AlgorithmsAsync(hub, "/connect/introspect", algorithms),
        ["revocation_endpoint_auth_signing_alg_values_supported"] = (hub, algorithms) =>
            AlgorithmsAsync(hub, "/connect/revocation", algorithms),
    };

    // Enough for each endpoint to say something else than "who are you?" to a client that it knows.
    private static readonly (string Name, string Value)[] AnyRequest =
    [
        ("grant_type", "refresh_token"), ("refresh_token", "x"), ("token", "x")
    ];

    // Everything that a client without a certificate can do. OpenID Connect Core §9.
    private static readonly Dictionary<string, Func<DateTimeOffset, HttpRequestMessage>> Methods = new()
    {
        ["client_secret_basic"] = _ => Request().WithBasic(Everything, Secret),
        ["client_secret_post"] = _ => Request(("client_id", Everything), ("client_secret", Secret)),
        ["client_secret_jwt"] = now =>
            WithAssertion(new Assertion(Everything, now).Forge(new { alg = "HS256", typ = "JWT" }, Hmac(Secret))),
        ["private_key_jwt"] = now => WithAssertion(new Assertion(Signed, now).Sign(ClientKeys.Elliptic, SecurityAlgorithms.EcdsaSha256)),
        ["none"] = _ => Request(("client_id", "spa")),
    };

    // Everything that the keys of the client, or no key at all, can do. RFC 7518 §3.1.
    private static readonly Dictionary<string, Func<Assertion, string>> Algorithms = new()
    {
        ["ES256"] = assertion => assertion.Sign(ClientKeys.Elliptic, "ES256"),
        ["RS256"] = assertion => assertion.Sign(ClientKeys.Rsa, "RS256"),
        ["RS384"] = assertion => assertion.Sign(ClientKeys.Rsa, "RS384"),
        ["RS512"] = assertion => assertion.Sign(ClientKeys.Rsa, "RS512"),
        ["PS256"] = assertion => assertion.Sign(ClientKeys.Rsa, "PS256"),
        ["PS384"] = assertion => assertion.Sign(ClientKeys.Rsa, "PS384"),
        ["PS512"] = assertion => assertion.Sign(ClientKeys.Rsa, "PS512"),
        ["HS256"] = assertion => assertion.Forge(new { alg = "HS256", kid = "rsa" }, Hmac(Signed)),
        ["none"] = assertion => assertion.Forge(new { alg = "none" }, _ => []),
    };

    /// <summary>Those of <see cref="Algorithms"/> under which the server takes what <paramref name="isTaken"/> sends.</summary>
    public static async Task<List<string>> TakenAsync(Assertion assertion, Func<string, Task<bool>> isTaken)
    {
        var taken = new List<string>();
        foreach (var (name, sign) in Algorithms)
        {
            if (await isTaken(sign(assertion.With("jti", Guid.NewGuid().ToString()))))
                taken.Add(name);
        }

        return taken;
    }

    private static async Task MethodsAsync(Hub hub, string path, JsonElement listed)
    {
        var working = new List<string>();
        foreach (var (name, present) in Methods)
        {
            if (await IsKnownAsync(hub, path, present(hub.Time.GetUtcNow())))
                working.Add(name);
        }

        Assert.That(listed.Texts(), Is.EquivalentTo(working));
    }

    private static async Task AlgorithmsAsync(Hub hub, string path, JsonElement listed) =>
        Assert.That(
            listed.Texts(),
            Is.EquivalentTo(
                await TakenAsync(new Assertion(Signed, hub.Time.GetUtcNow()), assertion =>
                    IsKnownAsync(hub, path, WithAssertion(assertion)))));

    private static async Task<bool> IsKnownAsync(Hub hub, string path, HttpRequestMessage request)
    {
        request.RequestUri = new Uri(path, UriKind.Relative);
        return (await hub.Client.AnswerAsync(request)).Status != 401;
    }

    private static HttpRequestMessage Request(params (string Name, string Value)[] proof) =>
        new HttpRequestMessage(HttpMethod.Post, "/").WithForm([.. AnyRequest, .. proof]);

    private static HttpRequestMessage WithAssertion(string assertion) =>
        Request(("client_assertion_type", Assertion.Type), ("client_assertion", assertion));

    private static Func<byte[], byte[]> Hmac(string secret) => input => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), input);
}
