using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.SecondFactors;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Import.Auth0;

/// <summary><c>hub import auth0</c>.</summary>
public class Auth0ImportTests
{
    // Of the report of hashes.
    private const string Password = "Old-System-Pass-1";

    private static readonly string Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"pepper{Password}")));

    private const string Tenant =
        """
        {
          "tenant": { "friendly_name": "Acme", "a_key_of_the_future": true },
          "clients": [
            { "name": "All Applications", "global": true, "client_id": "g" },
            { "client_id": "web1", "name": "The shop", "app_type": "regular_web", "client_secret": "hush-web", "is_first_party": true,
              "token_endpoint_auth_method": "client_secret_post", "callbacks": ["https://app.example.com/callback", "https://*.example.com/callback"],
              "allowed_logout_urls": ["https://app.example.com/bye"], "web_origins": ["https://app.example.com/"],
              "grant_types": ["authorization_code", "implicit", "refresh_token", "http://auth0.com/oauth/grant-type/password-realm"],
              "jwt_configuration": { "alg": "HS256", "lifetime_in_seconds": 36000 },
              "refresh_token": { "rotation_type": "rotating", "expiration_type": "expiring", "leeway": 10, "token_lifetime": 2592000, "idle_token_lifetime": 1296000 },
              "client_metadata": { "owner": "sales" } },
            { "client_id": "spa1", "name": "SPA", "app_type": "spa", "token_endpoint_auth_method": "none", "callbacks": ["https://spa.example.com/cb"],
              "grant_types": ["authorization_code"] },
            { "client_id": "m2m", "name": "Machine", "app_type": "non_interactive", "client_secret": "hush-m2m", "grant_types": ["client_credentials"] },
            { "client_id": "nosecret", "name": "Exported without keys", "app_type": "non_interactive", "grant_types": ["client_credentials"] },
            { "name": "no id", "app_type": "spa" }
          ],
          "resourceServers": [
            { "identifier": "https://api.example.com/", "name": "Orders", "token_lifetime": 7200, "signing_alg": "RS256", "enforce_policies": true,
              "scopes": [{ "value": "read:orders", "description": "Read orders" }, { "value": "hub.admin" }] },
            { "identifier": "https://acme.auth0.com/api/v2/", "is_system": true }
          ],
          "clientGrants": [{ "id": "cgr_1", "client_id": "m2m", "audience": "https://api.example.com/", "scope": ["read:orders", "unknown"] }]
        }
        """;

    private const string Profiles =
        """
        {"user_id":"auth0|5f01","email":"test@example.com","email_verified":true,"given_name":"Test","user_metadata":{"a":1}}
        {"user_id":"google-oauth2|77","email":"g@example.com","email_verified":true,"blocked":true}
        {"user_id":"auth0|5f03","email":"linked@example.com","nickname":"linked","name":"Linked One","picture":"https://s.example.com/p.png","identities":[{"provider":"auth0","connection":"Username-Password-Authentication","user_id":"5f03"},{"provider":"github","connection":"github","user_id":4711,"access_token":"hush-token","profileData":{"name":"x"}},{"provider":"samlp","connection":"acme-saml","user_id":"acme-saml|linked@acme.example"},{"provider":"auth0","connection":"Old","user_id":"9"},{"provider":"x"}]}
        {"user_id":"auth0|5f04","email":"app@example.com","mfa_factors":[{"totp":{"secret":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"}},{"totp":{"secret":"JBSWY3DPEHPK3PXP"}},{"phone":{"value":"+15551234567"}},{"email":{"value":"App@example.com"}}]}
        {"user_id":"auth0|5f05","email":"sms@example.com","phone_number":"+15557654321","mfa_factors":[{"phone":{"value":"+15550000000"}},{"email":{"value":"other@example.com"}},{"totp":{"secret":"short"}},{"push":{"id":"p"}}]}
        {"user_id":"auth0|5f06","email":"salted@example.com","custom_password_hash":{"algorithm":"sha256","hash":{"value":"9f4cdb9a","encoding":"hex"},"salt":{"value":"pepper","position":"suffix"}}}
        {"user_id":"auth0|5f07","email":"digest@example.com","email_verified":true,"custom_password_hash":{"algorithm":"sha256","hash":{"value":"DIGEST","encoding":"hex"},"salt":{"value":"pepper","position":"prefix"}}}
        {"user_id": hush
        {"user_id":"auth0|5f02","email":"half@example.com","given_name":"\ud83d"}
        """;

    private const string Hashes =
        """
        {"_id":{"$oid":"5f01"},"email":"test@example.com","email_verified":true,"passwordHash":"$2b$10$abcdefghijklmnopqrstuuIhU0o53d40HX0/P6oaQWzcKJo5Rv/UG","tenant":"acme","connection":"Username-Password-Authentication","_tmp_is_unique":true}
        """;

    private readonly HubShell _hub = new();

    [TearDown]
    public void RemoveFolder() => _hub.Dispose();

    [Test]
    public async Task A_tenant_becomes_files_that_apply_and_its_clients_and_users_go_on([Values] DatabaseKind kind)
    {
        await using var installation = await Installation.CreateAsync("{}", kind);
        _hub.With("ConnectionStrings__IdentityHub", installation.Database.ConnectionString)
            .With("IdentityHub__KeyProtection__KeyFile", installation.KeyFile).With("IdentityHub__Stage", "development")
            .With("COLUMNS", "200")
            .WithFile("tenant.json", Tenant)
            .WithFile("profiles.ndjson", Profiles.Replace("DIGEST", Digest, StringComparison.Ordinal)).WithFile("hashes.ndjson", Hashes);
        var made = await _hub.RunAsync("import", "auth0", "tenant.json", "--users", "profiles.ndjson", "--users", "hashes.ndjson");
        Assert.That((made.ExitCode, made.Error), Is.EqualTo((0, "")), made.Output);
        var applied = await _hub.RunAsync("config", "apply");
        var users = await _hub.RunAsync("users", "import", "users.jsonl");
        var text = made.Output + Read("config/clients.yaml") + Read("config/resources.yaml") + Read("import-report.jsonl");
        Assert.Multiple(() =>
        {
            Assert.That((applied.ExitCode, applied.Error), Is.EqualTo((0, "")), applied.Output);
            Assert.That((users.ExitCode, users.Output), Is.EqualTo((0, "Done: 7 imported, 0 there already, 0 rejected.")), users.Error);
            Assert.That(text, Does.Not.Contain("hush").And.Contain("profiles.ndjson:8").And.Contain("profiles.ndjson:9"));
            Assert.That(Read("config/resources.yaml"), Does.Not.Contain("hub.admin"));
        });
        Golden.Verify("import-auth0-users", Read("users.jsonl").TrimEnd());
        Golden.Verify("import-auth0", made.Output);
        Golden.Verify("import-auth0-clients", Read("config/clients.yaml").TrimEnd());

        var hub = await installation.StartNodeAsync(settings: ("IdentityHub:ConfigDirectory", Path.Combine(_hub.Folder, "config")));
        var machine = await hub.Client.MachineAsync(new TestClient("m2m", "hush-m2m"), "read:orders");
        var login = await hub.Client.LoginAsync(new TestClient("web1", "hush-web"), "test@example.com", Password, "openid");
        var digest = await hub.Client.LoginAsync(new TestClient("web1", "hush-web"), "digest@example.com", Password, "openid");
        await using var context = hub.NewContext();
        var app = await context.Users.AsNoTracking().SingleAsync(user => user.UserName == "app@example.com");
        var stored = await context.TotpAuthenticators.AsNoTracking().SingleAsync();
        using var key = KeyProtector.FromFile(installation.KeyFile, createIfMissing: false);
        Assert.Multiple(() =>
        {
            Assert.That(machine.Status, Is.EqualTo(200), machine.Body);
            Assert.That(login.Status, Is.EqualTo(200), login.Body);
            Assert.That(digest.Status, Is.EqualTo(200), digest.Body);
            Assert.That((app.PhoneNumber, app.PhoneNumberConfirmed, app.EmailConfirmed), Is.EqualTo(("+15551234567", true, true)));
            Assert.That(stored.UserId, Is.EqualTo(app.Id));
            Assert.That(TotpWrapping.Unwrap(key, app.Id, stored.WrappedSecret), Is.EqualTo("12345678901234567890"u8.ToArray()));
        });
    }

    [Test]
    public async Task An_address_of_which_the_export_says_that_it_is_unverified_stays_so_whatever_the_second_factors_are()
    {
        _hub.WithFile("tenant.json", Tenant).WithFile(
            "profiles.ndjson",
            """
            {"user_id":"auth0|1","email":"said@example.com","email_verified":false,"phone_number":"+15551234567","phone_verified":false,"mfa_factors":[{"email":{"value":"said@example.com"}},{"phone":{"value":"+15551234567"}}]}
            {"user_id":"auth0|2","email":"unsaid@example.com","phone_number":"+15557654321","mfa_factors":[{"email":{"value":"unsaid@example.com"}},{"phone":{"value":"+15557654321"}}]}
            """);

        var made = await _hub.RunAsync("import", "auth0", "tenant.json", "--users", "profiles.ndjson");

        Assert.That((made.ExitCode, made.Error), Is.EqualTo((0, "")), made.Output);
        var users = Read("users.jsonl").TrimEnd().Split('\n').Select(line => JsonElement.Parse(line)).ToList();
        Assert.That(users.Select(user => user.GetProperty("email_verified").GetBoolean()), Is.EqualTo(new[] { false, true }));
        Assert.That(users.Select(user => user.GetProperty("phone_number_verified").GetBoolean()), Is.EqualTo(new[] { false, true }));
        var report = Read("import-report.jsonl");
        Assert.That(report, Does.Contain("The export says email_verified: false.").And.Contain("The export says phone_verified: false."));
    }

    [TestCase("'bad.json' is no JSON, at line 1, byte ", "bad.json")]
    [TestCase("'other.json' is no export of an Auth0 tenant: it has neither 'clients' nor 'resourceServers'.", "other.json")]
    public async Task A_file_that_is_no_tenant_says_why(string expected, string file)
    {
        _hub.WithFile("bad.json", "{ \"clients\": hush").WithFile("other.json", "[]");
        var made = await _hub.RunAsync("import", "auth0", file);
        Assert.That(made.ExitCode, Is.EqualTo(1));
        Assert.That(made.Error, Does.StartWith(expected).And.Not.Contain("hush"));
        Assert.That(_hub.Has("config"), Is.False);
    }

    [Test]
    public async Task What_is_no_object_in_a_list_and_blanks_that_are_cut_off_are_reported()
    {
        _hub.WithFile(
            "tenant.json",
            """
            {
              "clients": [7, { "client_id": "spa", "app_type": "spa", "callbacks": [" https://spa.example.com/cb "],
                "grant_types": ["authorization_code"] }, "hush"],
              "resourceServers": { "identifier": "hush" }, "clientGrants": ["hush"]
            }
            """);
        var made = await _hub.RunAsync("import", "auth0", "tenant.json");
        var report = Read("import-report.jsonl");
        Assert.That((made.ExitCode, made.Error), Is.EqualTo((0, "")));
        Assert.That(Read("config/clients.yaml"), Does.Contain("https://spa.example.com/cb"));
        Assert.That(
            report,
            Does.Contain("clients[0]").And.Contain("clients[2]").And.Contain("\"resourceServers\"").And.Contain("clientGrants[0]")
                .And.Contain("The blanks around it were cut off.").And.Not.Contain("hush"));
    }

    private string Read(string path) => File.ReadAllText(Path.Combine(_hub.Folder, path));
}
