using System.Text.Json;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.ApiKeys;

/// <summary>Keys from the command line, and the switch of hash login.</summary>
public class ApiKeyTests(DatabaseKind kind) : DatabaseCommandTests(kind)
{
    [Test]
    public async Task A_key_is_printed_once_listed_rotated_and_revoked()
    {
        var issued = await Shell.RunAsync("api-keys", "issue", "crm", "--permission", "session.read", "--permission", "user.block");
        var again = await Shell.RunAsync("api-keys", "issue", "crm", "--permission", "session.read");
        var rotated = await Shell.RunAsync("api-keys", "rotate", "crm", "--overlap", "0");
        var list = await Shell.RunAsync("api-keys", "list");
        var revoked = await Shell.RunAsync("api-keys", "revoke", "crm");
        var twice = await Shell.RunAsync("api-keys", "revoke", "crm");

        Assert.That(issued.Output, Does.Match("^ihk_[A-Za-z0-9_-]{49}$"), issued.Error);
        Assert.That((again.ExitCode, again.Error), Is.EqualTo((1, "A live key has the name 'crm'; rotate it, or revoke it first.")));
        Assert.That(rotated.Output, Does.Match("^ihk_[A-Za-z0-9_-]{49}$").And.Not.EqualTo(issued.Output));
        Assert.That(
            list.Output.Split('\n').Select(line => string.Join('|', line.Split('\t'))),
            Is.EqualTo(new[] { "crm|-|session.read user.block|expired|-", "crm|-|session.read user.block|live|-" }));
        Assert.That((revoked.ExitCode, twice.ExitCode), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task Keys_are_answered_in_JSON_too()
    {
        var issued = JsonElement.Parse(
            (await Shell.RunAsync("api-keys", "issue", "crm", "--permission", "session.read", "--days", "3", "--json")).Output);
        var rotated = JsonElement.Parse((await Shell.RunAsync("api-keys", "rotate", "crm", "--overlap", "0", "--json")).Output);
        var list = JsonElement.Parse((await Shell.RunAsync("api-keys", "list", "--json")).Output).GetProperty("keys");

        Assert.That(issued.GetProperty("key").GetString(), Does.Match("^ihk_[A-Za-z0-9_-]{49}$"));
        Assert.That(issued.GetProperty("expires_at").GetDateTimeOffset(), Is.GreaterThan(TimeProvider.System.GetUtcNow().AddDays(2)));
        Assert.That(rotated.GetProperty("key").GetString(), Is.Not.EqualTo(issued.GetProperty("key").GetString()));
        Assert.That(
            list.EnumerateArray()
                .Select(key => $"{key.GetProperty("name")} {key.GetProperty("state")} {key.GetProperty("permissions")[0]}"),
            Is.EqualTo(["crm expired session.read", "crm live session.read"]));
        Assert.That(list.GetRawText(), Does.Not.Contain("ihk_"));
    }

    [TestCase("Crm", "session.read", null, "The name must be")]
    [TestCase("crm", "everything", null, "There is no permission 'everything'")]
    [TestCase("crm", "session.read", "nowhere", "There is no organization 'nowhere'")]
    public async Task A_key_that_cannot_be_is_refused(string name, string permission, string? organization, string sentence)
    {
        string[] arguments = ["api-keys", "issue", name, "--permission", permission];
        var result = await Shell.RunAsync(organization is null ? arguments : [.. arguments, "--organization", organization]);

        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Does.StartWith(sentence));
    }

    [Test]
    public async Task A_user_is_told_not_to_log_in_by_hash_and_told_so_no_more()
    {
        await using (var context = NewContext())
        {
            context.Add(new User { Id = Guid.NewGuid(), UserName = "alice", NormalizedUserName = "ALICE" });
            await context.SaveChangesAsync();
        }

        Assert.That((await Shell.RunAsync("users", "hash-login", "Alice", "off")).ExitCode, Is.Zero);
        var off = await IsDisabledAsync();
        Assert.That((await Shell.RunAsync("users", "hash-login", "alice", "on")).ExitCode, Is.Zero);
        var nobody = await Shell.RunAsync("users", "hash-login", "bob", "off");

        Assert.That((off, await IsDisabledAsync()), Is.EqualTo((true, false)));
        Assert.That((nobody.ExitCode, nobody.Error), Is.EqualTo((1, "There is no user with this name.")));
    }

    private async Task<bool> IsDisabledAsync()
    {
        await using var context = NewContext();
        return await context.Users.Select(user => user.HashLoginDisabled).SingleAsync();
    }
}
