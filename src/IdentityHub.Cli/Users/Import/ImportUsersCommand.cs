using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Users.Import;

/// <summary><c>hub users import</c>: makes the users of an older system, with their passwords.</summary>
internal static class ImportUsersCommand
{
    private const string Description =
        """
        Makes the users of an older system from a file, with the password hashes that it has: they log in as before, and each hash is
        replaced by one of today's at the first login.

        The file is a table with a header, its values separated by commas, semicolons or tabs, or JSON lines (a name that ends with .jsonl
        or .ndjson). Columns, of which only user_name must be there: id, user_name, email, email_verified, phone_number,
        phone_number_verified, given_name, family_name, locale, organization, region, roles (separated by blanks), password_hash,
        password_salt (of Firebase), disabled, totp_secret (base32), recovery_codes, external_logins.PROVIDER (who the user is at
        another provider; it is kept, and signs in nowhere yet), claims.TYPE, and attributes.NAME for an attribute of the configuration.
        In JSON lines the last two are objects, and external_logins is an array of objects with provider, subject and name. Secrets of
        authenticator apps need the key-protection key.

        Password hashes, told apart by their form (all of them, and their limits: docs/import-users.md):
          ASP.NET Identity, versions 2 and 3   AQAAAAIAAYagAAAAE…
          bcrypt, WordPress, phpBB             $2a$…  $2b$…  $2y$…   $wp$2y$…   $P$…  $H$…
          Argon2                               $argon2id$v=19$m=65536,t=3,p=4$…
          Django                               pbkdf2_sha256$…   argon2$…   scrypt$…   bcrypt$…
          passlib                              $pbkdf2-sha256$…   $scrypt$…
          Linux and directories                $5$…  $6$…   {CRYPT}…   {SSHA}…  {SSHA256}…  {SSHA512}…  {SHA}…
          Keycloak                             {"credentialData":…,"secretData":…}
          Firebase                             with password_salt and --firebase
          digests with a salt before           sha256:HEX:SALT   sha512:HEX:SALT
          bare digests                         sha256:HEX   sha512:HEX   sha1:HEX   md5:HEX   (or base64)
        A bare digest is as good as the password: it is stored under a slow hash, which takes a tenth of a second a user and core.

        Stopped at any moment, the same call with the same file goes on where it was. What cannot be imported is written to the reject
        file with its line and the reason; a user is imported completely or not at all. Once the cause is corrected, in the file or
        elsewhere, the same call imports the rest: users that an earlier call has made are left as they are.

        Examples:
          hub users import people.csv
          hub users import people.jsonl --rejects people.rejects.csv --bare-hash sha1
          hub users import people.csv --firebase hash-parameters.txt
        """;

    private static readonly Argument<FileInfo> File = new Argument<FileInfo>("FILE") { Description = "The users." }.AcceptExistingOnly();
    private static readonly Option<FileInfo?> Rejects = new("--rejects")
    {
        Description = "Where to write what was not imported. [default: FILE.rejects.csv]",
    };

    private static readonly Option<BareDigest?> BareHash = new("--bare-hash")
    {
        Description = "What a password_hash that is nothing but hexadecimal digits is. [default: it is refused]",
        HelpName = "sha256|sha512|sha1|md5",
    };

    private static readonly Option<FileInfo> Firebase = new Option<FileInfo>("--firebase")
    {
        Description = "A file with the password hash parameters of the Firebase project, as its console shows them.",
    }.AcceptExistingOnly();

    public static Command Create()
    {
        var command = new Command("import", Description)
        {
            File,
            Rejects,
            BareHash,
            Firebase,
            TypedPhoneNumber.Region,
            OutputOptions.Json,
            SettingsOptions.KeyFile,
            SettingsOptions.ConnectionString,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        // Before the database: a file that is not what it should be needs none.
        var options = new ImportOptions(
            parsed.GetValue(BareHash), parsed.GetValue(Firebase) is { } firebase ? FirebaseFile.Read(firebase) : null,
            parsed.GetValue(TypedPhoneNumber.Region));
        var settings = new CommandSettings(parsed);
        await using var database = await DatabaseConnection.OpenAsync(settings, cancellationToken);
        using var key = settings.FindKey();
        var importer = new UserImporter(
            database, new UserPasswordHasher(UserPasswordHasher.MinIterations), key, TimeProvider.System);
        var output = new CommandOutput(parsed);
        var file = parsed.GetRequiredValue(File);
        await using var bytes = file.OpenRead();
        var hash = await SHA256.HashDataAsync(bytes, cancellationToken);
        bytes.Seek(0, SeekOrigin.Begin);

        var rejectPath = parsed.GetValue(Rejects)?.FullName ?? $"{file.FullName}.rejects.csv";
        var before = await importer.FindAsync(hash, cancellationToken) ?? NewImport(hash);
        if (before is { FinishedAt: not null, Rejected: 0 })
        {
            Show(output, before, rejectPath, $"This very file was imported before: {Summary(before)}. Nothing was done.");
            return ExitCode.Done;
        }

        if (before.FinishedAt is not null)
        {
            Tell(output, $"This very file was imported before: {Summary(before)}. Its records are looked at again.");
            before = NewImport(hash);
            System.IO.File.Delete(rejectPath);
        }
        else if (before.RecordsDone > 0)
        {
            Tell(output, $"Going on after {before.RecordsDone} records of an earlier call.");
        }

        var after = await ImportAsync(importer, before, bytes, IsJsonLines(file), options, rejectPath, output.IsJson, cancellationToken);
        Show(output, after, rejectPath, $"Done: {Summary(after)}.");
        if (after.Rejected == 0)
            return ExitCode.Done;
        await parsed.InvocationConfiguration.Error.WriteLineAsync($"What was rejected, and why: {rejectPath}");
        return ExitCode.Failed;
    }

    private static async Task<UserImport> ImportAsync(
        UserImporter importer, UserImport before, FileStream bytes, bool isJsonLines, ImportOptions options, string rejectPath,
        bool isQuiet, CancellationToken cancellationToken)
    {
        using var text = new StreamReader(bytes, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, leaveOpen: true);
        var records = isJsonLines ? JsonLineRecords.Read(text) : CsvRecords.Read(text);
        await using var rejects = new RejectFile(rejectPath, before.RejectFileLength);
        return await ProgressLine.ShowAsync(
            bytes.Length,
            progressed => importer.ImportAsync(
                before, records, options, rejects, done => progressed($"{done.Imported} users", bytes.Position), cancellationToken),
            isQuiet);
    }

    private static void Tell(CommandOutput output, string line)
    {
        if (!output.IsJson)
            output.WriteLine(line);
    }

    private static void Show(CommandOutput output, UserImport import, string rejectPath, string line)
    {
        if (output.IsJson)
            output.WriteJson(new
            {
                import.Imported,
                ThereAlready = import.Skipped,
                import.Rejected,
                RejectFile = import.Rejected == 0 ? null : rejectPath,
            });
        else
            output.WriteLine(line);
    }

    private static UserImport NewImport(byte[] hash) => new() { FileHash = hash, StartedAt = TimeProvider.System.GetUtcNow() };

    private static bool IsJsonLines(FileInfo file) => file.Extension.ToLowerInvariant() is ".jsonl" or ".ndjson";

    private static string Summary(UserImport import) =>
        $"{import.Imported} imported, {import.Skipped} there already, {import.Rejected} rejected";
}
