using System.CommandLine;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.SigningKeys;

namespace IdentityHub.Cli.Doctor;

/// <summary><c>hub doctor</c>: looks at the installation point by point, and says what to do.</summary>
internal static class DoctorCommand
{
    private const string Description =
        """
        Looks at the installation from this machine, point by point, and says what to do about each fault. Changes nothing, makes no file and sends no
        message: the mail server and Twilio are only asked whether they take the credentials.

        The issuer is called where it is another machine than this one, or with --online.

        Exit codes: 0 all is well; 1 faults, or the command line is wrong; 2 warnings only.

        Example:
          hub doctor --stage production
        """;

    public const string Name = "doctor";

    private const string Database = "database";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly Option<bool> Online = new("--online") { Description = "Call the issuer even where it is this machine." };

    public static Command Create()
    {
        var command = new Command(Name, Description)
        {
            Online,
            OutputOptions.Json,
            SettingsOptions.ConnectionString,
            SettingsOptions.KeyFile,
            SettingsOptions.ConfigDirectory,
            SettingsOptions.Stage,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = new CommandSettings(parsed);
        var (keyFile, key) = KeyFileCheck.Check(settings.KeyFile);
        using (key)
        {
            var (ofDatabase, keys) = await CheckDatabaseAsync(settings, key, cancellationToken);
            List<Finding> findings = [.. ofDatabase, keyFile, ConfigChecks.CheckFiles(settings)];
            using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Patience };
            findings.AddRange(await CheckIssuerAsync(settings, http, keys, parsed.GetValue(Online), cancellationToken));
            findings.Add(await MailCheck.CheckAsync(settings, cancellationToken));
            findings.Add(await TextMessageCheck.CheckAsync(http, settings, cancellationToken));
            Write(new CommandOutput(parsed), findings);
            return findings.Exists(finding => finding.Level == FindingLevel.Fault) ? ExitCode.Failed
                : findings.Exists(finding => finding.Level == FindingLevel.Warning) ? ExitCode.Warnings
                : ExitCode.Done;
        }
    }

    // With the published keys; null where the database cannot be used.
    private static async Task<(IReadOnlyList<Finding> Findings, IReadOnlyList<SigningKey>? Keys)> CheckDatabaseAsync(
        CommandSettings settings, KeyProtector? key, CancellationToken cancellationToken)
    {
        try
        {
            await using var database = await DatabaseConnection.OpenEmptyAsync(
                settings.ConnectionString, mayCreate: false, cancellationToken);
            var checks = new DatabaseChecks(database);
            var schema = await checks.CheckSchemaAsync(cancellationToken);
            List<Finding> findings =
            [
                Finding.Ok(Database, "answers"), schema, await checks.CheckClockAsync(TimeProvider.System, cancellationToken)
            ];
            if (schema.Level != FindingLevel.Ok)
                return (findings, null);
            var marks = await checks.CheckMarksAsync(settings.Stage, key, cancellationToken);
            var isForeign = marks.Any(finding => finding.Level == FindingLevel.Fault);
            findings.AddRange(marks);
            findings.AddRange(await checks.CheckIssuerAsync(settings.Stage, settings.Issuer, cancellationToken));
            findings.AddRange(await checks.CheckRestoreAsync(settings.Stage, cancellationToken));
            findings.Add(await ConfigChecks.CheckDemoAsync(database, isForeign ? null : key, settings.Stage, cancellationToken));
            return (findings, await new SigningKeyStore(database).ListPublishedAsync(TimeProvider.System.GetUtcNow(), cancellationToken));
        }
        catch (CommandException failure)
        {
            const string advice = "Check ConnectionStrings:IdentityHub, the network and the database.";
            return ([Finding.Fault(Database, failure.Message, advice)], null);
        }
    }

    private static async Task<IReadOnlyList<Finding>> CheckIssuerAsync(
        CommandSettings settings, HttpClient http, IReadOnlyList<SigningKey>? keys, bool isOnline, CancellationToken cancellationToken)
    {
        const string name = "issuer";
        var text = settings.Issuer;
        if (text is null)
            return
            [
                Finding.Fault(
                    name, "IdentityHub:Issuer is not set", "Set it to the absolute https URL under which clients reach the server.")
            ];
        if (!Uri.TryCreate(text, UriKind.Absolute, out var issuer) || issuer.Scheme is not ("https" or "http") || text.EndsWith('/'))
            return
            [
                Finding.Fault(
                    name,
                    $"IdentityHub:Issuer is '{text}'",
                    "It must be an absolute https URL without a trailing slash, e.g. https://id.example.com."
                )
            ];
        if (issuer.Scheme == "http" && settings.Stage != ConfigContext.Development)
            return [Finding.Fault(name, $"IdentityHub:Issuer is '{text}'", "https is required outside Development.")];
        return issuer.IsLoopback && !isOnline
            ? [Finding.Skipped(name, $"{text} is this machine, and is called with --online only")]
            : await new IssuerChecks(http, keys, TimeProvider.System.GetUtcNow()).CheckAsync(issuer, cancellationToken);
    }

    private static void Write(CommandOutput output, List<Finding> findings)
    {
        if (output.IsJson)
        {
            output.WriteJson(findings);
            return;
        }

        foreach (var finding in findings)
        {
            var begin = $"{WordOf(finding.Level),-9}{finding.Check,-22}";
            var next = new string(' ', begin.Length);
            foreach (
                var line in FlowText.OfSentence(PlainText.Of(finding.Text.ReplaceLineEndings(" ")), CommandOutput.FindWidth(), begin, next))
                output.WriteLine(line);
            if (finding.Advice is { } advice)
            {
                foreach (var line in FlowText.OfSentence(PlainText.Of(advice), CommandOutput.FindWidth(), next + "→ ", next + "  "))
                    output.WriteLine(line);
            }
        }
    }

    private static string WordOf(FindingLevel level) => level switch
    {
        FindingLevel.Ok => "ok",
        FindingLevel.Skipped => "-",
        FindingLevel.Warning => "warning",
        _ => "FAULT",
    };
}
