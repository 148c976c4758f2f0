using System.Text.Json;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Db;

public class StatusTests(DatabaseKind kind) : DatabaseCommandTests(kind)
{
    [Test]
    public async Task A_database_of_this_version_is_described_with_its_tables_and_what_the_clean_up_has_left()
    {
        var (id, now) = (Guid.NewGuid(), TimeProvider.System.GetUtcNow());
        await using (var context = NewContext())
        {
            context.Add(new User { Id = id, UserName = "alice", NormalizedUserName = "ALICE" });
            context.Add(new Session
            {
                Id = Guid.NewGuid(),
                UserId = id,
                EffectiveUserId = id,
                Endpoint = "connect/token",
                AuthenticatedAt = now,
                AuthenticationMethods = "pwd",
                CreatedAt = now,
                LastSeenAt = now,
                ExpiresAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            });
            await context.SaveChangesAsync();
            if (Database.Kind == DatabaseKind.Postgres)
                await context.Database.ExecuteSqlRawAsync("ANALYZE");
        }

        var shown = await Shell.RunAsync("db", "status");
        var json = JsonElement.Parse((await Shell.RunAsync("db", "status", "--json")).Output);

        Assert.That((shown.ExitCode, shown.Error), Is.EqualTo((0, "")));
        Assert.That(shown.Output, Does.Contain("It is at the version of this program."));
        Assert.That(shown.Output, Does.Match(@"(?m)^ *sessions +1 +2026-01-02T03:04:05Z$").And.Match("(?m)^ *users +1 +-$"));
        Assert.That(json.GetProperty("pending").GetArrayLength(), Is.Zero);
        Assert.That(json.GetProperty("tables").EnumerateArray().Count(), Is.GreaterThan(10));
    }

    [Test]
    public async Task A_database_that_lacks_a_migration_is_behind_and_one_with_another_is_refused()
    {
        await using var context = NewContext();
        var last = (await context.Database.GetAppliedMigrationsAsync()).Last();
        await context.Database.ExecuteSqlRawAsync("""DELETE FROM schema_migrations WHERE "MigrationId" = {0}""", last);
        Database.KeepFromReuse();

        var behind = await Shell.RunAsync("db", "status");
        await context.Database.ExecuteSqlRawAsync(
            """INSERT INTO schema_migrations ("MigrationId", "ProductVersion") VALUES ('29990101000000_Future', '99')""");
        var ahead = await Shell.RunAsync("db", "status", "--json");

        Assert.That((behind.ExitCode, behind.Error), Is.EqualTo((2, "")));
        Assert.That(behind.Output, Does.Contain($"lacks {last}").And.Contain("run: hub db migrate"));
        Assert.That((ahead.ExitCode, ahead.Output), Is.EqualTo((1, "")));
        Assert.That(
            ahead.Error, Does.StartWith("The database has the migration '29990101000000_Future', which this version does not know"));
    }

    [Test]
    public async Task A_wrong_command_line_is_no_database_that_is_behind()
    {
        var result = await Shell.RunAsync("db", "status", "--nonsense");

        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Is.Not.Empty.And.Not.Contain("   at "));
    }
}
