using IdentityHub.Protocol;
using IdentityHub.Storage.ApiKeys;
using IdentityHub.Storage.Audit;
using IdentityHub.Storage.Consents;
using IdentityHub.Storage.Otp;
using IdentityHub.Storage.PasswordResets;
using IdentityHub.Storage.SecondFactors;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Db;

/// <summary>What a database held at the moment of its backup is not alive after it was restored. Decision 0039.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[Parallelizable(ParallelScope.Self)]
public class RestoredTests(DatabaseKind kind)
{
    private const string Orders = "orders";

    private const string Config =
        """
        scopes: [{ name: orders.read }]
        api_resources: [{ name: orders, scopes: [orders.read], client_secrets: [{ value: "plain:orders-secret" }] }]
        clients:
          - { client_id: machine, grant_types: [client_credentials], client_secrets: [{ value: "plain:machine-secret" }], scope: orders.read }
          - { client_id: machine-ref, grant_types: [client_credentials], client_secrets: [{ value: "plain:machine-ref-secret" }],
              scope: orders.read, access_token_format: reference }
          - { client_id: app, token_endpoint_auth_method: none, grant_types: [password, refresh_token], scope: openid orders.read,
              access_token_format: reference }
          - { client_id: app-jwt, token_endpoint_auth_method: none, grant_types: [password, refresh_token], scope: openid orders.read,
              access_token_format: jwt }
        users: [{ id: 11111111-1111-4111-8111-111111111111, user_name: alice, password: "plain:Alice-Pass-1234" }]
        """;

    private static readonly TestClient App = TestClient.Public("app");
    private static readonly TestClient JwtApp = TestClient.Public("app-jwt");
    private static readonly Guid AliceId = new("11111111-1111-4111-8111-111111111111");

    private Installation _installation = null!;
    private HubShell _hub = null!;

    [SetUp]
    public async Task CreateAsync()
    {
        _installation = await Installation.CreateAsync(Config, kind, makesOwnKeys: true);
        _hub = new HubShell().With("ConnectionStrings__IdentityHub", _installation.Database.ConnectionString)
            .With("IdentityHub__KeyProtection__KeyFile", _installation.KeyFile);
    }

    [TearDown]
    public async Task RemoveAsync()
    {
        _hub.Dispose();
        await _installation.DisposeAsync();
    }

    [Test]
    public async Task Nothing_that_was_issued_before_is_alive_and_users_sign_in_again()
    {
        var before = (await _installation.StartNodeAsync(TimeProvider.System)).Client;
        var user = await before.LoginAsync(App);
        var jwtUser = await before.LoginAsync(JwtApp);
        string?[] tokens =
        [
            user["access_token"], jwtUser["access_token"], (await before.MachineAsync("machine"))["access_token"],
            (await before.MachineAsync("machine-ref"))["access_token"],
        ];
        foreach (var token in tokens)
            Assert.That(await before.IsActiveAsync(Orders, token), Is.True, "alive before");
        var oldKeys = await before.GetAnswerAsync("/.well-known/openid-configuration/jwks");
        await AddRowsAsync();
        await _installation.StopNodesAsync();

        var done = await _hub.RunAsync("db", "restored", "--yes");
        var after = (await _installation.StartNodeAsync(TimeProvider.System)).Client;

        Assert.That((done.ExitCode, done.Error), Is.EqualTo((0, "")));
        foreach (var token in tokens)
            Assert.That(await after.IsActiveAsync(Orders, token), Is.False, token);
        Assert.That((await after.RefreshAsync(App, user["refresh_token"]))["error"], Is.EqualTo("invalid_grant"));
        Assert.That((await after.RefreshAsync(JwtApp, jwtUser["refresh_token"]))["error"], Is.EqualTo("invalid_grant"));
        Assert.That(KidsOf(await after.GetAnswerAsync("/.well-known/openid-configuration/jwks")).Intersect(KidsOf(oldKeys)), Is.Empty);
        Assert.That(await after.IsActiveAsync(Orders, (await after.LoginAsync(JwtApp))["access_token"]), Is.True);
        await AssertRowsEndedAsync();
    }

    [Test]
    public async Task Without_a_yes_and_without_a_terminal_nothing_is_changed()
    {
        var before = (await _installation.StartNodeAsync(TimeProvider.System)).Client;
        var token = (await before.LoginAsync(App))["access_token"];

        var refused = await _hub.RunAsync("db", "restored");

        Assert.That(refused.ExitCode, Is.EqualTo(1));
        Assert.That(refused.Error, Does.Contain("Give --yes."));
        Assert.That(await before.IsActiveAsync(Orders, token), Is.True);
    }

    [Test]
    public async Task While_a_node_is_connected_nothing_is_changed()
    {
        if (kind != DatabaseKind.Postgres)
            Assert.Ignore("A SQLite file does not tell who has it open.");
        var before = (await _installation.StartNodeAsync(TimeProvider.System)).Client;
        var token = (await before.LoginAsync(App))["access_token"];

        var refused = await _hub.RunAsync("db", "restored", "--yes");

        Assert.That(refused.ExitCode, Is.EqualTo(1));
        Assert.That(refused.Error, Does.Match("^[0-9]+ other connection\\(s\\) to this database are open. Stop every node"));
        Assert.That(await before.IsActiveAsync(Orders, token), Is.True);
    }

    [Test]
    public async Task Changes_of_users_since_the_backup_are_made_again()
    {
        await _installation.StartNodeAsync(TimeProvider.System);
        var names = new[] { "erased", "blocked", "unblocked", "password", "passkey", "proven", "factor", "added", "known" };
        var users = names.ToDictionary(name => name, NewUser);
        await using (var context = _installation.Database.Open().NewContext())
        {
            context.AddRange(users.Values);
            context.Add(RowOf("user.disabled", users["known"].Id));
            await context.SaveChangesAsync();
        }

        var known = await _hub.RunAsync("audit", "query", "--user", users["known"].Id.ToString(), "--json");
        _hub.WithFile(
            "changes.ndjson",
            string.Join(
                '\n',
                LineOf("user.erased", users["erased"].Id), LineOf("user.blocked", users["blocked"].Id),
                LineOf("user.blocked", users["unblocked"].Id), LineOf("user.unblocked", users["unblocked"].Id, seconds: 1),
                LineOf("password.changed", users["password"].Id), LineOf("passkey.removed", users["passkey"].Id),
                LineOf("user.address_confirmed", users["proven"].Id), LineOf("second_factor.added", users["factor"].Id),
                LineOf("passkey.added", users["added"].Id),
                LineOf("user.erased", Guid.NewGuid()), LineOf("token.issued", users["known"].Id), known.Output, ""));
        await _installation.StopNodesAsync();
        var done = await _hub.RunAsync("db", "restored", "--yes", "--keep-api-keys", "--unsigned-changes", "--changes", "changes.ndjson");

        Assert.That((done.ExitCode, done.Error), Is.EqualTo((0, "")));
        await using var after = _installation.Database.Open().NewContext();
        var found = await after.Users.AsNoTracking().ToDictionaryAsync(user => user.Id);
        Assert.Multiple(() =>
        {
            Assert.That(
                names.Where(name => found[users[name].Id].DisabledAt is not null),
                Is.EqualTo(new[] { "erased", "blocked", "unblocked", "passkey", "proven" }));
            Assert.That(
                names.Where(name => found[users[name].Id].PasswordHash is null),
                Is.EqualTo(new[] { "erased", "password", "proven", "factor" }));
            Assert.That(found[users["erased"].Id].Email, Is.Null);
            Assert.That(done.Output, Does.Contain($"{users["password"].Id} password: password removed"));
            Assert.That(done.Output, Does.Contain("unblocked: disabled; was unblocked or enabled after the backup"));
            Assert.That(done.Output, Does.Contain("factor: password removed; a second factor that was added after the backup is lost"));
            Assert.That(done.Output, Does.Contain("added: nothing done; a passkey that was added after the backup is lost"));
        });
        Assert.That(
            await after.AuditEvents.Where(row => row.Detail!.Contains("hub db restored")).Select(row => row.Type).ToListAsync(),
            Is.EquivalentTo(
                new[] { "database.restored", "user.erased" }
                    .Concat(Enumerable.Repeat("user.disabled", 4)).Concat(Enumerable.Repeat("password.forced", 3))));
    }

    [Test]
    public async Task A_file_that_holds_no_audit_rows_changes_nothing()
    {
        var before = (await _installation.StartNodeAsync(TimeProvider.System)).Client;
        var token = (await before.LoginAsync(App))["access_token"];
        _hub.WithFile("changes.ndjson", $"{LineOf("user.blocked", AliceId)}\n{{\"a\":1}}\n");

        var refused = await _hub.RunAsync("db", "restored", "--yes", "--changes", "changes.ndjson");

        Assert.That(refused.ExitCode, Is.EqualTo(1));
        Assert.That(refused.Error, Does.StartWith("changes.ndjson:2 is no audit row"));
        Assert.That(await before.IsActiveAsync(Orders, token), Is.True);
    }

    [Test]
    public async Task Api_keys_stay_where_the_administrator_says_so()
    {
        await _installation.StartNodeAsync(TimeProvider.System);
        await AddRowsAsync();
        await _installation.StopNodesAsync();

        var kept = await _hub.RunAsync("db", "restored", "--yes", "--keep-api-keys");
        var alive = await _installation.Database.Open().NewContext().ApiKeys.CountAsync(key => key.RevokedAt == null);
        _installation.Database.CloseIdle();
        var ended = await _hub.RunAsync("db", "restored", "--yes");

        Assert.That((kept.ExitCode, alive, ended.ExitCode), Is.EqualTo((0, 1, 0)), kept.Error + ended.Error);
        Assert.That(await _installation.Database.Open().NewContext().ApiKeys.CountAsync(key => key.RevokedAt == null), Is.Zero);
    }

    [TestCase(true, new[] { "kept", "live" })]
    [TestCase(false, new string[0])]
    public async Task Only_keys_that_were_revoked_or_rotated_end_where_the_changes_cover_the_time(bool covers, string[] alive)
    {
        await _installation.StartNodeAsync(TimeProvider.System);
        await using (var context = _installation.Database.Open().NewContext())
        {
            foreach (var name in new[] { "kept", "revoked", "rotated", "live" })
                context.Add(
                    new ApiKey
                    {
                        Id = Guid.NewGuid(),
                        Name = name,
                        KeyHash = TokenHash.Of(name),
                        Permissions = "session.read",
                        CreatedAt = TimeProvider.System.GetUtcNow(),
                    });
            await context.SaveChangesAsync();
        }

        // A row that both have: the revocation of an earlier key, after which another key of the name was made.
        Assert.That((await _hub.RunAsync("api-keys", "revoke", "kept")).ExitCode, Is.Zero);
        Assert.That((await _hub.RunAsync("api-keys", "issue", "kept", "--permission", "session.read")).ExitCode, Is.Zero);
        var known = await _hub.RunAsync("audit", "query", "--json");
        var shared = covers ? known.Output : string.Join('\n', known.Output.Split('\n').Skip(1));
        var lost = new[] { ("api_key.revoked", "revoked"), ("api_key.rotated", "rotated"), ("api_key.issued", "live") };
        _hub.WithFile("changes.ndjson", string.Join('\n', lost.Select(row => KeyLineOf(row.Item1, row.Item2))) + $"\n{shared}\n");

        await _installation.StopNodesAsync();

        var done = await _hub.RunAsync("db", "restored", "--yes", "--unsigned-changes", "--changes", "changes.ndjson");
        var again = await _hub.RunAsync("db", "restored", "--yes", "--unsigned-changes", "--changes", "changes.ndjson");

        Assert.That((done.ExitCode, again.ExitCode), Is.EqualTo((0, 0)), done.Error + again.Error);
        Assert.That(done.Error.Contains("does not cover the time since the backup", StringComparison.Ordinal), Is.EqualTo(!covers));
        await using var after = _installation.Database.Open().NewContext();
        var left = await after.ApiKeys.Where(key => key.RevokedAt == null).Select(key => key.Name).ToListAsync();
        Assert.That(left, Is.EquivalentTo(alive));
    }

    private static IEnumerable<string> KidsOf(Answer keys) =>
        keys.Json.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!);

    private static User NewUser(string name) => new()
    {
        Id = Guid.NewGuid(),
        UserName = name,
        NormalizedUserName = name.ToUpperInvariant(),
        Email = $"{name}@example.com",
        NormalizedEmail = $"{name}@example.com".ToUpperInvariant(),
        PasswordHash = "hash",
        SecurityStamp = name,
    };

    private static AuditEvent RowOf(string type, Guid user) => new()
    {
        TraceId = Guid.NewGuid(),
        Id = Guid.CreateVersion7(),
        At = TimeProvider.System.GetUtcNow(),
        Type = type,
        Endpoint = "hub",
        UserId = user,
    };

    private static string LineOf(string type, Guid user, int seconds = 0) =>
        $$"""
        {"at":"2026-11-30T10:00:0{{seconds}}+00:00","event":"{{type}}","endpoint":"hub","user_id":"{{user}}","trace_id":"{{Guid.NewGuid():N}}"}
        """;

    private static string KeyLineOf(string type, string name) =>
        $$"""
        {"at":"{{TimeProvider.System.GetUtcNow().AddMinutes(1):O}}","event":"{{type}}","client_id":"{{name}}","user_id":null,
        "trace_id":"{{Guid.NewGuid():N}}"}
        """.ReplaceLineEndings(" ");

    private async Task AddRowsAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        var later = now.AddDays(1);

        // A node whose clock is ahead has written these.
        var ahead = now.AddMinutes(5);
        await using var context = _installation.Database.Open().NewContext();
        context.AddRange(
            new RememberedBrowser
            {
                SecretHash = TokenHash.Of("browser"),
                UserId = AliceId,
                CreatedAt = ahead,
                LastUsedAt = ahead,
                ExpiresAt = later,
            },
            new Consent { UserId = AliceId, ClientId = "app", Scopes = "openid", GrantedAt = ahead },
            new RecoveryCode { UserId = AliceId, CodeHash = TokenHash.Of("code"), CreatedAt = now },
            new OneTimePassword
            {
                SlotHash = TokenHash.Of("slot"),
                Id = Guid.NewGuid(),
                CodeHash = TokenHash.Of("otp"),
                CreatedAt = ahead,
                ExpiresAt = later,
            },
            new PasswordReset
            {
                TokenHash = TokenHash.Of("reset"),
                UserId = AliceId,
                SecurityStamp = "stamp",
                CreatedAt = now,
                ExpiresAt = later,
            },
            new ApiKey { Id = Guid.NewGuid(), Name = "crm", KeyHash = TokenHash.Of("key"), Permissions = "session.read", CreatedAt = now });
        await context.SaveChangesAsync();
    }

    private async Task AssertRowsEndedAsync()
    {
        await using var context = _installation.Database.Open().NewContext();
        Assert.That(await context.RememberedBrowsers.CountAsync(), Is.Zero);
        Assert.That(await context.Consents.CountAsync(), Is.Zero);
        Assert.That(await context.RecoveryCodes.CountAsync(code => code.UsedAt == null), Is.Zero);
        Assert.That(await context.OneTimePasswords.CountAsync(), Is.Zero);
        Assert.That(await context.PasswordResets.CountAsync(reset => reset.SupersededAt == null), Is.Zero);
        Assert.That(await context.ApiKeys.CountAsync(key => key.RevokedAt == null), Is.Zero);
    }
}
