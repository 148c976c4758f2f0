using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Users.Import;

/// <summary>Authenticator apps and recovery codes in a file of users.</summary>
public class ImportedFactorTests(DatabaseKind kind) : DatabaseCommandTests(kind)
{
    private const string Secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    [Test]
    public async Task A_factor_that_cannot_be_is_rejected_and_no_reason_holds_the_secret()
    {
        Shell.WithFile("data/hub.key", Convert.ToBase64String(new byte[32]));
        Shell.WithFile(
            "people.csv",
            $"""
            user_name,totp_secret,recovery_codes
            good,{Secret.ToLowerInvariant()},2B3C4-D5F6G 2b3c4d5f6h
            letters,GEZDGNBV1,
            short,GEZDGNBV,
            alone,,2B3C4-D5F6G
            odd,{Secret},2B3C4

            """.ReplaceLineEndings("\n"));

        var imported = await Shell.RunAsync("users", "import", "people.csv");

        var rejects = await File.ReadAllTextAsync(Path.Combine(Shell.Folder, "people.csv.rejects.csv"));
        Assert.That(
            (imported.ExitCode, imported.Output), Is.EqualTo((1, "Done: 1 imported, 0 there already, 4 rejected.")), imported.Error);
        Assert.That(
            rejects,
            Does.Contain("The secret of the authenticator app is no base32 of 10 to 64 bytes.")
                .And.Contain("Recovery codes belong to a second factor: 'totp_secret' is missing.")
                .And.Contain("Recovery codes have 10 letters and digits each, and there are 50 at most.")
                .And.Not.Contain("GEZDG").And.Not.Contain("2B3C4"));
        await using var context = NewContext();
        Assert.That(await context.Users.SingleAsync(user => user.TwoFactorEnabled), Has.Property("UserName").EqualTo("good"));
        Assert.That((await context.TotpAuthenticators.CountAsync(), await context.RecoveryCodes.CountAsync()), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task A_secret_without_the_key_file_is_rejected_and_with_another_key_than_that_of_the_database_nothing_is_done()
    {
        Shell.WithFile("people.csv", $"user_name,totp_secret\nalice,{Secret}\nbob,\n");
        Shell.WithFile("first.key", Convert.ToBase64String(new byte[32]))
            .WithFile("other.key", Convert.ToBase64String([.. Enumerable.Repeat((byte)1, 32)]));

        var without = await Shell.RunAsync("users", "import", "people.csv");
        var with = await Shell.RunAsync("users", "import", "people.csv", "--key-file", "first.key");
        var other = await Shell.RunAsync("users", "import", "people.csv", "--key-file", "other.key");

        Assert.That((without.ExitCode, without.Output), Is.EqualTo((1, "Done: 1 imported, 0 there already, 1 rejected.")), without.Error);
        Assert.That(with.ExitCode, Is.Zero, with.Error);
        Assert.That(with.Output, Does.EndWith("Done: 1 imported, 1 there already, 0 rejected."));
        Assert.That(other.ExitCode, Is.EqualTo(1));
        Assert.That(other.Error, Does.StartWith("IdentityHub:KeyProtection:KeyFile is not the key file of this database"));
    }
}
