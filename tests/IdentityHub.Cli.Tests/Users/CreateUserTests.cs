using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Users;

public class CreateUserTests(DatabaseKind kind) : DatabaseCommandTests(kind)
{
    private const string Password = "correct horse battery";

    [Test]
    public async Task The_user_is_stored_as_described_and_the_id_is_printed()
    {
        await ApplyAsync("organizations: [{ id: acme, name: Acme }]\nroles: [{ name: clerk }]\n");
        var result = await Shell.RunWithInputAsync(Password + "\nnot read\n", "users", "create", "alice", "--email", "alice@example.com",
            "--phone",
            "00 27 76 123-4567",
            "--given-name",
            "Alice",
            "--family-name",
            "Archer",
            "--organization",
            "acme",
            "--role",
            "clerk",
            "--role",
            "admin",
            "--password-stdin");
        Assert.That(result.ExitCode, Is.Zero, result.Error);

        await using var context = NewContext();
        var user = await context.Users.SingleAsync();
        var member = await context.Memberships.SingleAsync();
        var roles = await context.Roles.ToDictionaryAsync(role => role.Name!, role => role.Id);
        Assert.Multiple(() =>
        {
            Assert.That(result.Output, Is.EqualTo(user.Id.ToString()));
            Assert.That((user.UserName, user.Email, user.PhoneNumber), Is.EqualTo(("alice", "alice@example.com", "+27761234567")));
            Assert.That((user.GivenName, user.FamilyName, user.OrganizationId), Is.EqualTo(("Alice", "Archer", "acme")));
            Assert.That((user.EmailConfirmed, user.PhoneNumberConfirmed, user.LockoutEnabled), Is.EqualTo((true, true, true)));
            Assert.That(user.SecurityStamp, Is.Not.Null.And.Not.Empty);
            Assert.That(
                new UserPasswordHasher(UserPasswordHasher.MinIterations).VerifyHashedPassword(user, user.PasswordHash!, Password),
                Is.EqualTo(PasswordVerificationResult.Success));
            Assert.That((member.UserId, member.OrganizationId, member.RoleId), Is.EqualTo((user.Id, "acme", roles["clerk"])));
            Assert.That(context.UserRoles.Single().RoleId, Is.EqualTo(roles["admin"]));
        });
    }

    [Test]
    public async Task A_password_is_set_and_every_session_of_the_user_ends()
    {
        var id = Guid.Parse((await CreateAsync("alice")).Output);
        await using var context = NewContext();
        var now = TimeProvider.System.GetUtcNow();
        context.Sessions.Add(new Session
        {
            Id = Guid.NewGuid(),
            Endpoint = "test",
            UserId = id,
            EffectiveUserId = id,
            CreatedAt = now,
            AuthenticatedAt = now,
            LastSeenAt = now,
            ExpiresAt = now.AddHours(1),
            AuthenticationMethods = "pwd",
        });
        await context.SaveChangesAsync();

        var weak = await Shell.RunWithInputAsync("short\n", "users", "password", "alice", "--password-stdin");
        var nobody = await Shell.RunWithInputAsync("another horse battery\n", "users", "password", "nobody", "--password-stdin");
        var set = await Shell.RunWithInputAsync("another horse battery\n", "users", "password", "ALICE", "--password-stdin");

        Assert.That((weak.ExitCode, weak.Error), Is.EqualTo((1, "The password is not taken: it has fewer than 8 characters.")));
        Assert.That((nobody.ExitCode, nobody.Error), Is.EqualTo((1, "There is no user with this name.")));
        Assert.That((set.ExitCode, set.Error), Is.EqualTo((0, "")));
        var user = await context.Users.AsNoTracking().SingleAsync();
        Assert.That(
            new UserPasswordHasher(UserPasswordHasher.MinIterations).VerifyHashedPassword(
                user, user.PasswordHash!, "another horse battery"),
            Is.EqualTo(PasswordVerificationResult.Success));
        Assert.That((await context.Sessions.AsNoTracking().SingleAsync()).EndReason, Is.EqualTo("password_changed"));
    }

    [Test]
    public async Task The_id_of_an_older_system_can_be_kept()
    {
        var id = Guid.NewGuid().ToString();
        Assert.That((await CreateAsync("alice", "--id", id)).Output, Is.EqualTo(id));
        Assert.That((await CreateAsync("bob", "--id", id)).Error, Is.EqualTo($"The id '{id}' belongs to another user."));
    }

    [Test]
    public async Task Whatever_another_user_has_is_refused_at_once_in_any_notation()
    {
        await CreateAsync("alice", "--email", "alice@example.com", "--phone", "+27761234567");
        var result = await CreateAsync("ALICE", "--email", "Alice@Example.com", "--phone", "+27 (76) 123 4567");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Output, Is.Empty);
            Assert.That(result.Error.Split('\n'), Is.EqualTo([
                "The user name 'ALICE' belongs to another user.",
                "The e-mail address 'Alice@Example.com' belongs to another user.",
                "The phone number '+27761234567' belongs to another user.",
            ]));
        });
    }

    [Test]
    public async Task Of_two_who_make_the_same_user_at_once_one_is_refused()
    {
        var results = await Task.WhenAll(CreateAsync("alice"), CreateAsync("alice"));
        Assert.That(results.Select(result => result.ExitCode).Order(), Is.EqualTo([0, 1]));
        Assert.That(
            results.Single(result => result.ExitCode == 1).Error,
            Does.Contain("nother user").Or.EqualTo("Username 'alice' is already taken."));
    }

    [Test]
    public async Task Every_fault_is_told_and_nobody_is_made()
    {
        var result = await Shell.RunWithInputAsync(
            "short", "users", "create", " ", "--email", "nobody", "--phone", "12", "--organization", "nowhere", "--role", "nothing");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Error.Split('\n'), Has.Length.EqualTo(6), result.Error);
            Assert.That(
                result.Error,
                Does.Contain("The password has fewer than 8 characters.")
                    .And.Contain("organization 'nowhere'")
                    .And.Contain("role 'nothing'"));
            Assert.That(result.Error, Does.Not.Contain("short"));
        });
        await using var context = NewContext();
        Assert.That(await context.Users.CountAsync(), Is.Zero);
    }

    [Test]
    public async Task A_role_of_the_files_needs_an_organization()
    {
        await ApplyAsync("roles: [{ name: clerk }]");
        Assert.That(
            (await CreateAsync("alice", "--role", "clerk")).Error,
            Is.EqualTo("The role 'clerk' is held in an organization: name one with --organization."));
        Assert.That((await CreateAsync("alice", "--role", "service")).ExitCode, Is.Zero);
    }

    [TestCase("", "There is no password on standard input.")]
    [TestCase("\nsecond line\n", "There is no password on standard input.")]
    public async Task Without_a_password_nobody_is_made(string input, string sentence)
    {
        var result = await Shell.RunWithInputAsync(input, "users", "create", "alice", "--password-stdin");
        Assert.That((result.ExitCode, result.Error), Is.EqualTo((1, sentence)));
    }

    [Test]
    public async Task On_a_terminal_the_password_is_asked_for_twice_and_not_shown()
    {
        var made = await Shell.RunOnTerminalAsync($"{Password}\n{Password}\n", "users create alice");
        var differing = await Shell.RunOnTerminalAsync($"{Password}\n{Password}!\n", "users create bob");
        Assert.Multiple(() =>
        {
            Assert.That(made.ExitCode, Is.Zero, made.Output);
            Assert.That(made.Output, Does.Contain("Password: ").And.Contain("The same again: ").And.Not.Contain(Password));
            Assert.That(differing.ExitCode, Is.EqualTo(1));
            Assert.That(differing.Output, Does.Contain("The two passwords differ.").And.Not.Contain(Password));
        });
    }

    private Task<HubResult> CreateAsync(string userName, params string[] options) =>
        Shell.RunWithInputAsync(Password, ["users", "create", userName, .. options]);

    private async Task ApplyAsync(string config)
    {
        var applied = await Shell
            .WithFile("config/a.yaml", config)
            .WithFile("data/hub.key", Convert.ToBase64String(new byte[32]))
            .RunAsync("config", "apply");
        Assert.That(applied.ExitCode, Is.Zero, applied.Error);
    }
}
