using System.Text;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Audit;

/// <summary>A thief of the database or of the logs gets nothing that opens an endpoint.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[Spec("ASSURANCE", "C8")]
public class SecrecyTests(DatabaseKind kind)
{
    private const string ClientSecret = "secrecy-client-secret-5f1c";
    private const string ApiSecret = "secrecy-api-secret-77d0";
    private const string WrongSecret = "secrecy-wrong-secret-0b3e";
    private const string WrongPassword = "secrecy-wrong-password-91aa";
    private const string ApiKey = "secrecy-api-key-3d0f";
    private const string NewPassword = "secrecy-new-password-61be";
    private const string ServicePassword = "secrecy-service-password-33c1";
    private const string AccountPassword = "secrecy-account-password-80fe";
    private const string NewAccountPassword = "secrecy-new-password-2b6d";
    private const string NoToken = "secrecy-no-token-4c4c";

    private const string Config = Parts.People +
        $$"""
        scopes:
          - { name: orders.read }
        api_resources:
          - { name: orders, scopes: [orders.read], client_secrets: [{ value: "plain:{{ApiSecret}}" }] }
        clients:
          - { client_id: opaque, grant_types: [client_credentials, password, refresh_token], client_secrets: [{ value: "plain:{{ClientSecret}}" }], scope: openid orders.read, access_token_format: reference, dialects: [oauth-v2, hash-secret], hash_alias: a partner }
          - { client_id: jwt, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:{{ClientSecret}}" }], scope: openid }
        dialects:
          oauth-v2: { enabled: true }
          lsid: { enabled: true, reset_page_urls: [https://app.example.com/reset] }
          hash-secret: { enabled: true }
          service-user: { enabled: true }
          client-accounts: { enabled: true }
        api_keys:
          - { name: dialer, value: "plain:{{ApiKey}}", permissions: [session.read, user.block] }
        """;

    [Test]
    public async Task C8_Nothing_that_was_presented_or_issued_stands_in_the_database_or_in_the_logs()
    {
        await using var hub = await Hub.StartAsync(Config, kind);
        var secrets = await PresentAndIssueAsync(hub);

        // Everything is written when the last audit row is.
        var last = await hub.Client.TokenAsync(("client_id", "nobody-at-the-end"));
        var dump = await Eventually.GetAsync(() => hub.DumpAsync(), text => text.Contains("nobody-at-the-end", StringComparison.Ordinal));

        Assert.That(last.Status, Is.EqualTo(401));
        Assert.That(dump, Does.Contain("nobody-at-the-end").And.Contain("alice"), "the dump holds what it should");
        Assert.Multiple(() =>
        {
            foreach (var secret in secrets)
            {
                Assert.That(dump.Contains(secret, StringComparison.OrdinalIgnoreCase), Is.False, $"the database holds {secret}");
                Assert.That(
                    dump.Contains(Convert.ToHexString(Encoding.UTF8.GetBytes(secret)), StringComparison.OrdinalIgnoreCase), Is.False,
                    $"the database holds {secret} as bytes");
                Assert.That(hub.Logs.ToString().Contains(secret, StringComparison.OrdinalIgnoreCase), Is.False, $"the logs hold {secret}");
            }
        });
    }

    private static async Task<IReadOnlyList<string>> PresentAndIssueAsync(Hub hub)
    {
        var secrets = new List<string> { ClientSecret, ApiSecret, WrongSecret, WrongPassword, NoToken, TokenRequests.AlicePassword };
        foreach (var clientId in new[] { "opaque", "jwt" })
        {
            var credentials = new[] { ("client_id", clientId), ("client_secret", ClientSecret) };
            var login = await hub.Client.TokenAsync([
                ("grant_type", "password"),
                ("username", "alice"),
                ("password", TokenRequests.AlicePassword),
                .. credentials
            ]);
            var refreshed = await hub.Client.TokenAsync([
                ("grant_type", "refresh_token"),
                ("refresh_token", login["refresh_token"]!),
                .. credentials
            ]);
            await hub.Client.TokenAsync([("grant_type", "password"), ("username", "alice"), ("password", WrongPassword), .. credentials]);
            await hub.Client.TokenAsync([("grant_type", "refresh_token"), ("refresh_token", NoToken), .. credentials]);
            await hub.Client.MachineAsync(new TestClient(clientId, WrongSecret));
            await hub.Client.PostFormAsync("/connect/introspect", [("token", login["access_token"]!), .. credentials]);
            await hub.Client.PostFormAsync(
                "/connect/introspect", ("token", login["access_token"]!), ("client_id", "orders"), ("client_secret", ApiSecret));
            await hub.Client.GetAnswerAsync("/connect/userinfo", refreshed["access_token"]);
            await hub.Client.GetAnswerAsync("/connect/userinfo?access_token=" + NoToken, NoToken);
            await hub.Client.PostFormAsync("/connect/revocation", [("token", refreshed["refresh_token"]!), .. credentials]);
            secrets.AddRange([login["access_token"]!, login["refresh_token"]!, refreshed["access_token"]!, refreshed["refresh_token"]!]);
        }

        var older = await hub.Client.PostJsonAsync(
            "/oauth/v2/token", $$"""{"grant_type":"client_credentials","client_id":"opaque","client_secret":"{{ClientSecret}}"}""");
        return [.. secrets, older["access_token"]!, .. await UseLsidsAsync(hub), .. await PresentAndIssueAtOlderEndpointsAsync(hub)];
    }

    private static async Task<IReadOnlyList<string>> UseLsidsAsync(Hub hub)
    {
        var hash = Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(TokenRequests.AlicePassword)));
        var lsid = (await hub.Client.CallAsync("POST", "/authenticate/alice", $$"""{"passwordHash":"{{hash}}"}"""))["sessionId"]!;
        var clone = (await hub.Client.CallAsync("POST", $"/session/{lsid}/clone;lsid={lsid}"))["sessionId"]!;
        await hub.Client.CallAsync("GET", $"/session/{lsid}?apiKey={ApiKey}");
        await hub.Client.CallAsync("GET", $"/session;lsid={clone}/{lsid}");
        await hub.Client.CallAsync("GET", $"/session/{lsid};lsid={clone};lsid={clone}");
        await hub.Client.CallAsync("GET", $"/session/..;lsid={clone}/{lsid}");
        await hub.Client.CallAsync("GET", $"/session/{lsid}/nowhere;lsid={clone}?apiKey={ApiKey}x");
        await hub.Client.CallAsync("PUT", $"/session/{lsid}/setEffectiveUser;lsid={lsid}", "{");
        await hub.Client.CallAsync("GET", $"/authenticate/block/alice?apiKey={ApiKey}&apiKey={ApiKey}");
        await hub.Client.AskForResetAsync(Parts.AliceId, "alice@example.com");
        var token = await hub.ResetTokenAsync();
        await hub.Client.CallAsync(
            "PUT", "/password/reset", $$"""{"token":"{{token}}","username":"bob","newPassword":"{{NewPassword}}"}""");
        await hub.Client.CallAsync(
            "PUT", $"/password/{Parts.AliceId};lsid={lsid}", $$"""{"oldPasswordHash":"{{hash}}","newPassword":"{{NewPassword}}"}""");
        return [lsid, clone, ApiKey, hash, token, NewPassword];
    }

    private static async Task<IReadOnlyList<string>> PresentAndIssueAtOlderEndpointsAsync(Hub hub)
    {
        var partner = await hub.Client.PostJsonAsync("/api/token", $$"""{"hash":"a partner","secret":"{{ClientSecret}}"}""");
        await hub.Client.PostJsonAsync("/api/token", $$"""{"hash":"a partner","secret":"{{WrongSecret}}"}""");

        await hub.AddServiceUserAsync("secrecy-service", ServicePassword);
        var api = await hub.Client.ApiTokenAsync("secrecy-service", ServicePassword);
        await hub.Client.CallAsync(
            HttpMethod.Post, ServiceUsers.LoginPath, $$"""{"username":"secrecy-service","password":"{{WrongPassword}}"}""");
        var account = new TestAccount(Guid.NewGuid(), "secrecy@client.test", AccountPassword, "");
        var signUp = await hub.Client.CallAsync(HttpMethod.Post, ServiceUsers.SignUpPath, account.SignUp(), api);
        var login = await hub.Client.AccountLoginAsync(api, account);
        await hub.Client.AccountLoginAsync(api, account, WrongPassword);
        await hub.Client.CallAsync(HttpMethod.Put, account.Path, $$"""{"password":"{{NewAccountPassword}}"}""", api, login["client_token"]);
        await hub.Client.CallAsync(HttpMethod.Put, account.Path, $$"""{"password":"short","{{NoToken}}":1}""", NoToken, NoToken);
        await hub.Client.CallAsync(HttpMethod.Put, account.Path, $$"""{"password":7,"{{NoToken}}":1}""", api, login["client_token"]);
        return
        [
            partner["token"]!, api, signUp["client_token"]!, login["client_token"]!, ServicePassword, AccountPassword, NewAccountPassword
        ];
    }
}
