using System.Text.Json;
using IdentityHub.Storage;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Users.Import;

/// <summary>What <c>hub users export</c> writes, <c>hub users import</c> takes.</summary>
public class ExportUsersTests(DatabaseKind kind) : DatabaseCommandTests(kind)
{
    private const int Many = 1200;
    private const string Password = "correct horse battery";

    [SetUp]
    public async Task AddUsersAsync()
    {
        await using var context = NewContext();
        await AddRolesAsync(context);
        var hasher = new UserPasswordHasher(1000);
        var alice = new User
        {
            Id = Guid.NewGuid(),
            UserName = "alice",
            NormalizedUserName = "ALICE",
            Email = "alice@example.com",
            NormalizedEmail = "ALICE@EXAMPLE.COM",
            EmailConfirmed = true,
            PhoneNumber = "+27761234567",
            GivenName = "Alice \"Al\"",
            FamilyName = "Ärcher\t–",
            Locale = "de",
            OrganizationId = "acme",
            HomeRegion = "za",
        };
        alice.PasswordHash = hasher.HashPassword(alice, Password);
        var bob = new User
        {
            Id = Guid.NewGuid(),
            UserName = "bob",
            NormalizedUserName = "BOB",
            DisabledAt = TimeProvider.System.GetUtcNow(),
            PasswordHash = hasher.Wrap(BareDigest.Sha256, new string('a', 64)),
        };
        var roles = await context.Roles.ToDictionaryAsync(role => role.Name!, role => role.Id);
        context.AddRange(
            alice, bob, new Membership { UserId = alice.Id, OrganizationId = "acme", RoleId = roles["buyer"] },
            new Membership { UserId = alice.Id, OrganizationId = "other", RoleId = roles["buyer"] },
            new IdentityUserRole<Guid> { UserId = bob.Id, RoleId = roles["service"] });
        for (var i = 0; i < Many; i++)
            context.Add(new User { Id = Guid.NewGuid(), UserName = $"user-{i:0000}", NormalizedUserName = $"USER-{i:0000}" });
        await context.SaveChangesAsync();
    }

    [Test]
    public async Task Every_user_comes_back_as_they_were_and_logs_in_with_their_password()
    {
        await using var target = await TestDatabase.CreateAsync(Database.Kind);
        await using (var context = target.NewContext())
            await AddRolesAsync(context);

        var exported = await Shell.RunAsync("users", "export", "--out", "people.jsonl", "--with-password-hashes");
        var imported = await Shell.RunAsync("users", "import", "people.jsonl", "--connection-string", target.ConnectionString);

        Assert.That((exported.ExitCode, exported.Output, exported.Error), Is.EqualTo((
            0, "", "Left out, because a file cannot say them: 1 roles in other organizations than the user's own.")));
        Assert.That((imported.ExitCode, imported.Error), Is.EqualTo((0, "")));
        Assert.That(imported.Output, Is.EqualTo($"Done: {Many + 2} imported, 0 there already, 0 rejected."));
        Assert.That(await DescribeAsync(target.NewContext()), Is.EqualTo(await DescribeAsync(NewContext())));
        await using var restored = target.NewContext();
        var alice = await restored.Users.SingleAsync(user => user.UserName == "alice");
        Assert.That(
            new UserPasswordHasher(1000).VerifyHashedPassword(alice, alice.PasswordHash!, Password),
            Is.Not.EqualTo(PasswordVerificationResult.Failed));
        if (!OperatingSystem.IsWindows())
            Assert.That(
                File.GetUnixFileMode(Path.Combine(Shell.Folder, "people.jsonl")),
                Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public async Task Hashes_are_written_only_where_they_are_asked_for_and_an_organization_alone_where_it_is_named()
    {
        var all = await Shell.RunAsync("users", "export");
        var some = await Shell.RunAsync("users", "export", "--organization", "acme");
        var fault = await Shell.RunAsync("users", "export", "--out", "missing/people.jsonl");

        Assert.That(all.ExitCode, Is.Zero);
        Assert.That(all.Output.Split('\n'), Has.Length.EqualTo(Many + 2));
        Assert.That(all.Output, Does.Not.Contain("password_hash"));
        var alice = JsonElement.Parse(some.Output);
        Assert.That(alice.GetProperty("user_name").GetString(), Is.EqualTo("alice"));
        Assert.That(alice.GetProperty("roles")[0].GetString(), Is.EqualTo("buyer"));
        Assert.That((fault.ExitCode, fault.Output), Is.EqualTo((1, "")));
        Assert.That(fault.Error, Does.Contain("missing/people.jsonl").And.Not.Contain("   at "));
    }

    private static async Task AddRolesAsync(HubDbContext context)
    {
        foreach (var name in new[] { "buyer", "service" })
        {
            if (!await context.Roles.AnyAsync(role => role.Name == name))
                context.Add(new Role { Id = Guid.NewGuid(), Name = name, NormalizedName = name.ToUpperInvariant() });
        }

        context.AddRange(new Organization { Id = "acme", Name = "Acme" }, new Organization { Id = "other", Name = "Other" });
        await context.SaveChangesAsync();
    }

    private static async Task<List<string>> DescribeAsync(HubDbContext context)
    {
        await using (context)
        {
            var users = await context.Users.AsNoTracking().OrderBy(user => user.NormalizedUserName).ToListAsync();
            var members = await context.Memberships.Where(member => member.OrganizationId == "acme").ToListAsync();
            var built = await context.UserRoles.CountAsync();
            return
            [
                $"{members.Count} {built}",
                .. users.Select(user =>
                    $"{user.Id} {user.UserName} {user.Email} {user.EmailConfirmed} {user.PhoneNumber} {user.PhoneNumberConfirmed} "
                    + $"{user.GivenName} {user.FamilyName} {user.Locale} {user.OrganizationId} {user.HomeRegion} "
                    + $"{user.DisabledAt is null} {user.PasswordHash}"),
            ];
        }
    }
}
