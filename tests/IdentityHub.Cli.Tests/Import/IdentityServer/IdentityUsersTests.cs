using System.Text.Json;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.SecondFactors;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Import.IdentityServer;

/// <summary><c>hub import identityserver</c>: the users of ASP.NET Core Identity.</summary>
public class IdentityUsersTests
{
    private const string Alice = "0b0f3c53-62f4-4e0e-9f3c-1d2f9c1f0001";
    private const string Bob = "0b0f3c53-62f4-4e0e-9f3c-1d2f9c1f0002";
    private const string Hash = "AQAAAAIAAYagAAAAEGYPxHXgDTpo87q3ofZ16mb0hPGMpalaeFMUaSs6mm32NWC+S/rJGJlXIr6d1Ajy2Q==";

    // JBSWY3DPEHPK3PXP
    private static readonly byte[] Secret = [0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x21, 0xDE, 0xAD, 0xBE, 0xEF];

    private readonly HubShell _hub = new();

    [TearDown]
    public void RemoveFolder() => _hub.Dispose();

    [Test]
    public async Task Users_become_lines_that_the_import_takes_and_what_they_cannot_have_is_reported([Values] DatabaseKind kind)
    {
        await using var source = await CreateSourceAsync(kind);
        await using var database = await TestDatabase.CreateAsync(kind);
        _hub.WithFile("data/hub.key", Convert.ToBase64String(new byte[32]))
            .With("ConnectionStrings__IdentityServerUsers", source.ConnectionString)
            .With("ConnectionStrings__IdentityHub", database.ConnectionString);
        var made = await _hub.With("COLUMNS", "200").RunAsync("import", "identityserver", "--phone-region", "ZA");
        Assert.That((made.ExitCode, made.Error), Is.EqualTo((0, "")));
        var lines = File.ReadAllText(Path.Combine(_hub.Folder, "users.jsonl"));
        var imported = await _hub.RunAsync("users", "import", "users.jsonl");
        await using var context = database.NewContext();
        var stored = await context.Users.AsNoTracking().ToDictionaryAsync(user => user.UserName!);
        Assert.Multiple(() =>
        {
            Assert.That(
                (imported.ExitCode, imported.Output), Is.EqualTo((0, "Done: 4 imported, 0 there already, 0 rejected.")), imported.Error);
            Assert.That(stored["alice"].Id, Is.EqualTo(Guid.Parse(Alice)));
            Assert.That(stored["alice"].PasswordHash, Is.EqualTo(Hash));
            Assert.That(stored["bob"].DisabledAt, Is.Not.Null);
            Assert.That(made.Output, Does.Not.Contain("JBSWY3DPEHPK3PXP").And.Not.Contain("2B3C4").And.Not.Contain("GEZDGNBVGY3TQOJQ"));
            Assert.That(lines, Does.Not.Contain("GEZDGNBVGY3TQOJQ"), "the second factor of this user is off");
            Assert.That((stored["alice"].TwoFactorEnabled, stored["bob"].TwoFactorEnabled), Is.EqualTo((true, false)));
            Assert.That(_hub.IsPrivate("users.jsonl"));
        });
        var app = await context.TotpAuthenticators.SingleAsync();
        using var key = KeyProtector.FromFile(Path.Combine(_hub.Folder, "data/hub.key"), createIfMissing: false);
        Assert.That(TotpWrapping.Unwrap(key, Guid.Parse(Alice), app.WrappedSecret), Is.EqualTo(Secret));
        Assert.That(
            (await context.RecoveryCodes.Select(code => code.CodeHash).ToListAsync()).Single(),
            Is.EqualTo(new RecoveryCodeHasher(key).HashOf(Guid.Parse(Alice), "2B3C4D5F6G")));
        Assert.That(
            await context.UserClaims.SingleAsync(claim => claim.UserId == Guid.Parse(Alice)),
            Has.Property("ClaimType").EqualTo("badge").And.Property("ClaimValue").EqualTo("77"));
        Assert.That(
            await context.UserLogins
                .Select(login => $"{login.LoginProvider} {login.ProviderKey} {login.ProviderDisplayName}").ToListAsync(),
            Is.EquivalentTo(["AzureAd aad-1 Work account", "Google g-1 "]));
        Golden.Verify("import-identity-users", lines.TrimEnd());
        Golden.Verify("import-identity-report", made.Output);
    }

    [Test]
    public async Task A_user_whom_the_import_would_refuse_is_reported_with_the_reason()
    {
        await using var source = await (await IdentityServerDatabase.CreateAsync(DatabaseKind.Sqlite)).WithUsersAsync();
        await source.AddAsync("AspNetUsers", ("Id", Alice), ("UserName", "alice the first"), ("PasswordHash", "not-a-hash"));
        await source.AddAsync("AspNetUsers", ("Id", Bob));
        var made = await _hub.RunAsync("import", "identityserver", "--users-connection", source.ConnectionString, "--json");
        var report = JsonDocument.Parse(made.Output).RootElement.GetProperty("report").EnumerateArray()
            .Select(entry => $"{entry.GetProperty("object")}: {entry.GetProperty("advice")}").ToList();
        Assert.That(report, Has.Count.EqualTo(2));
        Assert.That(report[0], Does.StartWith("users/alice the first: hub users import will refuse the user: The user name "));
        Assert.That(report[1], Is.EqualTo($"users/{Bob}: Left out: the user has neither a name nor an e-mail address."));
    }

    [Test]
    public async Task A_database_without_users_is_refused()
    {
        await using var source = await (await IdentityServerDatabase.CreateAsync(DatabaseKind.Sqlite)).WithConfigurationAsync();
        var made = await _hub.RunAsync("import", "identityserver", "--users-connection", source.ConnectionString);
        Assert.That(
            (made.ExitCode, made.Error),
            Is.EqualTo((1, "The database of the users has no table 'AspNetUsers': it is none of ASP.NET Core Identity.")));
        Assert.That(Directory.GetFileSystemEntries(_hub.Folder), Is.Empty);
    }

    private static async Task<IdentityServerDatabase> CreateSourceAsync(DatabaseKind kind)
    {
        var source = await (await IdentityServerDatabase.CreateAsync(kind)).WithUsersAsync();
        await source.AddAsync(
            "AspNetUsers", ("Id", Alice), ("UserName", "alice"), ("Email", "alice@example.com"), ("EmailConfirmed", true),
            ("PasswordHash", Hash), ("PhoneNumber", "076 123 4567"), ("PhoneNumberConfirmed", true), ("TwoFactorEnabled", true),
            ("FirstName", "Alice"), ("Department", "Sales"));
        await source.AddAsync(
            "AspNetUsers", ("Id", Bob), ("UserName", "bob"), ("Email", "Alice@example.com"), ("EmailConfirmed", false),
            ("LockoutEnd", new DateTimeOffset(9999, 12, 31, 0, 0, 0, TimeSpan.Zero)));
        await source.AddAsync(
            "AspNetUsers", ("Id", "legacy-3"), ("UserName", "carol@example.com"), ("Email", "carol@example.com"), ("EmailConfirmed", true),
            ("PhoneNumber", "not a number"));
        await source.AddAsync("AspNetUsers", ("Id", Guid.Parse(Bob[..^1] + "4").ToString()), ("Email", "dave@example.com"));
        await source.AddAsync("AspNetUserClaims", ("UserId", Alice), ("ClaimType", "family_name"), ("ClaimValue", "Archer"));
        await source.AddAsync("AspNetUserClaims", ("UserId", Alice), ("ClaimType", "badge"), ("ClaimValue", "77"));
        await source.AddAsync("AspNetUserClaims", ("UserId", Alice), ("ClaimType", "given_name"), ("ClaimValue", "Ally"));
        await source.AddAsync("AspNetUserClaims", ("UserId", Alice), ("ClaimType", "nothing"), ("ClaimValue", ""));
        await source.AddAsync("AspNetUserClaims", ("UserId", Bob), ("ClaimType", "shelf"), ("ClaimValue", " 12 "));
        await source.AddAsync("AspNetUserClaims", ("UserId", Bob), ("ClaimType", "shelf"), ("ClaimValue", "12"));
        await source.AddAsync("AspNetUserClaims", ("UserId", Bob), ("ClaimType", "motto"), ("ClaimValue", "One.\nTwo."));
        await source.AddAsync("AspNetUserLogins", ("UserId", Bob), ("LoginProvider", "Google"), ("ProviderKey", "g-1"));
        await source.AddAsync(
            "AspNetUserLogins", ("UserId", Alice), ("LoginProvider", "AzureAd"), ("ProviderKey", "aad-1"),
            ("ProviderDisplayName", "Work account"));
        await source.AddAsync("AspNetUserLogins", ("UserId", Alice), ("LoginProvider", "Empty"), ("ProviderKey", ""));
        await source.AddAsync("AspNetUserPasskeys", ("CredentialId", "c1"), ("UserId", Alice), ("Data", "{}"));
        await source.AddAsync(
            "AspNetUserTokens", ("UserId", Alice), ("LoginProvider", "[AspNetUserStore]"), ("Name", "AuthenticatorKey"),
            ("Value", "JBSWY3DPEHPK3PXP"));
        await source.AddAsync(
            "AspNetUserTokens", ("UserId", Alice), ("LoginProvider", "[AspNetUserStore]"), ("Name", "RecoveryCodes"),
            ("Value", "2B3C4-D5F6G;code-2"));
        await source.AddAsync(
            "AspNetUserTokens", ("UserId", Bob), ("LoginProvider", "[AspNetUserStore]"), ("Name", "AuthenticatorKey"),
            ("Value", "GEZDGNBVGY3TQOJQ"));
        await source.AddAsync("AspNetRoles", ("Id", "r1"), ("Name", "Admin"));
        await source.AddAsync("AspNetRoleClaims", ("RoleId", "r1"), ("ClaimType", "level"), ("ClaimValue", "9"));
        await source.AddAsync("AspNetUserRoles", ("UserId", Alice), ("RoleId", "r1"));
        return source;
    }
}
