using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Storage.ApiKeys;
using IdentityHub.Storage.Audit;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Db;

/// <summary><c>hub audit changes</c> signs what <c>hub db restored --changes</c> does again. Decision 0039.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class SignedChangesTests(DatabaseKind kind)
{
    private const string File = "changes.ndjson";

    private static readonly Guid Alice = new("11111111-1111-4111-8111-111111111111");
    private static readonly Guid Bob = new("22222222-2222-4222-8222-222222222222");
    private static readonly string[] Apply = ["db", "restored", "--yes", "--changes", File];

    private Installation _installation = null!;
    private HubShell _hub = null!;

    [SetUp]
    public async Task CreateAsync()
    {
        _installation = await Installation.CreateAsync("{}", kind);
        _hub = new HubShell().With("ConnectionStrings__IdentityHub", _installation.Database.ConnectionString)
            .With("IdentityHub__KeyProtection__KeyFile", _installation.KeyFile);
        await AddAsync(NewUser(Alice, "alice"), NewUser(Bob, "bob"));
    }

    [TearDown]
    public async Task RemoveAsync()
    {
        _hub.Dispose();
        await _installation.DisposeAsync();
    }

    [Test]
    public async Task Rows_that_were_signed_are_done_again_and_two_files_can_be_joined()
    {
        var first = await LoseAsync(RowOf("user.disabled", Alice), RowOf("token.issued", Alice), RowOf("user.enabled", Alice));
        var second = await LoseAsync(RowOf("password.changed", Bob));
        _hub.WithFile(File, first + "\n" + second + "\n");

        var planned = await _hub.RunAsync("db", "restored", "--changes", File, "--dry-run");
        var before = await UsersAsync();
        _installation.Database.CloseIdle();
        var done = await _hub.RunAsync(Apply);
        var after = await UsersAsync();

        Assert.That(first, Does.Not.Contain("token.issued"));
        Assert.That((planned.ExitCode, planned.Error, done.ExitCode), Is.EqualTo((0, "", 0)), done.Error);
        Assert.That(planned.Output, Does.Contain($"{Alice} alice: disabled; was unblocked").And.Contain($"{Bob} bob: password removed"));
        Assert.That(before.Values.Select(user => (user.DisabledAt, user.PasswordHash)), Is.All.EqualTo(((DateTimeOffset?)null, "hash")));
        Assert.That(after[Alice].DisabledAt, Is.Not.Null, "a later user.enabled ends no block");
        Assert.That(after[Bob].PasswordHash, Is.Null);
    }

    [TestCase("another user")]
    [TestCase("another order")]
    [TestCase("a row less")]
    [TestCase("a row more")]
    [TestCase("a row after the end")]
    [TestCase("no end")]
    [TestCase("another span")]
    [TestCase("another key")]
    public async Task A_file_that_was_changed_changes_nothing(string change)
    {
        var lines = (await LoseAsync(RowOf("user.disabled", Alice), RowOf("user.enabled", Alice))).Split('\n');
        var forged = JsonSerializer.Serialize(
            new { at = DateTimeOffset.UnixEpoch, @event = "user.erased", user_id = Bob, trace_id = $"{Guid.NewGuid():N}" });
        string[] changed = change switch
        {
            "another user" => [lines[0].Replace($"{Alice}", $"{Bob}", StringComparison.Ordinal), lines[1], lines[2]],
            "another order" => [lines[1], lines[0], lines[2]],
            "a row less" => [lines[0], lines[2]],
            "a row more" => [lines[0], lines[1], forged, lines[2]],
            "a row after the end" => [.. lines, forged],
            "no end" => [lines[0], lines[1]],
            "another span" => [lines[0], lines[1], lines[2].Replace("\"from\":\"20", "\"from\":\"19", StringComparison.Ordinal)],
            _ => lines,
        };
        _hub.WithFile(File, string.Join('\n', changed) + "\n");
        if (change == "another key")
            _hub.WithFile("other.key", Convert.ToBase64String(new byte[32]));
        _installation.Database.CloseIdle();

        var refused = await _hub.RunAsync(change == "another key" ? [.. Apply, "--key-file", "other.key"] : Apply);
        var after = await UsersAsync();
        _installation.Database.CloseIdle();
        var unsigned = change == "another key" ? refused : await _hub.RunAsync([.. Apply, "--unsigned-changes"]);

        Assert.That(refused.ExitCode, Is.EqualTo(1));
        Assert.That(refused.Error, Does.Contain("has signed with this key file"));
        Assert.That(after.Values.Select(user => user.DisabledAt), Is.All.Null);
        Assert.That(unsigned.ExitCode, Is.EqualTo(change == "another key" ? 1 : 0), unsigned.Error);
    }

    [TestCase("user.erased")]
    [TestCase("user.disabled")]
    [TestCase("second_factor.reset")]
    public async Task Changes_that_leave_no_administrator_enabled_change_nothing(string type)
    {
        var role = Guid.NewGuid();
        await AddAsync(
            new Role { Id = role, Name = "admin", NormalizedName = "ADMIN" }, new IdentityUserRole<Guid> { UserId = Alice, RoleId = role },
            new IdentityUserRole<Guid> { UserId = Bob, RoleId = role });
        var rows = (await LoseAsync(RowOf(type, Alice), RowOf(type, Bob))) + "\n";
        var one = (await LoseAsync(RowOf(type, Alice))) + "\n";

        _hub.WithFile(File, rows);
        _installation.Database.CloseIdle();
        var all = await _hub.RunAsync(Apply);
        var after = await UsersAsync();
        _hub.WithFile(File, one);
        _installation.Database.CloseIdle();
        var some = await _hub.RunAsync(Apply);

        Assert.That(all.ExitCode, Is.EqualTo(1));
        Assert.That(all.Error, Does.StartWith("After these changes no administrator would be enabled. Nothing was changed."));
        Assert.That(after.Values.Select(user => user.DisabledAt), Is.All.Null);
        Assert.That(some.ExitCode, Is.Zero, some.Error);
    }

    [Test]
    public async Task Before_the_question_the_users_are_listed()
    {
        _hub.WithFile(File, await LoseAsync(RowOf("user.erased", Alice)) + "\n");

        var asked = await _hub.RunAsync("db", "restored", "--changes", File);

        Assert.That(asked.ExitCode, Is.EqualTo(1));
        Assert.That(asked.Error, Does.StartWith($"{Alice} alice: erased").And.Contain("Give --yes."));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Api_keys_that_were_not_revoked_stay_where_the_signed_span_begins_before_the_backup(bool begins)
    {
        await AddAsync(KeyOf("kept"), KeyOf("revoked"), RowOf("session.started", Alice));
        var revoked = RowOf("api_key.revoked", null, "revoked");
        _hub.WithFile(File, await LoseAsync(begins ? "25h" : "1s", revoked) + "\n");

        _installation.Database.CloseIdle();
        var done = await _hub.RunAsync(Apply);

        Assert.That(done.ExitCode, Is.Zero, done.Error);
        await using var context = _installation.Database.NewContext();
        var left = await context.ApiKeys.Where(key => key.RevokedAt == null).Select(key => key.Name).ToListAsync();
        Assert.That(left, Is.EqualTo(begins ? new[] { "kept" } : []));
    }

    private static User NewUser(Guid id, string name) => new()
    {
        Id = id,
        UserName = name,
        NormalizedUserName = name.ToUpperInvariant(),
        PasswordHash = "hash",
        SecurityStamp = name,
    };

    private static ApiKey KeyOf(string name) => new()
    {
        Id = Guid.NewGuid(),
        Name = name,
        KeyHash = TokenHash.Of(name),
        Permissions = "session.read",
        CreatedAt = TimeProvider.System.GetUtcNow(),
    };

    private static AuditEvent RowOf(string type, Guid? user, string? client = null) => new()
    {
        TraceId = Guid.NewGuid(),
        Id = Guid.CreateVersion7(),
        At = TimeProvider.System.GetUtcNow(),
        Type = type,
        Endpoint = "hub",
        UserId = user,
        ClientId = client,
    };

    private Task<string> LoseAsync(params AuditEvent[] rows) => LoseAsync("25h", rows);

    // Writes rows, reads them as a backup of the trail does, and removes them as a restore does.
    private async Task<string> LoseAsync(string from, params AuditEvent[] rows)
    {
        await AddAsync(rows);
        var made = await _hub.RunAsync("audit", "changes", "--from", from);
        Assert.That((made.ExitCode, made.Error), Is.EqualTo((0, "")));
        await using var context = _installation.Database.NewContext();
        foreach (var row in rows)
            await context.AuditEvents.Where(stored => stored.Id == row.Id).ExecuteDeleteAsync();
        return made.Output;
    }

    private async Task AddAsync(params object[] rows)
    {
        await using var context = _installation.Database.NewContext();
        context.AddRange(rows);
        await context.SaveChangesAsync();
    }

    private async Task<Dictionary<Guid, User>> UsersAsync()
    {
        await using var context = _installation.Database.NewContext();
        return await context.Users.AsNoTracking().ToDictionaryAsync(user => user.Id);
    }
}
