using System.Security.Cryptography;
using System.Text.Json;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Import.IdentityServer;

/// <summary><c>hub import identityserver</c>: the configuration.</summary>
public class IdentityServerImportTests
{
    private static readonly DateTimeOffset Past = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Future = new(2090, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly HubShell _hub = new();

    [TearDown]
    public void RemoveFolder() => _hub.Dispose();

    [Test]
    public async Task What_has_a_counterpart_becomes_files_that_apply_and_the_rest_is_reported([Values] DatabaseKind kind)
    {
        await using var source = await CreateSourceAsync(kind);
        await using var database = await TestDatabase.CreateAsync(kind);
        _hub.With("ConnectionStrings__IdentityServer", source.ConnectionString)
            .With("ConnectionStrings__IdentityHub", database.ConnectionString)
            .WithFile("data/hub.key", Convert.ToBase64String(new byte[32]));

        var imported = await _hub.With("COLUMNS", "200").RunAsync("import", "identityserver");
        Assert.That((imported.ExitCode, imported.Error), Is.EqualTo((0, "")), imported.Output);
        var validated = await _hub.RunAsync("config", "validate");
        var planned = await _hub.RunAsync("config", "plan");
        var applied = await _hub.RunAsync("config", "apply");
        var again = await _hub.RunAsync("config", "plan");
        Assert.Multiple(() =>
        {
            Assert.That((validated.ExitCode, validated.Error), Is.EqualTo((0, "")));
            Assert.That((planned.ExitCode, planned.Error), Is.EqualTo((2, "")));
            Assert.That((applied.ExitCode, applied.Error), Is.EqualTo((0, "")));
            Assert.That(again.ExitCode, Is.Zero, again.Output);
            Assert.That(imported.Output, Does.Not.Contain("plain-text-secret").And.Not.Contain("pairwise"));
        });
        Golden.Verify("import-identityserver-200", imported.Output);
        Golden.Verify("import-identityserver-clients", Read("config/clients.yaml").TrimEnd());
        Golden.Verify("import-identityserver-resources", Read("config/resources.yaml").TrimEnd());
        var narrow = await _hub.With("COLUMNS", "80").RunAsync("import", "identityserver", "--force");
        Golden.Verify("import-identityserver-80", narrow.Output);
    }

    [Test]
    public async Task The_report_is_a_file_of_lines_and_part_of_the_JSON_answer()
    {
        await using var source = await CreateSourceAsync(DatabaseKind.Sqlite);
        var answer = await _hub.RunAsync(
            "import", "identityserver", "--connection", source.ConnectionString, "--out", "new", "--report", "r.jsonl", "--json");
        var json = JsonDocument.Parse(answer.Output).RootElement;
        var lines = Read("r.jsonl").TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(json.GetProperty("objects").GetProperty("clients").GetInt32(), Is.EqualTo(6));
            Assert.That(lines, Has.Count.EqualTo(json.GetProperty("report").GetArrayLength()));
            Assert.That(lines, Has.All.Matches<JsonElement>(line => line.GetProperty("advice").GetString()!.Length > 0));
            Assert.That(lines.Select(line => line.GetProperty("object").GetString()), Has.Member("clients/machine"));
            Assert.That(_hub.IsPrivate("r.jsonl"));
        });
    }

    [Test]
    public async Task A_database_of_version_3_is_read_too([Values] DatabaseKind kind)
    {
        await using var source = await (await IdentityServerDatabase.CreateAsync(kind)).WithVersion3Async();
        await source.AddClientAsync("machine", "client_credentials", "old-secret", "orders.read");
        var api = await source.AddAsync("ApiResources", ("Name", "orders"), ("Enabled", true));
        var scope = await source.AddAsync("ApiScopes", ("Name", "orders.read"), ("ApiResourceId", api));
        await source.AddAsync("ApiScopeClaims", ("Type", "email"), ("ApiScopeId", scope));
        await source.AddAsync("ApiClaims", ("Type", "name"), ("ApiResourceId", api));
        await source.AddAsync(
            "ApiSecrets", ("Value", IdentityServerDatabase.Hash("api")), ("Type", "SharedSecret"), ("ApiResourceId", api));
        var imported = await _hub.With("ConnectionStrings__IdentityServer", source.ConnectionString).RunAsync("import", "identityserver");
        Assert.That((imported.ExitCode, imported.Error), Is.EqualTo((0, "")), imported.Output);
        Assert.That(
            Read("config/resources.yaml"),
            Does.Contain("claims: [email, name]").And.Contain("scopes: [orders.read]")
                .And.Contain($"sha256:{IdentityServerDatabase.Hash("api")}"));
    }

    [Test]
    public async Task Tables_in_a_schema_of_their_own_are_named_and_read()
    {
        await using var source = await (await IdentityServerDatabase.CreateAsync(DatabaseKind.Postgres, "idsrv")).WithConfigurationAsync();
        await source.AddClientAsync("machine", "client_credentials", "old-secret");
        _hub.With("ConnectionStrings__IdentityServer", source.ConnectionString);
        var without = await _hub.RunAsync("import", "identityserver");
        var with = await _hub.RunAsync("import", "identityserver", "--schema", "idsrv");
        Assert.Multiple(() =>
        {
            Assert.That(
                (without.ExitCode, without.Error),
                Is.EqualTo((1, "The tables of IdentityServer are in the schema 'idsrv': name it with --schema.")));
            Assert.That((with.ExitCode, with.Error), Is.EqualTo((0, "")));
        });
    }

    [Test]
    public async Task A_wrong_database_or_one_that_lacks_tables_is_refused_and_nothing_is_written([Values] DatabaseKind kind)
    {
        await using var other = await TestDatabase.CreateAsync(kind);
        await using var half = await (await IdentityServerDatabase.CreateAsync(kind)).WithConfigurationAsync();
        await half.ExecuteAsync("DROP TABLE \"ClientSecrets\"");
        await half.ExecuteAsync("DROP TABLE \"ClientScopes\"");
        var wrong = await _hub.RunAsync("import", "identityserver", "--connection", other.ConnectionString);
        var lacking = await _hub.RunAsync("import", "identityserver", "--connection", half.ConnectionString);
        Assert.Multiple(() =>
        {
            Assert.That(wrong.ExitCode, Is.EqualTo(1));
            Assert.That(wrong.Error, Does.StartWith("The database holds no configuration of IdentityServer"));
            Assert.That(lacking.ExitCode, Is.EqualTo(1));
            Assert.That(
                lacking.Error,
                Does.StartWith("The database lacks tables of the configuration of IdentityServer: ClientSecrets, ClientScopes."));
            Assert.That(Directory.GetFileSystemEntries(_hub.Folder), Is.Empty);
        });
    }

    [TestCase("There is nothing to import: name the database of IdentityServer")]
    [TestCase("There is no SQLite database 'missing.db'.", "--connection", "Data Source=missing.db")]
    [TestCase("The connection string cannot be read", "--connection", "hush-hush-secret")]
    [TestCase("The PostgreSQL database 'is' on '127.0.0.1' cannot be used", "--connection", "Host=127.0.0.1;Port=1;Database=is;Timeout=1")]
    [TestCase("There is no connection string of IdentityServer on standard input.", "--connection", "-")]
    [TestCase("'bad.json' is no JSON, at line 2, byte 3.", "--appsettings", "bad.json")]
    [TestCase("'other.json' has no section IdentityServer", "--appsettings", "other.json")]
    [TestCase("Name either --connection or --appsettings", "--connection", "Data Source=a.db", "--appsettings", "other.json")]
    [TestCase("The folder 'full' is not empty", "--appsettings", "good.json", "--out", "full")]
    [TestCase("'good.json' is no folder", "--appsettings", "good.json", "--out", "good.json")]
    [TestCase("The file 'good.json' is there already", "--appsettings", "good.json", "--report", "good.json")]
    public async Task A_call_that_cannot_be_carried_out_says_why(string expected, params string[] arguments)
    {
        _hub.WithFile("bad.json", "{\n  hush-hush }").WithFile("other.json", "{ \"Logging\": {} }").WithFile("full/a.yaml", "{}")
            .WithFile("good.json", "{ \"IdentityServer\": { \"Clients\": [] } }");
        var result = await _hub.RunAsync(["import", "identityserver", .. arguments]);
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Does.StartWith(expected).And.Not.Contain("hush-hush"));
        Assert.That(_hub.Has("config"), Is.False);
    }

    [Test]
    public async Task A_connection_string_can_come_from_standard_input()
    {
        await using var source = await (await IdentityServerDatabase.CreateAsync(DatabaseKind.Sqlite)).WithConfigurationAsync();
        await source.AddClientAsync("machine", "client_credentials", "old-secret");
        var imported = await _hub.RunWithInputAsync(source.ConnectionString + "\n", "import", "identityserver", "--connection", "-");
        Assert.That((imported.ExitCode, imported.Error), Is.EqualTo((0, "")));
    }

    [Test]
    public async Task The_section_of_appsettings_is_read_with_its_comments_and_its_faults()
    {
        _hub.WithFile(
            "appsettings.json",
            $$"""
            {
              // As an administrator writes it.
              "IdentityServer": {
                "IssuerUri": "https://id.example.com",
                "Clients": [
                  { "ClientId": "mvc", "ClientSecrets": [{ "Value": "{{IdentityServerDatabase.Hash("secret")}}" }],
                    "AllowedGrantTypes": ["authorization_code"], "RedirectUris": ["https://app.example.com/signin-oidc"],
                    "AllowOfflineAccess": true, "AllowedScopes": ["openid", "api1"], "RefreshTokenUsage": "OneTimeOnly",
                    "RefreshTokenExpiration": "Sliding", "AccessTokenType": "Reference", "AccessTokenLifetime": 900 },
                  { "ClientId": "mvc", "AllowedGrantTypes": ["client_credentials"], "ClientSecrets": [{ "Value": "{{IdentityServerDatabase.Hash("b")}}" }] },
                  { "ClientId": "bad", "AllowedGrantTypes": ["client_credentials"], "ClientSecrets": [{ "Value": "not-a-hash" }] },
                  { "AllowedGrantTypes": ["client_credentials"] },
                  { "ClientId": "app1", "Profile": "IdentityServerSPA" },
                ],
                "ApiScopes": [{ "Name": "api1", "DisplayName": "The API" }, { "Name": "api1" }]
              }
            }
            """);
        var imported = await _hub.RunAsync("import", "identityserver", "--appsettings", "appsettings.json", "--json");
        Assert.That((imported.ExitCode, imported.Error), Is.EqualTo((0, "")));
        var report = JsonDocument.Parse(imported.Output).RootElement.GetProperty("report").EnumerateArray()
            .Select(entry => $"{entry.GetProperty("object")} {entry.GetProperty("key")}").ToList();
        Assert.That(
            report,
            Is.SupersetOf(
                new[]
                {
                    "settings IdentityServer.IssuerUri", "clients/mvc ", "clients/bad ClientSecrets[0].Value", "clients/bad ", "clients/? ",
                    "clients/app1 ", "scopes/api1 ",
                }));
        Assert.That(
            Read("config/clients.yaml"),
            Does.Contain("client_id: mvc").And.Contain("access_token_format: reference").And.Contain("access_token_lifetime: 15m")
                .And.Contain("scope: \"openid api1 offline_access\"").And.Contain("absolute_lifetime: 30d")
                .And.Not.Contain("client_id: bad"));
    }

    [Test]
    public async Task A_scope_that_makes_administrators_is_never_brought_along()
    {
        await using var source = await (await IdentityServerDatabase.CreateAsync(DatabaseKind.Sqlite)).WithConfigurationAsync();
        await source.AddAsync("ApiScopes", ("Name", "hub.admin"), ("Enabled", true));
        await source.AddClientAsync("machine", "client_credentials", "old-secret", "hub.admin");
        var imported = await _hub.RunAsync("import", "identityserver", "--connection", source.ConnectionString);
        Assert.That(imported.ExitCode, Is.Zero, imported.Error);
        Assert.That(Read("config/clients.yaml"), Does.Contain("client_id: machine").And.Not.Contain("hub.admin"));
        Assert.That(imported.Output, Does.Contain("scopes/hub.admin").And.Contain("AllowedScopes"));
    }

    // Each client shows other keys; what has no counterpart is in one of them.
    private static async Task<IdentityServerDatabase> CreateSourceAsync(DatabaseKind kind)
    {
        var source = await (await IdentityServerDatabase.CreateAsync(kind)).WithConfigurationAsync();
        var orders = await source.AddAsync("ApiScopes", ("Name", "orders.read"), ("DisplayName", "Read orders"), ("Enabled", true));
        await source.AddAsync("ApiScopeClaims", ("Type", "email"), ("ScopeId", orders));
        await source.AddAsync("ApiScopes", ("Name", "orders.write"), ("Enabled", true), ("Required", true));
        await source.AddAsync("ApiScopes", ("Name", "orders.old"), ("Enabled", false));
        await source.AddAsync("ApiScopes", ("Name", "a \"quoted\" scope"), ("Enabled", true));
        var api = await source.AddAsync(
            "ApiResources", ("Name", "orders"), ("DisplayName", "Orders"), ("Enabled", true), ("RequireResourceIndicator", true));
        foreach (var scope in new[] { "orders.read", "orders.write", "orders.old" })
            await source.AddAsync("ApiResourceScopes", ("Scope", scope), ("ApiResourceId", api));
        await source.AddAsync("ApiResourceClaims", ("Type", "department"), ("ApiResourceId", api));
        await source.AddAsync(
            "ApiResourceSecrets", ("Value", IdentityServerDatabase.Hash("secret-of-orders", isSha512: true)), ("Type", "SharedSecret"),
            ("Expiration", Future), ("ApiResourceId", api));
        await source.AddAsync("ApiResources", ("Name", "machine"), ("Enabled", true));
        var openid = await source.AddAsync("IdentityResources", ("Name", "openid"), ("Enabled", true), ("Required", true));
        await source.AddAsync("IdentityResourceClaims", ("Type", "sub"), ("IdentityResourceId", openid));
        var roles = await source.AddAsync("IdentityResources", ("Name", "roles"), ("Enabled", true));
        await source.AddAsync("IdentityResourceClaims", ("Type", "role"), ("IdentityResourceId", roles));

        await source.AddAsync("IdentityProviders", ("Scheme", "google"), ("Type", "oidc"), ("Enabled", true));
        await source.AddAsync("Keys", ("Id", "K1"), ("Algorithm", "RS256"), ("Data", "private-key"));
        foreach (var grant in new[] { "g1", "g2" })
            await source.AddAsync("PersistedGrants", ("Key", grant), ("Type", "refresh_token"), ("Data", "token-of-a-user"));

        var machine = await source.AddClientAsync("machine", "client_credentials custom_grant", "machine-secret", "orders.read orders.old");
        await source.AddAsync(
            "ClientSecrets", ("Value", IdentityServerDatabase.Hash("second", isSha512: true)), ("Type", "SharedSecret"),
            ("Expiration", Future), ("Description", "The new one"), ("ClientId", machine));
        await source.AddAsync(
            "ClientSecrets", ("Value", IdentityServerDatabase.Hash("expired")), ("Type", "SharedSecret"), ("Expiration", Past),
            ("ClientId", machine));
        await source.AddAsync("ClientSecrets", ("Value", "plain-text-secret"), ("Type", "SharedSecret"), ("ClientId", machine));
        await source.AddAsync("ClientSecrets", ("Value", "0011"), ("Type", "X509Thumbprint"), ("ClientId", machine));
        await source.AddAsync("ClientClaims", ("Type", "tier"), ("Value", "gold"), ("ClientId", machine));
        await source.AddAsync("ClientProperties", ("Key", "owner"), ("Value", "sales"), ("ClientId", machine));

        var web = await source.AddClientAsync(
            "web", "hybrid", "web-secret", "openid profile roles orders.read", "https://app.example.com/cb",
            ("ClientName", "The shop"), ("AllowOfflineAccess", true), ("RequirePkce", false), ("AuthorizationCodeLifetime", 300),
            ("RefreshTokenUsage", 0), ("RefreshTokenExpiration", 0), ("AccessTokenLifetime", 2592000),
            ("LogoUri", "https://app.example.com/logo"),
            ("PairWiseSubjectSalt", "pairwise"), ("RequireConsent", true), ("BackChannelLogoutUri", "https://app.example.com/bye"));
        await source.AddAsync("ClientRedirectUris", ("RedirectUri", "https://*.example.com/cb"), ("ClientId", web));
        await source.AddAsync("ClientPostLogoutRedirectUris", ("PostLogoutRedirectUri", "http://intranet/bye"), ("ClientId", web));
        await source.AddAsync("ClientIdPRestrictions", ("Provider", "Google"), ("ClientId", web));

        var spa = await source.AddClientAsync(
            "spa", "authorization_code", null, "openid", "https://spa.example.com/", ("RequireClientSecret", false));
        await source.AddAsync("ClientRedirectUris", ("RedirectUri", "myapp:/cb"), ("ClientId", spa));
        await source.AddAsync("ClientCorsOrigins", ("Origin", "https://spa.example.com/"), ("ClientId", spa));
        await source.AddClientAsync("off", "password", "off-secret", "openid", null, ("Enabled", false));
        await source.AddClientAsync("idle", null, "idle-secret");
        await source.AddClientAsync("saml", "client_credentials", "saml-secret", null, null, ("ProtocolType", "saml2p"));
        await source.AddClientAsync("lost", "client_credentials");
        await source.AddClientAsync("a b", "client_credentials", "blank-secret");
        await source.AddClientAsync(
            "device", "urn:ietf:params:oauth:grant-type:device_code", null, "openid", null, ("RequireClientSecret", false),
            ("RequireDPoP", true));

        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = [.. Enumerable.Repeat((byte)1, 32)],
        });
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var signed = await source.AddClientAsync("signed", "client_credentials");
        await source.AddAsync(
            "ClientSecrets", ("Type", "JWK"), ("ClientId", signed),
            ("Value", $$"""{"kty":"EC","crv":"P-256","kid":"k1","x":"{{Url(point.X!)}}","y":"{{Url(point.Y!)}}"}"""));
        return source;
    }

    private static string Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    private string Read(string path) => File.ReadAllText(Path.Combine(_hub.Folder, path));
}
