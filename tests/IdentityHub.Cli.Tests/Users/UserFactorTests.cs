using System.Text.Json;
using IdentityHub.Storage.Passkeys;
using IdentityHub.Storage.SecondFactors;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Users;

/// <summary>An administrator looks at the second factors of a user, and removes them when all are lost.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class UserFactorTests(DatabaseKind kind)
{
    private static readonly DateTimeOffset SetUp = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task Factors_are_shown_without_secrets_and_reset_with_an_audit_row()
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var user = await AddUserAsync(database);
        using var hub = new HubShell().With("ConnectionStrings__IdentityHub", database.ConnectionString).With("COLUMNS", "100");

        var shown = await hub.RunAsync("users", "factors", "alice");
        Assert.That(shown.Error, Is.Empty);
        var json = await hub.RunAsync("users", "factors", "alice@example.com", "--json");
        var reset = await hub.RunAsync("users", "reset-factors", "ALICE");
        var after = await hub.RunAsync("users", "factors", "alice");
        var again = await hub.RunAsync("users", "reset-factors", "alice");

        Assert.That(
            shown.Output,
            Does.Match(@"authenticator app +.*2026-11-20T08:00:00Z").And.Contain("Recovery codes: 1 of 2 left.").And.Not.Contain("AQID"));
        using var read = JsonDocument.Parse(json.Output);
        Assert.That(read.RootElement.GetProperty("user_id").GetGuid(), Is.EqualTo(user));
        Assert.That(read.RootElement.GetProperty("factors")[0].GetProperty("name").GetString(), Is.EqualTo("Blue key"));
        Assert.That(read.RootElement.GetProperty("factors")[1].GetProperty("kind").GetString(), Is.EqualTo("totp"));
        Assert.That(shown.Output, Does.Match("passkey +.*Blue key"));
        Assert.That(read.RootElement.GetProperty("recovery_codes_left").GetInt32(), Is.EqualTo(1));
        Assert.That((reset.ExitCode, reset.Output, reset.Error), Is.EqualTo((0, "", "")));
        Assert.That((after.ExitCode, after.Output.Trim()), Is.EqualTo((0, "The user has no passkey and no second factor.")));
        Assert.That((again.ExitCode, again.Error), Is.EqualTo((0, "The user has no passkey and no second factor; nothing has changed.")));
        await using var context = database.NewContext();
        Assert.That(await context.TotpAuthenticators.AnyAsync() || await context.RecoveryCodes.AnyAsync(), Is.False);
        Assert.That((await context.Users.SingleAsync()).TwoFactorEnabled, Is.False);
        Assert.That(await new PasskeyStore(database.Open()).OfUserAsync(user, CancellationToken.None), Is.Empty);
        Assert.That(
            await context.AuditEvents.Where(row => row.Type == "second_factor.reset").Select(row => row.UserId).ToListAsync(),
            Is.EqualTo(new Guid?[] { user }));
    }

    [Test]
    public async Task An_unknown_user_is_told_so()
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        using var hub = new HubShell().With("ConnectionStrings__IdentityHub", database.ConnectionString);

        foreach (var command in new[] { "factors", "reset-factors" })
        {
            var unknown = await hub.RunAsync("users", command, "nobody");
            Assert.That(
                (unknown.ExitCode, unknown.Output, unknown.Error),
                Is.EqualTo((1, "", "There is no user with this name, e-mail address, phone number or id.")), command);
        }
    }

    private static async Task<Guid> AddUserAsync(TestDatabase database)
    {
        var user = new User
        {
            Id = Guid.CreateVersion7(),
            UserName = "alice",
            NormalizedUserName = "ALICE",
            Email = "alice@example.com",
            NormalizedEmail = "ALICE@EXAMPLE.COM",
            TwoFactorEnabled = true,
            CreatedAt = SetUp,
            UpdatedAt = SetUp,
        };
        await using var context = database.NewContext();
        context.Add(user);
        context.Add(new TotpAuthenticator { UserId = user.Id, WrappedSecret = [1, 2, 3], LastStep = 1, CreatedAt = SetUp });
        context.Add(new RecoveryCode { UserId = user.Id, CodeHash = [1], CreatedAt = SetUp });
        context.Add(new RecoveryCode { UserId = user.Id, CodeHash = [2], CreatedAt = SetUp, UsedAt = SetUp });
        await context.SaveChangesAsync();
        await AddPasskeyAsync(database, user.Id);
        return user.Id;
    }

    // As the server writes it.
    private static async Task AddPasskeyAsync(TestDatabase database, Guid user)
    {
        var open = database.Open();
        var time = open.TimesAreTicks ? $"{SetUp.UtcTicks}" : $"\"{SetUp:O}\"";
        await open.Call($"INSERT INTO user_passkeys (credential_id, user_id, data) VALUES ($1, $2, {open.JsonParameter(3)})")
            .With(new byte[] { 1 })
            .With(user)
            .With($$"""{"PublicKey":"AQ==","Name":"Blue key","CreatedAt":{{time}}}""")
            .ExecuteAsync(CancellationToken.None);
    }
}
