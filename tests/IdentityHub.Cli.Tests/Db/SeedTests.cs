using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Db;

public class SeedTests(DatabaseKind kind) : DatabaseCommandTests(kind)
{
    private const string Password = "correct horse battery";

    [Test]
    public async Task The_same_seed_makes_the_same_users_once_and_more_are_added()
    {
        var first = await SeedAsync("--users", "40", "--organizations", "4");
        var before = await DescribeAsync();
        var again = await SeedAsync("--users", "40", "--organizations", "4");
        var more = await SeedAsync("--users", "1500", "--organizations", "4");

        Assert.That((first.ExitCode, first.Error), Is.EqualTo((0, "")));
        Assert.That(first.Output, Does.Match("^Made 40 users, 4 organizations and [1-9][0-9]* sessions; 0 users were there already\\.$"));
        Assert.That(again.Output, Is.EqualTo("Made 0 users, 0 organizations and 0 sessions; 40 users were there already."));
        Assert.That(more.Output, Does.StartWith("Made 1460 users, 0 organizations"));
        Assert.That((await DescribeAsync())[..40], Is.EqualTo(before));
        await using var other = await TestDatabase.CreateAsync(Database.Kind);
        await SeedAsync("--users", "40", "--organizations", "4", "--connection-string", other.ConnectionString);
        await using var context = other.NewContext();
        Assert.That(await DescribeAsync(context), Is.EqualTo(before), "in another database too");
    }

    [Test]
    public async Task All_users_have_the_password_of_standard_input_and_none_without_one()
    {
        await SeedAsync("--users", "1");
        var seeded = await Shell.RunWithInputAsync(
            Password + "\n", "db", "seed", "--stage", "development", "--users", "3", "--password-stdin");
        var common = await Shell.RunWithInputAsync(
            "password1\n", "db", "seed", "--stage", "development", "--users", "3", "--password-stdin");

        Assert.That(seeded.ExitCode, Is.Zero, seeded.Error);
        Assert.That((common.ExitCode, common.Error), Is.EqualTo((1, "The password is one of the most common passwords.")));
        await using var context = NewContext();
        var hashes = await context.Users.OrderBy(user => user.UserName).Select(user => user.PasswordHash).ToListAsync();
        Assert.That(hashes[0], Is.Null, "who is there stays as they are");
        Assert.That(
            hashes[1..].Select(hash => new UserPasswordHasher(1000).VerifyHashedPassword(new User(), hash!, Password)),
            Has.None.EqualTo(PasswordVerificationResult.Failed));
    }

    [TestCase("production")]
    [TestCase("staging")]
    public async Task Another_stage_is_refused_and_so_is_a_database_that_another_stage_has_used(string stage)
    {
        var refused = await Shell.RunAsync("db", "seed", "--stage", stage);
        await using (var context = NewContext())
        {
            context.InstallationMarks.Add(new() { Name = $"stage:{stage}", Value = "applied", At = TimeProvider.System.GetUtcNow() });
            await context.SaveChangesAsync();
        }

        var used = await SeedAsync("--users", "5");

        Assert.That(
            (refused.ExitCode, refused.Error),
            Is.EqualTo((
                1,
                $"The stage is {stage}: users for trying out are made in Development only (--stage development). Nothing was changed.")));
        Assert.That(used.ExitCode, Is.EqualTo(1));
        Assert.That(used.Error, Does.StartWith($"Configuration was applied to this database on the stage {stage}."));
        await using var after = NewContext();
        Assert.That(await after.Users.AnyAsync(), Is.False);
    }

    private Task<HubResult> SeedAsync(params string[] arguments) =>
        Shell.RunAsync(["db", "seed", "--stage", "development", .. arguments]);

    private async Task<List<string>> DescribeAsync()
    {
        await using var context = NewContext();
        return await DescribeAsync(context);
    }

    private static async Task<List<string>> DescribeAsync(Storage.HubDbContext context) =>
        await context.Users.OrderBy(user => user.UserName)
            .Select(user => $"{user.Id} {user.UserName} {user.GivenName} {user.OrganizationId} {user.DisabledAt == null}")
            .ToListAsync();
}
