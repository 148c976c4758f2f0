using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Import.IdentityServer;

/// <summary>
/// An IdentityServer with fifty clients and a thousand users moves: import, apply, users import. Then every client gets tokens with the
/// secret that it had, and users log in with the passwords that they had.
/// </summary>
public class MigrationRehearsalTests
{
    private const int Clients = 50;
    private const int Users = 1000;
    private const string Password = "Old-System-Pass-1";
    private const string DeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

    // RFC 7636 appendix B.
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private static readonly string[] Kinds = ["machine", "machine512", "reference", "web", "spa", "password", "device", "signed"];

    [Test]
    public async Task Old_secrets_and_old_passwords_go_on_working([Values] DatabaseKind kind)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var hashes = await ReadHashesAsync();
        await using var source = await FillAsync(kind, key, hashes);
        await using var installation = await Installation.CreateAsync("{}", kind);
        using var shell = new HubShell()
            .With("ConnectionStrings__IdentityServer", source.ConnectionString)
            .With("ConnectionStrings__IdentityHub", installation.Database.ConnectionString)
            .With("IdentityHub__KeyProtection__KeyFile", installation.KeyFile)
            .With("IdentityHub__Stage", "development");

        var imported = await shell.RunAsync("import", "identityserver");
        Assert.That((imported.ExitCode, imported.Error), Is.EqualTo((0, "")), imported.Output);
        var applied = await shell.RunAsync("config", "apply");
        Assert.That((applied.ExitCode, applied.Error), Is.EqualTo((0, "")), applied.Output);
        var users = await shell.RunAsync("users", "import", "users.jsonl");
        Assert.That((users.ExitCode, users.Output), Is.EqualTo((0, $"Done: {Users} imported, 0 there already, 0 rejected.")), users.Error);

        await using (var context = installation.Database.NewContext())
        {
            var stored = await context.Users.AsNoTracking().ToDictionaryAsync(user => user.UserName!);
            Assert.That(
                Enumerable.Range(0, Users).Select(i => (stored[$"user{i}"].Id, stored[$"user{i}"].PasswordHash)),
                Is.EqualTo(Enumerable.Range(0, Users).Select(i => (IdOf(i), hashes[i % hashes.Count]))),
                "each user has the id and the hash of the old system");
        }

        var hub = await installation.StartNodeAsync(settings: ("IdentityHub:ConfigDirectory", Path.Combine(shell.Folder, "config")));
        var browser = new Browser(hub.Client);
        var refused = new List<string>();
        for (var i = 0; i < Clients; i++)
        {
            var answer = await TokenAsync(hub, browser, i, key);
            if (answer["access_token"] is null)
                refused.Add($"{ClientIdOf(i)}: {answer}");
        }

        Assert.That(refused, Is.Empty);
        Assert.That((await hub.Client.MachineAsync(new TestClient("machine0", "another-secret"))).Status, Is.EqualTo(401));

        // Three of each form of hash: checking a thousand takes minutes.
        var app = new TestClient(ClientIdOf(5), SecretOf(5));
        for (var i = 0; i < 3 * hashes.Count; i++)
        {
            Assert.That((await hub.Client.LoginAsync(app, $"user{i}", Password)).Status, Is.EqualTo(200), $"user{i}");
            Assert.That((await hub.Client.LoginAsync(app, $"user{i}", "another-password")).Status, Is.EqualTo(400), $"user{i}");
        }

        // RFC 6238 appendix B has this secret. The last user has it in an authenticator app, and one recovery code that was not used.
        var code = new AuthenticatorApp("12345678901234567890").CodeAt(hub.Time.GetUtcNow());
        var alone = await hub.Client.LoginAsync(app, $"user{Users - 1}", Password);
        var wrong = await hub.Client.LoginAsync(app, $"user{Users - 1}", Password, more: [("otp", "000000")]);
        var right = await hub.Client.LoginAsync(app, $"user{Users - 1}", Password, more: [("otp", code)]);
        Assert.That((alone.Status, wrong.Status, right.Status), Is.EqualTo((400, 400, 200)), right.ToString());
    }

    private static string KindOf(int client) => Kinds[client % Kinds.Length];

    private static string ClientIdOf(int client) => $"{KindOf(client)}{client}";

    private static string SecretOf(int client) => $"old-secret-of-{client}";

    private static Guid IdOf(int user) => new(user + 1, 7, 7, [8, 1, 2, 3, 4, 5, 6, 7]);

    private static async Task<Answer> TokenAsync(Hub hub, Browser browser, int client, ECDsa key)
    {
        var (id, secret) = (ClientIdOf(client), SecretOf(client));
        switch (KindOf(client))
        {
            case "web":
                var tokens = await RedeemAsync(hub, id, secret, await CodeAsync(browser, id));
                return await hub.Client.RefreshAsync(new TestClient(id, secret), tokens["refresh_token"]);
            case "spa":
                return await RedeemAsync(hub, id, null, await CodeAsync(browser, id));
            case "password":
                return await hub.Client.LoginAsync(new TestClient(id, secret), "user0", Password, "openid");
            case "device":
                return await hub.Client.TokenAsync(
                    ("grant_type", DeviceGrant), ("client_id", id), ("device_code", await AllowDeviceAsync(hub, browser, id)));
            case "signed":
                return await hub.Client.TokenAsync(
                    ("grant_type", "client_credentials"), ("client_assertion", Sign(id, hub.Time.GetUtcNow(), key)),
                    ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
            default:
                return await hub.Client.MachineAsync(new TestClient(id, secret), "orders.read");
        }
    }

    // The browser logs in once; after that its session is enough.
    private static async Task<string> CodeAsync(Browser browser, string clientId)
    {
        var page = await browser.GetAsync(
            $"/connect/authorize?client_id={clientId}&response_type=code&scope=openid%20offline_access&state=s&code_challenge={Challenge}"
                + $"&code_challenge_method=S256&redirect_uri={Uri.EscapeDataString(RedirectUriOf(clientId))}");
        if (page.Location is null)
            page = await browser.SubmitAsync(page, page.FormWith("password"), ("username", "user1"), ("password", Password));
        return page.Sent("code") ?? throw new InvalidOperationException($"There is no code in {page.Location}.");
    }

    private static Task<Answer> RedeemAsync(Hub hub, string clientId, string? secret, string code) =>
        hub.Client.TokenAsync(
            [
                ("grant_type", "authorization_code"), ("client_id", clientId), ("code", code), ("code_verifier", Verifier),
                ("redirect_uri", RedirectUriOf(clientId)), .. secret is null ? [] : new[] { ("client_secret", secret) },
            ]);

    private static string RedirectUriOf(string clientId) => $"https://{clientId}.example.com/signin-oidc";

    private static async Task<string> AllowDeviceAsync(Hub hub, Browser browser, string clientId)
    {
        var device = await hub.Client.PostFormAsync("/connect/deviceauthorization", ("client_id", clientId), ("scope", "openid"));
        var page = await browser.GetAsync("/device");
        var found = await browser.SubmitAsync(
            page, page.Document.Forms.First(form => form.GetAttribute("action") == "/device"), ("user_code", device["user_code"]));
        await browser.SubmitAsync(
            found, found.Document.Forms.Single(form => form.GetAttribute("action") == "/device?handler=Decide"), ("decision", "allow"));
        return device["device_code"]!;
    }

    private static string Sign(string clientId, DateTimeOffset now, ECDsa key)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                iss = clientId,
                sub = clientId,
                aud = Installation.Issuer + "/connect/token",
                jti = Guid.NewGuid().ToString(),
                iat = now.ToUnixTimeSeconds(),
                exp = now.AddMinutes(2).ToUnixTimeSeconds(),
            });
        var input = $"{Base64Url.EncodeToString("""{"alg":"ES256","kid":"k1"}"""u8)}.{Base64Url.EncodeToString(payload)}";
        return $"{input}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256))}";
    }

    // Hashes of ASP.NET Core Identity: version 2, and version 3 with both digests. All are of one password.
    private static async Task<IReadOnlyList<string>> ReadHashesAsync()
    {
        var rows = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "Samples", "hashes.csv"));
        return [.. rows.Where(row => row.StartsWith("aspnet_", StringComparison.Ordinal)).Select(row => row.Split('"')[1])];
    }

    private static async Task<IdentityServerDatabase> FillAsync(DatabaseKind kind, ECDsa key, IReadOnlyList<string> hashes)
    {
        var source = await (await (await IdentityServerDatabase.CreateAsync(kind)).WithConfigurationAsync()).WithUsersAsync();
        await source.AddAsync("ApiScopes", ("Name", "orders.read"), ("Enabled", true));
        for (var i = 0; i < Clients; i++)
            await AddClientAsync(source, i, key);
        await source.ExecuteAsync("BEGIN");
        for (var i = 0; i < Users; i++)
            await source.AddAsync(
                "AspNetUsers", ("Id", IdOf(i).ToString()), ("UserName", $"user{i}"), ("Email", $"user{i}@example.com"),
                ("EmailConfirmed", true), ("PasswordHash", hashes[i % hashes.Count]), ("LockoutEnabled", true));
        var last = IdOf(Users - 1).ToString();
        await source.ExecuteAsync($"UPDATE \"AspNetUsers\" SET \"TwoFactorEnabled\" = true WHERE \"Id\" = '{last}'");
        foreach (var (name, value) in new[] { ("AuthenticatorKey", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), ("RecoveryCodes", "2B3C4-D5F6G") })
            await source.AddAsync(
                "AspNetUserTokens", ("UserId", last), ("LoginProvider", "[AspNetUserStore]"), ("Name", name), ("Value", value));
        await source.ExecuteAsync("COMMIT");
        return source;
    }

    private static async Task AddClientAsync(IdentityServerDatabase source, int client, ECDsa key)
    {
        var (id, secret, redirect) = (ClientIdOf(client), SecretOf(client), RedirectUriOf(ClientIdOf(client)));
        (string, object?) isPublic = ("RequireClientSecret", false), refreshes = ("AllowOfflineAccess", true);
        switch (KindOf(client))
        {
            case "machine":
                await source.AddClientAsync(id, "client_credentials", secret, "orders.read");
                break;
            case "machine512":
                var row = await source.AddClientAsync(id, "client_credentials", null, "orders.read");
                await source.AddAsync(
                    "ClientSecrets", ("Value", IdentityServerDatabase.Hash(secret, isSha512: true)), ("Type", "SharedSecret"),
                    ("ClientId", row));
                break;
            case "reference":
                await source.AddClientAsync(id, "client_credentials", secret, "orders.read", null, ("AccessTokenType", 1));
                break;
            case "web":
                await source.AddClientAsync(id, "authorization_code", secret, "openid", redirect, refreshes);
                break;
            case "spa":
                await source.AddClientAsync(id, "authorization_code", null, "openid", redirect, isPublic, refreshes);
                break;
            case "password":
                await source.AddClientAsync(id, "password", secret, "openid", null, refreshes);
                break;
            case "device":
                await source.AddClientAsync(id, DeviceGrant, null, "openid", null, isPublic);
                break;
            default:
                var point = key.ExportParameters(includePrivateParameters: false).Q;
                var signed = await source.AddClientAsync(id, "client_credentials", null, "orders.read");
                await source.AddAsync(
                    "ClientSecrets", ("Type", "JWK"), ("ClientId", signed),
                    ("Value", $$"""{"kty":"EC","crv":"P-256","kid":"k1","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}"""));
                break;
        }
    }
}
