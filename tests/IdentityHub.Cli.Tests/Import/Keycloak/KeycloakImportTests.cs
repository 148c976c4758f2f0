using System.Text.Json;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Import.Keycloak;

/// <summary><c>hub import keycloak</c>.</summary>
public class KeycloakImportTests
{
    // Of the tests of imported passwords.
    private const string Password = "Ältere-Pässe-1";

    private const string Salt = "AQIDBAUGBwg=";
    private const string Hash = "DiNrkfwKlp+1dxgb5opfXu13drng2iaVafHsYDpLkLECZE2gsRQdxn3GgBeO2pRHpMj73Dpzd8Ldp+ySLLPd1A==";

    private const string Realm =
        $$"""
        {
          "id": "acme", "realm": "acme", "enabled": true, "keycloakVersion": "26.0.5", "accessTokenLifespan": 600, "ssoSessionIdleTimeout": 1800,
          "ssoSessionMaxLifespan": 36000, "revokeRefreshToken": false, "defaultSignatureAlgorithm": "RS256", "a_key_of_the_future": { "x": [1, 2] },
          "roles": { "realm": [{ "name": "manager" }] },
          "clientScopes": [
            { "name": "profile", "protocol": "openid-connect" },
            { "name": "roles", "protocol": "openid-connect" },
            { "name": "orders", "description": "Orders", "protocol": "openid-connect", "attributes": { "include.in.token.scope": "true" },
              "protocolMappers": [
                { "name": "mail", "protocolMapper": "oidc-usermodel-attribute-mapper", "config": { "claim.name": "email" } },
                { "name": "dept", "protocolMapper": "oidc-usermodel-attribute-mapper", "config": { "claim.name": "department" } } ] },
            { "name": "saml-thing", "protocol": "saml" }
          ],
          "clients": [
            { "clientId": "account", "protocol": "openid-connect", "publicClient": true },
            { "clientId": "web", "name": "The shop", "protocol": "openid-connect", "publicClient": false, "secret": "hush-web", "rootUrl": "https://app.example.com",
              "clientAuthenticatorType": "client-secret", "standardFlowEnabled": true, "directAccessGrantsEnabled": true, "implicitFlowEnabled": true,
              "redirectUris": ["/signin", "https://app.example.com/all/*", "https://*.example.com/cb"], "webOrigins": ["+", "*"],
              "defaultClientScopes": ["profile", "roles", "orders"], "optionalClientScopes": ["offline_access"],
              "attributes": { "post.logout.redirect.uris": "+##https://app.example.com/bye", "backchannel.logout.url": "https://app.example.com/logout",
                "backchannel.logout.session.required": "true", "tls.client.certificate.bound.access.tokens": "true", "access.token.lifespan": "900" } },
            { "clientId": "spa", "protocol": "openid-connect", "publicClient": true, "redirectUris": ["https://spa.example.com/cb"],
              "attributes": { "pkce.code.challenge.method": "S256", "client.secret.rotated": "hush-old" }, "enabled": false },
            { "clientId": "machine", "protocol": "openid-connect", "secret": "hush-machine", "standardFlowEnabled": false, "serviceAccountsEnabled": true,
              "defaultClientScopes": ["orders"], "authorizationSettings": { "allowRemoteResourceManagement": true } },
            { "clientId": "masked", "protocol": "openid-connect", "secret": "**********", "serviceAccountsEnabled": true },
            { "clientId": "api", "protocol": "openid-connect", "bearerOnly": true, "secret": "hush-api" },
            { "clientId": "legacy", "protocol": "saml" }
          ],
          "users": [
            { "id": "7c1c8a51-0d0c-4d6e-9a63-333333333333", "username": "john", "enabled": true, "emailVerified": true, "firstName": "John", "lastName": "Doe",
              "email": "john@example.com", "attributes": { "locale": ["en"], "department": ["sales"] }, "realmRoles": ["manager"], "groups": ["/staff"],
              "credentials": [
                { "type": "password", "secretData": "{\"value\":\"{{Hash}}\",\"salt\":\"{{Salt}}\"}",
                  "credentialData": "{\"hashIterations\":1000,\"algorithm\":\"pbkdf2-sha256\",\"additionalParameters\":{} }" },
                { "type": "otp", "secretData": "{\"value\":\"hush-otp-hush-otp-20\"}",
                    "credentialData": "{\"subType\":\"totp\",\"digits\":6,\"counter\":0,\"period\":30,\"algorithm\":\"HmacSHA1\"}" },
                { "type": "otp", "secretData": "{\"value\":\"hush-otp\"}" },
                { "type": "otp", "secretData": "{\"value\":\"hush-otp-hush-otp-21\"}",
                    "credentialData": "{\"subType\":\"totp\",\"digits\":8,\"period\":60,\"algorithm\":\"HmacSHA256\"}" },
                { "type": "otp", "secretData": "{\"value\":\"hush-otp-hush-otp-22\"}",
                    "credentialData": "{\"subType\":\"hotp\",\"digits\":6,\"counter\":7,\"algorithm\":\"HmacSHA1\"}" },
                { "type": "otp", "secretData": "{\"value\":\"hush-otp-hush-otp-23\"}",
                    "credentialData": "{\"subType\":\"totp\",\"digits\":6,\"period\":30,\"algorithm\":\"HmacSHA1\"}" },
                { "type": "otp", "secretData": "{\"value\":\"hush\"}",
                    "credentialData": "{\"subType\":\"totp\",\"digits\":6,\"period\":30,\"algorithm\":\"HmacSHA1\"}" },
                { "type": "recovery-authn-codes", "secretData": "{\"codes\":[{\"number\":1,\"encodedHashedValue\":\"hush\"}]}",
                    "credentialData": "{\"hashIterations\":1,\"algorithm\":\"RS512\",\"totalCodes\":12,\"remainingCodes\":12}" },
                { "type": "webauthn", "secretData": "{}", "credentialData": "{\"aaguid\":\"0\",\"credentialId\":\"hush\"}" },
                { "type": "webauthn-passwordless", "secretData": "{}", "credentialData": "{\"credentialId\":\"hush\"}" },
                { "type": "password", "value": "hush-second" },
                { "type": "smart-card" } ] },
            { "username": "old", "enabled": false,
              "credentials": [{ "type": "password", "algorithm": "pbkdf2-sha256", "hashIterations": 1000, "salt": "{{Salt}}", "hashedSaltedValue": "{{Hash}}" }] },
            { "username": "plain", "credentials": [{ "type": "password", "value": "hush-plain" }],
              "attributes": { "phoneNumber": ["+27761234567", "+27761234568"] },
              "federatedIdentities": [{ "identityProvider": "google", "userId": "g-1", "userName": "plain@gmail.example" }, { "userId": "g-2" }, "hush"] },
            { "username": "service-account-machine", "serviceAccountClientId": "machine" }
          ]
        }
        """;

    private readonly HubShell _hub = new();

    [TearDown]
    public void RemoveFolder() => _hub.Dispose();

    [Test]
    public async Task A_realm_becomes_files_that_apply_and_its_clients_and_users_go_on([Values] DatabaseKind kind)
    {
        await using var installation = await Installation.CreateAsync("{}", kind);
        _hub.With("ConnectionStrings__IdentityHub", installation.Database.ConnectionString)
            .With("IdentityHub__KeyProtection__KeyFile", installation.KeyFile).With("IdentityHub__Stage", "development")
            .With("COLUMNS", "200")
            .WithFile("realm.json", Realm);
        var made = await _hub.RunAsync("import", "keycloak", "realm.json");
        Assert.That((made.ExitCode, made.Error), Is.EqualTo((0, "")), made.Output);
        var applied = await _hub.RunAsync("config", "apply");
        var users = await _hub.RunAsync("users", "import", "users.jsonl");
        var text = made.Output + Read("config/clients.yaml") + Read("import-report.jsonl") + Read("users.jsonl");
        Assert.Multiple(() =>
        {
            Assert.That((applied.ExitCode, applied.Error), Is.EqualTo((0, "")), applied.Output);
            Assert.That((users.ExitCode, users.Output), Is.EqualTo((0, "Done: 3 imported, 0 there already, 0 rejected.")), users.Error);
            Assert.That(text, Does.Not.Contain("hush"));
        });
        Golden.Verify("import-keycloak-users", Read("users.jsonl").TrimEnd());
        Golden.Verify("import-keycloak", made.Output);
        Golden.Verify("import-keycloak-clients", Read("config/clients.yaml").TrimEnd());

        var hub = await installation.StartNodeAsync(settings: ("IdentityHub:ConfigDirectory", Path.Combine(_hub.Folder, "config")));
        var machine = await hub.Client.MachineAsync(new TestClient("machine", "hush-machine"), "orders");
        var code = new AuthenticatorApp("hush-otp-hush-otp-20").CodeAt(hub.Time.GetUtcNow());
        var login = await hub.Client.LoginAsync(new TestClient("web", "hush-web"), "john", Password, "openid", more: [("otp", code)]);
        var old = await hub.Client.LoginAsync(new TestClient("web", "hush-web"), "old", Password, "openid");
        await using var context = hub.NewContext();
        var stored = await context.Users.AsNoTracking().SingleAsync(user => user.UserName == "old");
        var external = await context.UserLogins
            .Select(one => $"{one.LoginProvider} {one.ProviderKey} {one.ProviderDisplayName}").SingleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(machine.Status, Is.EqualTo(200), machine.Body);
            Assert.That(login.Status, Is.EqualTo(200), login.Body);
            Assert.That(old.Status, Is.EqualTo(400), "the user is disabled");
            Assert.That(stored.PasswordHash, Is.Not.Null);
            Assert.That(external, Is.EqualTo("google g-1 plain@gmail.example"));
        });
    }

    [TestCase("'bad.json' is no JSON, at line 1, byte ", "bad.json")]
    [TestCase("'empty.json' is no realm export of Keycloak: there is no key 'realm'.", "empty.json")]
    [TestCase("There are several realms: a, b.", "two.json")]
    [TestCase("There is no realm 'c'; there is a, b.", "two.json", "--realm", "c")]
    [TestCase("There are several realms: a\uFFFD]0;x\uFFFD[2J, b.", "escapes.json")]
    public async Task A_file_that_is_no_realm_says_why(string expected, params string[] arguments)
    {
        _hub.WithFile("bad.json", "{ \"realm\": hush").WithFile("empty.json", "{}")
            .WithFile("two.json", """[{ "realm": "a" }, { "realm": "b" }]""")
            .WithFile("escapes.json", """[{ "realm": "a\u001b]0;x\u001b[2J" }, { "realm": "b" }]""");
        var made = await _hub.RunAsync(["import", "keycloak", .. arguments]);
        Assert.That(made.ExitCode, Is.EqualTo(1));
        Assert.That(made.Error, Does.StartWith(expected).And.Not.Contain("hush"));
        Assert.That(_hub.Has("config"), Is.False);
    }

    [Test]
    public async Task Users_in_files_of_their_own_belong_to_the_realm()
    {
        _hub.WithFile("realm.json", """{ "realm": "a", "clients": [], "users": [{ "username": "one" }] }""")
            .WithFile("users-0.json", """{ "realm": "a", "users": [{ "username": "two" }] }""");
        var made = await _hub.RunAsync("import", "keycloak", "realm.json", "users-0.json");
        Assert.That((made.ExitCode, made.Error), Is.EqualTo((0, "")));
        Assert.That(Read("users.jsonl"), Is.EqualTo("{\"user_name\":\"one\"}\n{\"user_name\":\"two\"}\n"));
    }

    [Test]
    public async Task Settings_are_those_of_the_file_with_the_clients_and_what_other_files_have_is_reported()
    {
        _hub.WithFile("a-users.json", """{ "realm": "a", "users": [{ "username": "one" }, "hush"], "federatedUsers": [{ "id": "f" }] }""")
            .WithFile(
                "realm.json",
                """
                {
                  "realm": "a", "accessTokenLifespan": 1234, "clientScopes": { "name": "hush" },
                  "clients": [
                    { "clientId": "m", "secret": "hush", "standardFlowEnabled": false, "serviceAccountsEnabled": true }, "hush", 7, null,
                    { "clientId": "api", "bearerOnly": true }, { "clientId": "api", "bearerOnly": true, "name": "again" }
                  ]
                }
                """);
        var made = await _hub.RunAsync("import", "keycloak", "a-users.json", "realm.json");
        Assert.That((made.ExitCode, made.Error), Is.EqualTo((0, "")));
        Assert.That(Read("config/clients.yaml"), Does.Contain("1234s"));
        Assert.That(
            Keys(),
            Is.SupersetOf([
                "realm/a clients[1]", "realm/a clients[2]", "realm/a clients[3]", "realm/a users[1]", "realm/a clientScopes",
                "realm/a federatedUsers", "clients/api ",
            ]));
        Assert.That(Read("import-report.jsonl"), Does.Not.Contain("hush"));
    }

    // Keycloak 7 and older keep passwords in other members, realms before version 2 have templates in place of client scopes.
    [Test]
    public async Task An_export_of_an_older_version_loses_nothing_without_a_line()
    {
        _hub.WithFile(
            "realm.json",
            $$"""
            {
              "realm": "a", "clientTemplates": [{ "name": "all" }], "passwordCredentialGrantAllowed": true,
              "oauthClients": [{ "name": "x" }],
              "clients": [{ "clientId": "m", "secret": "hush-m", "standardFlowEnabled": false, "serviceAccountsEnabled": true,
                "clientTemplate": "all", "useTemplateScope": true, "directGrantsOnly": true }],
              "users": [{ "username": "old", "socialLinks": [{ "socialProvider": "x" }], "applicationRoles": { "m": ["admin"] },
                "credentials": [
                  { "type": "password", "algorithm": "pbkdf2-sha256", "hashIterations": 1000, "salt": "{{Salt}}",
                    "hashedSaltedValue": "{{Hash}}", "temporary": true },
                  { "type": "totp", "hashedSaltedValue": "hush-otp", "digits": 6, "period": 30 }] }]
            }
            """);
        var made = await _hub.RunAsync("import", "keycloak", "realm.json");
        Assert.That((made.ExitCode, made.Error), Is.EqualTo((0, "")));
        Assert.That(Read("config/clients.yaml"), Does.Contain("client_id: m"));
        Assert.That(Read("users.jsonl"), Does.Contain(Hash));
        Assert.That(
            Keys(),
            Is.SupersetOf([
                "realm/a clientTemplates", "realm/a passwordCredentialGrantAllowed", "realm/a oauthClients", "clients/m clientTemplate",
                "clients/m useTemplateScope", "clients/m directGrantsOnly", "users/old socialLinks", "users/old applicationRoles.m",
                "users/old credentials[0].temporary", "users/old credentials",
            ]));
        Assert.That(Read("import-report.jsonl"), Does.Not.Contain("hush"));
    }

    [Test]
    public async Task An_export_of_a_newer_version_loses_nothing_without_a_line()
    {
        _hub.WithFile(
            "realm.json",
            $$"""
            {
              "realm": "a", "keycloakVersion": "99.0.0", "newOfRealm": { "deep": { "er": 1 } },
              "clientScopes": [{ "name": "orders", "newOfScope": [1], "attributes": { "new.of.scope": "x" },
                "protocolMappers": [{ "name": "p", "newOfMapper": "x", "config": { "claim.name": "email" } }] }],
              "clients": [{ "clientId": "m", "secret": "hush-m", "standardFlowEnabled": false, "serviceAccountsEnabled": true,
                "newOfClient": "x", "attributes": { "new.of.client": "x" } }],
              "users": [{ "username": "one", "newOfUser": "x",
                "credentials": [{ "type": "password", "newOfCredential": "hush", "deep": { "secret": "hush" },
                  "secretData": "{\"value\":\"{{Hash}}\",\"salt\":\"{{Salt}}\"}",
                  "credentialData": "{\"hashIterations\":1000,\"algorithm\":\"pbkdf2-sha256\"}" }],
                "federatedIdentities": [{ "identityProvider": "x", "userId": "1", "token": "hush" }] }]
            }
            """);
        var made = await _hub.RunAsync("import", "keycloak", "realm.json");
        Assert.That((made.ExitCode, made.Error), Is.EqualTo((0, "")));
        Assert.That(Read("config/clients.yaml"), Does.Contain("client_id: m"));
        Assert.That(Read("users.jsonl"), Does.Contain("pbkdf2-sha256"));
        Assert.That(
            Keys(),
            Is.SupersetOf([
                "realm/a newOfRealm.deep.er", "scopes/orders newOfScope", "scopes/orders attributes.new.of.scope",
                "scopes/orders protocolMappers[0].newOfMapper", "clients/m newOfClient", "clients/m attributes.new.of.client",
                "users/one newOfUser", "users/one credentials[0].newOfCredential", "users/one credentials[0].deep.secret",
                "users/one federatedIdentities[0].token",
            ]));
        Assert.That(Read("import-report.jsonl"), Does.Not.Contain("hush"));
    }

    private List<string> Keys() =>
        [
            .. Read("import-report.jsonl").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))
                .Select(entry => $"{entry.GetProperty("object").GetString()} {entry.GetProperty("key").GetString()}")
        ];

    private string Read(string path) => File.ReadAllText(Path.Combine(_hub.Folder, path));
}
