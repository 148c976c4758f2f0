using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Users.Import;

/// <summary>
/// Users of other systems are imported with their hashes, sign in with their passwords, and have a hash of the hub's own from then on.
/// </summary>
public class ImportedPasswordTests
{
    private const string Password = "Old-System-Pass-1";

    private const string Config =
        "clients: [{ client_id: app, token_endpoint_auth_method: none, grant_types: [password], scope: openid }]\n";

    // As the Firebase console shows it; the key of Firebase's public sample: https://github.com/firebase/scrypt.
    private const string FirebaseParameters =
        """
        hash_config {
          algorithm: SCRYPT,
          base64_signer_key: jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==,
          base64_salt_separator: Bw==,
          rounds: 8,
          mem_cost: 14,
        }
        """;

    private const string FirebaseSalt = "42xEC+ixf3L2lw==";

    // Of these rows of the report no password is known: two digests of Argon2 are of neither password that it names, and the one of
    // WordPress is that of bcrypt over the password itself, which WordPress never writes. Rows of the same formats with known passwords are
    // below.
    private static readonly string[] Unknown = ["django_argon2", "argon2id_phc", "wordpress_68"];

    private static readonly (string Name, string Hash, string Password)[] Known =
    [
        ("wordpress", "$wp$2y$10$abcdefghijklmnopqrstuu5YkqdkhfMx6V5Twy3iruP4HkVEX2wB6", Password),
        ("argon2id", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password"),
        ("argon2i", "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8", "password"),
        ("django-argon2", "argon2$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc", "password"),
        ("sha-256-crypt", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5", "Hello world!"),
        ("keycloak-export",
            """{"credentialData":"{\"hashIterations\":1000,\"algorithm\":\"pbkdf2-sha256\",\"additionalParameters\":{}}","secretData":"{\"value\":\"DiNrkfwKlp+1dxgb5opfXu13drng2iaVafHsYDpLkLECZE2gsRQdxn3GgBeO2pRHpMj73Dpzd8Ldp+ySLLPd1A==\",\"salt\":\"AQIDBAUGBwg=\"}"}""",
            "Ältere-Pässe-1"),
        ("keycloak-argon2",
            """{"credentialData":{"hashIterations":2,"algorithm":"argon2","additionalParameters":{"memory":["256"],"parallelism":["2"],"type":["id"],"version":["1.3"],"hashLength":["32"]}},"secretData":{"value":"bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc=","salt":"c29tZXNhbHQ="}}""",
            "password"),
        ("directory-sha512", "{SHA512}8HfqpUQW3j/DfGhHZBs3vD9WnPi1N7Jw1KeZH5My6HY7xMfMZA8xE2NMPg4OoFLsBqhPg885g8soHJjLxdRM8Q==",
            "Ältere-Pässe-1"),
    ];

    [Test]
    public async Task Every_row_of_the_report_is_imported_and_its_owner_signs_in_and_gets_a_hash_of_the_hubs_own()
    {
        await using var hub = await Hub.StartAsync(Config);
        using var shell = new HubShell().With("ConnectionStrings__IdentityHub", hub.Installation.Database.ConnectionString);
        var report = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Samples", "hashes.csv"));
        shell.WithFile("hashes.csv", report).WithFile("firebase.txt", FirebaseParameters);
        shell.WithFile(
            "known.csv",
            "user_name,password_hash\n"
                + string.Concat(Known.Select(user => $"{user.Name},\"{user.Hash.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n")));

        var first = await shell.RunAsync("users", "import", "hashes.csv", "--bare-hash", "sha512");
        Assert.That(first.Output, Is.EqualTo("Done: 28 imported, 0 there already, 1 rejected."), first.Error);
        Assert.That(
            await File.ReadAllTextAsync(Path.Combine(shell.Folder, "hashes.csv.rejects.csv")),
            Does.Contain("the column 'password_salt' and --firebase FILE"));

        // The report lacks the salt of its Firebase row: the file is mended, and imported again as a whole.
        shell.WithFile("hashes.csv", WithSalts(report));
        var mended = await shell.RunAsync("users", "import", "hashes.csv", "--bare-hash", "sha512", "--firebase", "firebase.txt");
        Assert.That((mended.ExitCode, mended.Output), Is.EqualTo((0, "Done: 1 imported, 28 there already, 0 rejected.")), mended.Error);
        var known = await shell.RunAsync("users", "import", "known.csv");
        Assert.That(known.Output, Is.EqualTo($"Done: {Known.Length} imported, 0 there already, 0 rejected."), known.Error);

        await using var context = hub.NewContext();
        var imported = await context.Users.AsNoTracking().ToDictionaryAsync(user => user.UserName!, user => user.PasswordHash!);
        Assert.That(imported["firebase_scrypt"], Does.StartWith("$firebase-scrypt$ln=14,r=8$"));
        Assert.That(
            imported.Values.Where(hash => hash.Contains("322056b5a629ab21b4a1252abecd21b8", StringComparison.OrdinalIgnoreCase)), Is.Empty,
            "no bare digest as it came");

        var passwords = imported
            .Keys.Except(Unknown)
            .ToDictionary(
                name => name,
                name => Known.FirstOrDefault(user => user.Name == name).Password ?? (name == "firebase_scrypt" ? "user1password" : Password)
            );
        var refused = new List<string>();
        foreach (var (name, password) in passwords)
        {
            if (await SignInAsync(hub, name, "x" + password) != 400 || await SignInAsync(hub, name, password) != 200)
                refused.Add(name);
        }

        Assert.That(refused, Is.Empty);
        Assert.That(
            await context
                .Users.AsNoTracking()
                .Where(user => !user.PasswordHash!.StartsWith("wrapped$sha256$"))
                .Select(user => user.UserName)
                .ToListAsync(),
            Is.EquivalentTo(Unknown),
            "each is upgraded");
        Assert.That(await SignInAsync(hub, "firebase_scrypt", "user1password"), Is.EqualTo(200), "with the hash of today too");
    }

    private static async Task<int> SignInAsync(Hub hub, string userName, string password) =>
        (await hub.Client.LoginAsync(TestClient.Public("app"), userName, password)).Status;

    // A further column, empty but for the row of Firebase.
    private static string WithSalts(string report) =>
        string.Concat(
            report.TrimEnd().Split('\n').Select((line, i) => $"{line.TrimEnd('\r')},{(i == 0 ? "password_salt" : SaltOf(line))}\n"));

    private static string SaltOf(string line) => line.StartsWith("firebase_scrypt,", StringComparison.Ordinal) ? FirebaseSalt : "";
}
