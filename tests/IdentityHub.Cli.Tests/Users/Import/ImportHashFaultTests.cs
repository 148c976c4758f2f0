using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Users.Import;

/// <summary>Hashes of passwords, and parameters of Firebase, that <c>hub users import</c> cannot use.</summary>
public class ImportHashFaultTests(DatabaseKind kind) : DatabaseCommandTests(kind)
{
    [Test]
    public async Task A_hash_that_cannot_be_checked_is_rejected_with_what_would_be_right()
    {
        (string Members, string Reason)[] wrong =
        [
            (""" "password_hash":"f077eaa54416de3fc37c6847641b37bc3f569cf8b537b270d4a7991f9332e8763bc4c7cc640f3113634c3e0e0ea052ec06a84f83cf3983cb281c98cbc5d44cf1" """,
                "128 hexadecimal digits look like SHA-512: if they are, say --bare-hash sha512."),
            (""" "password_hash":"$2b$31$abcdefghijklmnopqrstuugfFQf/prE5jBOimQRwNXU9J7Y886STi" """,
                "The password hash has the bcrypt cost 31; 4 to 14 are checked."),
            (""" "password_hash":"secret password" """, "The password hash is in none of the formats that can be checked."),
            (""" "password_hash":"sha256:abc" """, "The password hash is in none of the formats that can be checked."),
            (""" "password_hash":{"algorithm":"pbkdf2-sha256"} """,
                "is JSON without one of 'algorithm', 'hashIterations', 'salt' and 'value'"),
            (""" "password_hash":"{\"algorithm\":" """, "is JSON, but no password of Keycloak"),
            (""" "password_hash":{"algorithm":"bcrypt","hashIterations":1,"salt":"AAAA","value":"AAAA"} """,
                "has an algorithm of Keycloak that cannot be checked"),
            (""" "password_hash":{"algorithm":"argon2","hashIterations":1,"salt":"AAAA","value":"AAAA"} """,
                "has no 'version', 'type', 'memory' and 'parallelism' of Argon2"),
            (""" "password_hash":{"algorithm":"pbkdf2-sha256","hashIterations":1,"salt":"A","value":"?"} """,
                "is JSON, but no password of Keycloak"),
            (""" "password_hash":{"algorithm":"pbkdf2-sha256","hashIterations":900000000,"salt":"AQIDBAUGBwg=","value":"DiNrkfwKlp+1dxgb5opfXu13drng2iaVafHsYDpLkLE="} """,
                "has 900000000 iterations of PBKDF2"),
            (""" "password_hash":"AAAA","password_salt":"AAAA" """, "A hash of Firebase needs the parameters of its project"),
        ];
        Shell.WithFile(
            "people.jsonl", string.Concat(wrong.Select((user, i) => $$"""{"user_name":"user-{{i}}",{{user.Members}}}""" + "\n")));
        var result = await Shell.RunAsync("users", "import", "people.jsonl");
        var rejects = await File.ReadAllLinesAsync(Path.Combine(Shell.Folder, "people.jsonl.rejects.csv"));

        Assert.That(result.Output, Is.EqualTo($"Done: 0 imported, 0 there already, {wrong.Length} rejected."), result.Error);
        Assert.Multiple(() =>
        {
            for (var i = 0; i < wrong.Length; i++)
                Assert.That(rejects[i + 1], Does.Contain(wrong[i].Reason));
            Assert.That(
                string.Concat(rejects), Does.Not.Contain("secret password").And.Not.Contain("f077eaa5").And.Not.Contain("abcdefgh"));
        });
    }

    [TestCase("rounds: 8, mem_cost: 14", "firebase.txt has no 'base64_signer_key'")]
    [TestCase(
        "base64_signer_key: ab/, base64_salt_separator: Bw==, rounds: 8, mem_cost: 14", "firebase.txt: 'base64_signer_key' is not base64.")]
    [TestCase(
        "base64_signer_key: AAAA, base64_salt_separator: Bw==, rounds: 8888888888888, mem_cost: 14",
        "firebase.txt: 'rounds' is not a number.")]
    public async Task A_file_that_holds_no_parameters_of_Firebase_is_refused_before_anything_is_imported(string parameters, string reason)
    {
        var result = await Shell
            .WithFile("people.csv", "user_name\nalice\n")
            .WithFile("firebase.txt", parameters)
            .RunAsync("users", "import", "people.csv", "--firebase", "firebase.txt");

        Assert.That((result.ExitCode, result.Output), Is.EqualTo((1, "")));
        Assert.That(result.Error, Does.StartWith(reason));
    }
}
