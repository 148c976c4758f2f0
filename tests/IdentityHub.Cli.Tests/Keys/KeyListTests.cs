using IdentityHub.Storage.SigningKeys;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Keys;

/// <summary><c>hub keys list</c> for people.</summary>
public class KeyListTests(DatabaseKind kind) : DatabaseCommandTests(kind)
{
    private const string Imported =
        """{"crv":"P-256","kty":"EC","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","alg":"ES256"}""";

    private static readonly DateTimeOffset Past = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Future = new(2999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [TestCase(80)]
    [TestCase(200)]
    public async Task Keys_are_shown_with_what_becomes_of_them(int columns)
    {
        await using (var context = NewContext())
        {
            context.AddRange(
                Key('a', "ES256", Past, Future), Key('b', "ES256", Past.AddDays(1), Future), Key('c', "ES256", Future, Future.AddDays(90)),
                Key('d', "RS256", Past, Past.AddDays(90)),
                new ImportedKey { KeyId = "old-\u001b[31m1", PublicKey = Imported, ImportedAt = Past, PublishUntil = Future });
            await context.SaveChangesAsync();
        }

        var listed = await Shell.With("COLUMNS", $"{columns}").RunAsync("keys", "list");

        Assert.That((listed.ExitCode, listed.Error), Is.EqualTo((0, "")));
        Golden.Verify($"keys-{columns}", listed.Output);
    }

    [Test]
    public async Task A_key_cannot_be_rotated_without_the_key_that_wraps_it()
    {
        var result = await Shell.RunAsync("keys", "rotate");

        Assert.That(
            (result.ExitCode, result.Error),
            Is.EqualTo((1, "A new signing key is wrapped with the key-protection key; name its file: --key-file FILE")));
    }

    [TestCase("import", "keys.json")]
    [TestCase("import", "keys.json", "--until", "yesterday")]
    [TestCase("import", "keys.json", "--until", "2020-01-01")]
    [TestCase("retire")]
    [TestCase("retire", "a", "--publish-until", "2020-01-01T00:00Z")]
    [TestCase("rotate", "--algorithm", "HS256")]
    public async Task A_wrong_command_line_changes_nothing(params string[] arguments)
    {
        var result = await Shell.RunAsync(["keys", .. arguments]);

        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Is.Not.Empty.And.Not.Contain("   at "));
        await using var context = NewContext();
        Assert.That(await context.AuditEvents.AnyAsync(), Is.False);
    }

    private static SigningKey Key(char id, string algorithm, DateTimeOffset from, DateTimeOffset until) => new()
    {
        KeyId = new string(id, 43),
        Algorithm = algorithm,
        WrappedPrivateKey = [1],
        CreatedAt = Past,
        NotBefore = from,
        SignUntil = until,
        PublishUntil = Future.AddDays(104),
    };
}
