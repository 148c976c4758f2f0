using System.Security.Cryptography;
using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Installation;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Background;

/// <summary>
/// A server starts on the database of its own installation only, and writes nothing to another one. Each refusal is seen once of a process
/// of its own, and otherwise of the same program in this one: a process takes seconds of processor time to say it.
/// </summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class InstallationGuardTests(DatabaseKind kind)
{
    private const string Scope = "scopes: [{ name: kept }]";
    private static readonly (string, string)[] Production =
    [
        ("IdentityHub:Stage", "production"), ("IdentityHub:Passwords:Iterations", "220000")
    ];

    [TestCase("production")]
    [TestCase("staging")]
    [Spec("ASSURANCE", "L8")]
    public async Task L8_Development_does_not_touch_a_database_that_was_applied_on_another_stage(string stage)
    {
        await using var installation = await Installation.CreateAsync(Scope, kind);
        await ApplyAsync(installation, stage);
        var before = await StateAsync(installation);
        installation.WriteConfig("scopes: [{ name: other }]");

        var refusal = Refused(installation, asProcess: stage == "production");

        Assert.That(refusal, Does.Contain($"on the stage {stage}").And.Contain("nothing was changed").And.Not.Contain("   at "));
        Assert.That(await StateAsync(installation), Is.EqualTo(before));
    }

    [Test, Spec("ASSURANCE", "L8")]
    public async Task L8_Development_does_not_touch_a_database_that_an_older_version_has_filled_for_no_stage_that_is_known()
    {
        await using var installation = await Installation.CreateAsync(Scope, kind);
        await ApplyAsync(installation, "production");
        await ForgetMarksAsync(installation);
        var before = await StateAsync(installation);

        var refusal = Refused(installation, asProcess: true);

        Assert.That(refusal, Does.Contain("An older version has applied configuration").And.Not.Contain("   at "));
        Assert.That(await StateAsync(installation), Is.EqualTo(before));
    }

    [TestCase(true)]
    [TestCase(false)]
    [Spec("ASSURANCE", "L8")]
    public async Task L8_Production_does_not_start_on_a_database_of_Development(bool hasMarks)
    {
        await using var installation = await Installation.CreateAsync(Parts.People, kind);
        await ApplyAsync(installation, "development");
        if (!hasMarks)
            await ForgetMarksAsync(installation);

        var refusal = Refused(installation, asProcess: hasMarks, Production);

        Assert.That(refusal, Does.Contain("on the stage development").And.Not.Contain("   at "));
    }

    [TestCase(true, "development")]
    [TestCase(true, "production")]
    [TestCase(false, "development")]
    [Spec("ASSURANCE", "L9")]
    public async Task L9_A_node_with_another_key_file_writes_nothing(bool hasMarks, string stage)
    {
        await using var installation = await Installation.CreateAsync(Scope, kind);
        await ApplyAsync(installation, stage);
        if (!hasMarks)
        {
            // A server of an older version has made its keys.
            await (await installation.StartNodeAsync(TimeProvider.System)).DisposeAsync();
            await ForgetMarksAsync(installation);
            await ExecuteAsync(installation, "DELETE FROM config_generations");
        }

        var before = await StateAsync(installation);
        await File.WriteAllTextAsync(installation.KeyFile, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));

        var refusal = Refused(installation, asProcess: hasMarks && stage == "production", stage == "production" ? Production : []);

        Assert.That(refusal, Does.Contain("is not the key file of this database").And.Not.Contain("   at "));
        Assert.That(await StateAsync(installation), Is.EqualTo(before));
    }

    [Test]
    public async Task After_a_restore_a_node_starts_only_when_the_configuration_was_applied_again()
    {
        await using var installation = await Installation.CreateAsync(Scope, kind);
        await ApplyAsync(installation, "production");
        await using (var transaction = await installation.Database.Open().BeginAsync(default))
        {
            await RestoredDatabase.EndAllAsync(transaction, endedApiKeys: [], TimeProvider.System.GetUtcNow(), default);
            await transaction.CommitAsync(default);
        }

        var refusal = Refused(installation, asProcess: true, Production);
        await ApplyAsync(installation, "production");
        var started = await installation.StartNodeAsync(TimeProvider.System, settings: Production);

        Assert.That(refusal, Does.Contain("hub config apply --stage production").And.Not.Contain("   at "));
        Assert.That((await started.Client.GetAnswerAsync("/health/ready")).Status, Is.EqualTo(200));
    }

    [Test, Spec("ASSURANCE", "L9")]
    public async Task L9_A_node_of_another_issuer_writes_nothing_outside_Development()
    {
        await using var installation = await Installation.CreateAsync(Scope, kind);
        await ApplyAsync(installation, "production");
        await (await installation.StartProcessAsync(Production)).DisposeAsync();
        var before = await StateAsync(installation);
        (string, string) other = ("IdentityHub:Issuer", "https://other.test");

        var refusal = Assert.ThrowsAsync<InvalidOperationException>(() => installation.StartProcessAsync([.. Production, other]));

        Assert.That(
            refusal!.Message,
            Does.Contain("belongs to the installation https://hub.test").And.Contain("hub db issuer https://other.test")
                .And.Not.Contain("   at "));
        Assert.That(await StateAsync(installation), Is.EqualTo(before));
        await new InstallationMarks(installation.Database.Open().Call)
            .ReplaceIssuerAsync("https://other.test", TimeProvider.System.GetUtcNow(), default);
        var moved = await installation.StartProcessAsync([.. Production, other]);
        Assert.That((await moved.Client.GetAnswerAsync("/health/ready")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_node_works_on_the_tables_of_a_newer_version_until_that_says_that_it_must_not()
    {
        await using var installation = await Installation.CreateAsync(Scope, kind);
        await ApplyAsync(installation, "production");
        await ExecuteAsync(
            installation, """INSERT INTO schema_migrations ("MigrationId", "ProductVersion") VALUES ('29990101000000_Future', '99')""");
        installation.Database.KeepFromReuse();

        var node = await installation.StartProcessAsync(Production);
        await node.DisposeAsync();
        await installation.Database.Open()
            .Call("INSERT INTO installation_marks (name, value, at) VALUES ('needs:29990101000000_Future', '-', $1)")
            .With(TimeProvider.System.GetUtcNow()).ExecuteAsync(default);
        var before = await StateAsync(installation);
        var refusal = Assert.ThrowsAsync<InvalidOperationException>(() => installation.StartProcessAsync(Production));

        Assert.That(node.Output, Does.Contain("29990101000000_Future is not known here"));
        Assert.That(
            refusal!.Message,
            Does.Contain("needs a program that knows the migration '29990101000000_Future'").And.Not.Contain("   at "));
        Assert.That(await StateAsync(installation), Is.EqualTo(before));
    }

    [Test, Spec("ASSURANCE", "L9")]
    public async Task L9_Development_makes_no_tables_among_those_of_another_program()
    {
        await using var database = await TestDatabase.CreateEmptyAsync(kind);
        var open = database.Open();
        await open.Call("CREATE TABLE invoices (id integer)").ExecuteAsync(default);
        await using var installation = await Installation.CreateAsync(Scope, kind);

        var refusal = Refused(installation, asProcess: true, ("ConnectionStrings:IdentityHub", database.ConnectionString));

        Assert.That(refusal, Does.Contain("'invoices'").And.Contain("another program").And.Not.Contain("   at "));
        await open.Call("DROP TABLE invoices").ExecuteAsync(default);
        Assert.That(await open.Call(open.AnyTableSql).FirstOrNullAsync(row => row.Text(), default), Is.Null);
    }

    [Test]
    public async Task A_node_of_Development_starts_again_and_again_on_its_own_database()
    {
        await using var installation = await Installation.CreateAsync(Parts.People, kind);
        await (await installation.StartNodeAsync()).DisposeAsync();

        var again = await installation.StartNodeAsync();

        Assert.That((await again.Client.GetAnswerAsync("/health/ready")).Status, Is.EqualTo(200));
    }

    [Test, Platform(Exclude = "Win")]
    public async Task A_node_warns_of_files_with_secrets_that_every_user_of_the_machine_may_read()
    {
        await using var installation = await Installation.CreateAsync(Scope, kind);
        var database = kind == DatabaseKind.Sqlite ? installation.Database.Open().Files[0] : null;
        foreach (var file in new[] { installation.KeyFile, database }.OfType<string>())
            SetMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        var hub = await installation.StartNodeAsync();

        Assert.That(
            hub.Logs.ToString(),
            Does.Contain(
                $"{installation.KeyFile} holds secrets, and every user of this machine may read it. Run: chmod 600 '{installation.KeyFile}'"
            ));
        if (database is not null)
            Assert.That(hub.Logs.ToString(), Does.Contain($"Run: chmod 600 '{database}'"));
        SetMode(installation.KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var again = await installation.StartNodeAsync();
        Assert.That(again.Logs.ToString(), Does.Not.Contain($"chmod 600 '{installation.KeyFile}'"));
    }

    // What it says. The process is started once, on one of the databases.
    private string Refused(Installation installation, bool asProcess, params (string, string)[] settings) =>
        Assert.ThrowsAsync<InvalidOperationException>(() => asProcess && kind == DatabaseKind.Postgres
            ? installation.StartProcessAsync(settings)
            : installation.StartNodeAsync(TimeProvider.System, settings: settings))!.Message;

    private static void SetMode(string file, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, mode);
    }

    // As hub config apply does it.
    private static async Task ApplyAsync(Installation installation, string stage)
    {
        var loaded = ConfigLoader.Load(
            installation.ConfigDirectory, new ConfigContext("development", static _ => null, TimeProvider.System));
        using var key = KeyProtector.FromFile(installation.KeyFile, createIfMissing: false);
        var applied = await new ConfigApplier(installation.Database.Open(), key, new UserPasswordHasher(1000), TimeProvider.System)
            .ApplyAsync(loaded.Document!, stage, prune: false, default);
        Assert.That(applied.Refusals, Is.Empty);
    }

    private static Task<int> ForgetMarksAsync(Installation installation) => ExecuteAsync(installation, "DELETE FROM installation_marks");

    private static Task<int> ExecuteAsync(Installation installation, string sql) =>
        installation.Database.Open().Call(sql).ExecuteAsync(default);

    private static async Task<string> StateAsync(Installation installation)
    {
        await using var context = installation.Database.NewContext();
        int[] counts =
        [
            await context.Users.CountAsync(), await context.Roles.CountAsync(), await context.SigningKeys.CountAsync(),
            await context.DataProtectionKeys.CountAsync(),
            await context.ConfigGenerations.CountAsync(), await context.InstallationMarks.CountAsync(),
            await context.AuditEvents.CountAsync(),
        ];
        var objects = await context.ConfigObjects.Select(row => row.Kind + "/" + row.Name).ToListAsync();
        return string.Join(' ', [.. counts.Select(count => $"{count}"), .. objects.Order()]);
    }
}
