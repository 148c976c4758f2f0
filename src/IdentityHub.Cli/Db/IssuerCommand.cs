using System.CommandLine;
using IdentityHub.Cli.Changes;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Storage.Installation;

namespace IdentityHub.Cli.Db;

/// <summary><c>hub db issuer</c>: which installation the database belongs to.</summary>
internal static class IssuerCommand
{
    private const string Description =
        """
        The first node that starts outside Development writes its issuer into the database. A node or a command with another
        IdentityHub:Issuer is refused, so that two installations do not share a database by mistake.

        Without URL, says which issuer that is. With URL, says that the installation has moved there: stop every node first, and start
        them with the new issuer. Clients compare the issuer, so tokens of the old one are of no use any more.

        Examples:
          hub db issuer
          hub db issuer https://id.example.com
        """;

    private const string ChangedType = "database.issuer_changed";

    private static readonly Argument<string?> Url = new("URL")
    {
        Description = "The new issuer, as IdentityHub:Issuer has it.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        var command = new Command("issuer", Description)
        {
            Url, OutputOptions.Json, SettingsOptions.ConnectionString, SettingsOptions.KeyFile,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (settings, output, url) = (new CommandSettings(parsed), new CommandOutput(parsed), parsed.GetValue(Url));
        if (url is not null && !IsIssuer(url))
            throw new CommandException(
                $"'{url}' is no issuer: it must be an absolute https URL without a trailing slash, e.g. https://id.example.com.");
        await using var database = await DatabaseConnection.OpenAsync(settings, cancellationToken, mayHaveOtherIssuer: true);
        var known = await new InstallationMarks(database.Call).FindIssuerAsync(cancellationToken);
        if (url is not null && url != known)
        {
            await using var transaction = await database.BeginAsync(cancellationToken);
            await new InstallationMarks(transaction.Call).ReplaceIssuerAsync(url, TimeProvider.System.GetUtcNow(), cancellationToken);
            await AuditedChange.WriteAsync(
                transaction, ChangedType, userId: null, sessionId: null, $"the issuer is {url} in place of {known ?? "none"}",
                cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            known = url;
        }

        if (output.IsJson)
            output.WriteJson(new { Issuer = known });
        else
            output.WriteLine(known ?? "No node has started on this database outside Development yet.");
        return ExitCode.Done;
    }

    private static bool IsIssuer(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var issuer) && issuer.Scheme == Uri.UriSchemeHttps && !url.EndsWith('/');
}
