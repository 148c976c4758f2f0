using System.Text.Json;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Users.Import;

/// <summary>Logins at other providers in a file of users.</summary>
public class ImportedLoginTests(DatabaseKind kind) : DatabaseCommandTests(kind)
{
    // Longer than a subject of OpenID Connect may be.
    private static readonly string LongSubject = new('s', 450);

    [Test]
    public async Task Logins_of_both_forms_are_kept_shown_and_exported_as_they_came()
    {
        Shell.WithFile(
            "people.jsonl",
            $$"""
            {"user_name":"alice","external_logins":[{"provider":"Google","subject":"g-1","name":"Google"},{"provider":"okta","subject":"{{LongSubject}}"}]}
            {"user_name":"none","external_logins":[]}

            """);
        Shell.WithFile("people.csv", "user_name,external_logins.Google,external_logins.GitHub\nbob,\"g-2\ng-3\",42\n");

        var lines = await Shell.RunAsync("users", "import", "people.jsonl");
        var table = await Shell.RunAsync("users", "import", "people.csv");
        var shown = await Shell.RunAsync("users", "show", "alice");
        var json = await Shell.RunAsync("users", "show", "bob", "--json");
        var exported = await Shell.RunAsync("users", "export", "--out", "all.jsonl");
        await using var target = await TestDatabase.CreateAsync(Database.Kind);
        var again = await Shell.RunAsync("users", "import", "all.jsonl", "--connection-string", target.ConnectionString);

        Assert.That((lines.Output, table.Output), Is.EqualTo((
            "Done: 2 imported, 0 there already, 0 rejected.", "Done: 1 imported, 0 there already, 0 rejected.")),
            lines.Error + table.Error);
        Assert.That(shown.Output, Does.Contain("External logins Google: g-1 (Google); okta:"));
        Assert.That(
            JsonDocument.Parse(json.Output).RootElement.GetProperty("external_logins").EnumerateArray().Select(login => login.GetRawText()
                .Replace("\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal)),
            Is.EqualTo([
                """{"provider":"GitHub","subject":"42"}""", """{"provider":"Google","subject":"g-2"}""",
                """{"provider":"Google","subject":"g-3"}""",
            ]));
        Assert.That((exported.ExitCode, again.Output), Is.EqualTo((0, "Done: 3 imported, 0 there already, 0 rejected.")), again.Error);
        Assert.That(await DescribeAsync(target), Is.EqualTo(await DescribeAsync(Database)).And.Count.EqualTo(5));
    }

    [Test]
    public async Task A_login_belongs_to_one_user_and_one_that_cannot_be_is_rejected_with_its_line()
    {
        Shell.WithFile("first.jsonl", """{"user_name":"alice","external_logins":[{"provider":"Google","subject":"g-1"}]}""" + "\n");
        Shell.WithFile(
            "people.jsonl",
            $$"""
            {"user_name":"taken","external_logins":[{"provider":"Google","subject":"g-1"}]}
            {"user_name":"case","external_logins":[{"provider":"google","subject":"g-1"}]}
            {"user_name":"twin","external_logins":[{"provider":"google","subject":"g-1"}]}
            {"user_name":"text","external_logins":["g-4"]}
            {"user_name":"number","external_logins":[{"provider":"Google","subject":5}]}
            {"user_name":"half","external_logins":[{"provider":"Google"}]}
            {"user_name":"empty","external_logins":[{"provider":"Google","subject":""}]}
            {"user_name":"long","external_logins":[{"provider":"Google","subject":"{{LongSubject}}s"}]}
            {"user_name":"control","external_logins":[{"provider":"Google","subject":"a\u0000b"}]}
            {"user_name":"other","external_logins":"g-5"}
            {"user_name":"more","external_logins":[{"provider":"Google","subject":"g-6","issuer":"x"}]}

            """);

        await Shell.RunAsync("users", "import", "first.jsonl");
        var imported = await Shell.RunAsync("users", "import", "people.jsonl");
        var rejects = await File.ReadAllLinesAsync(Path.Combine(Shell.Folder, "people.jsonl.rejects.csv"));

        Assert.That(imported.Output, Is.EqualTo("Done: 1 imported, 0 there already, 10 rejected."), imported.Error);
        const string form = "'external_logins' is an array of objects with the texts 'provider', 'subject' and 'name'.";
        const string length = "A login at another provider has a provider of 1 to 128 characters, a subject of 1 to 450, and a name of at "
            + "most 256.";
        Assert.That(rejects.Select(line => line.Replace("\"", "", StringComparison.Ordinal)), Is.EqualTo([
            "line,user_name,reason",
            "1,taken,The login 'g-1' at the provider 'Google' belongs to another user.",
            "3,twin,The login 'g-1' at the provider 'google' belongs to another user.",
            $"4,text,{form}",
            $"5,number,{form}",
            $"6,half,{form}",
            $"7,empty,{length}",
            $"8,long,{length}",
            $"9,control,{length}",
            $"10,other,{form}",
            $"11,more,{form}",
        ]));
        Assert.That((await DescribeAsync(Database)).Select(login => login[..^4]), Is.EqualTo(["alice Google", "case google"]));
    }

    [Test]
    public async Task A_login_that_another_user_gets_during_the_import_is_rejected_and_the_rest_is_imported()
    {
        Shell.WithFile(
            "people.jsonl",
            """
            {"user_name":"alice","external_logins":[{"provider":"Google","subject":"g-1"}]}
            {"user_name":"carol","external_logins":[{"provider":"Google","subject":"g-2"}]}

            """);
        await using var context = NewContext();
        await using var transaction = await context.Database.BeginTransactionAsync();
        var bob = new User { Id = Guid.NewGuid(), UserName = "bob", NormalizedUserName = "BOB" };
        context.AddRange(bob, new IdentityUserLogin<Guid> { LoginProvider = "Google", ProviderKey = "g-1", UserId = bob.Id });
        await context.SaveChangesAsync();

        var importing = Shell.RunAsync("users", "import", "people.jsonl");
        if (Database.Kind == DatabaseKind.Postgres)
            await Eventually.TrueAsync(IsWaitingAsync, TimeSpan.FromSeconds(30), "the import waits for the other transaction");
        await transaction.CommitAsync();
        var imported = await importing;

        var rejects = await File.ReadAllTextAsync(Path.Combine(Shell.Folder, "people.jsonl.rejects.csv"));
        Assert.That(
            (imported.ExitCode, imported.Output), Is.EqualTo((1, "Done: 1 imported, 0 there already, 1 rejected.")), imported.Error);
        Assert.That(rejects, Does.Contain("1,alice,The login 'g-1' at the provider 'Google' belongs to another user."));
        Assert.That(await DescribeAsync(Database), Is.EqualTo(["bob Google g-1", "carol Google g-2"]));
    }

    private async Task<bool> IsWaitingAsync()
    {
        await using var context = NewContext();
        return await context.Database
            .SqlQueryRaw<int>(
                "SELECT COUNT(*)::int AS \"Value\" FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
            .SingleAsync() > 0;
    }

    private static async Task<List<string>> DescribeAsync(TestDatabase database)
    {
        await using var context = database.NewContext();
        var logins = await (
            from login in context.UserLogins
            join user in context.Users on login.UserId equals user.Id
            select new { user.UserName, login.LoginProvider, login.ProviderKey, login.ProviderDisplayName }).ToListAsync();
        return
        [
            .. logins.Select(login => $"{login.UserName} {login.LoginProvider} {login.ProviderKey}{login.ProviderDisplayName}")
                .Order(StringComparer.Ordinal)
        ];
    }
}
