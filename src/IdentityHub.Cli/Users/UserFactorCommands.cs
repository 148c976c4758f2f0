using System.CommandLine;
using IdentityHub.Cli.Changes;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Storage;
using IdentityHub.Storage.Passkeys;
using IdentityHub.Storage.SecondFactors;

namespace IdentityHub.Cli.Users;

/// <summary>A second factor of a user. Holds no secret.</summary>
/// <param name="Kind"><c>totp</c>: an authenticator app. <c>passkey</c>.</param>
/// <param name="Name">What the user calls a passkey; null for an authenticator app.</param>
internal sealed record ShownFactor(string Kind, string? Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

/// <summary>The second factors of a user.</summary>
/// <param name="RecoveryCodesLeft">Recovery codes that can still be used.</param>
internal sealed record ShownFactors(Guid UserId, IReadOnlyList<ShownFactor> Factors, int RecoveryCodesLeft, int RecoveryCodes);

/// <summary><c>hub users factors</c> and <c>hub users reset-factors</c>.</summary>
internal static class UserFactorCommands
{
    private const string FactorsDescription =
        """
        Shows the passkeys and the authenticator app of a user, when each was set up and last used, and how many recovery codes are left.
        No secret is shown.

        Example:
          hub users factors alice
        """;

    private const string ResetDescription =
        """
        Removes every passkey of a user, their authenticator app and their recovery codes: for a user who has lost them all. From then on
        the password alone signs in, and the user can set up others. Make sure first who asks for it. Sessions go on.

        Example:
          hub users reset-factors alice
        """;

    private const string Totp = "totp";
    private const string Passkey = "passkey";

    private static readonly Argument<string> User = NamedUser.NewArgument();

    public static Command CreateFactors()
    {
        var command = new Command("factors", FactorsDescription) { User, OutputOptions.Json, SettingsOptions.ConnectionString };
        command.SetAction(ShowAsync);
        return command;
    }

    public static Command CreateReset()
    {
        var command = new Command("reset-factors", ResetDescription) { User, SettingsOptions.ConnectionString };
        command.SetAction(ResetAsync);
        return command;
    }

    private static async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var user = await NamedUser.FindAsync(database, parsed.GetRequiredValue(User), mayBeGone: false, cancellationToken);
        var shown = await ReadAsync(database, user, cancellationToken);
        var output = new CommandOutput(parsed);
        if (output.IsJson)
        {
            output.WriteJson(shown);
            return ExitCode.Done;
        }

        if (shown.Factors.Count == 0)
        {
            output.WriteLine("The user has no passkey and no second factor.");
            return ExitCode.Done;
        }

        var table = new OutputTable("factor", "name", "!set up", "!last used");
        foreach (var factor in shown.Factors)
            table.Add(NameOf(factor.Kind), factor.Name ?? "", CommandOutput.Time(factor.CreatedAt), CommandOutput.Time(factor.LastUsedAt));
        output.WriteTable(table);
        output.WriteLine($"Recovery codes: {shown.RecoveryCodesLeft} of {shown.RecoveryCodes} left.");
        return ExitCode.Done;
    }

    private static async Task<ShownFactors> ReadAsync(HubDatabase database, Guid user, CancellationToken cancellationToken)
    {
        var totp = await new TotpStore(database).FindAsync(user, cancellationToken);
        var passkeys = await new PasskeyStore(database).OfUserAsync(user, cancellationToken);
        var recovery = await new RecoveryCodeStore(database).CountAsync(user, cancellationToken);
        var factors = passkeys
            .Select(passkey => new ShownFactor(Passkey, passkey.Data.Name, passkey.Data.CreatedAt, passkey.Data.LastUsedAt))
            .ToList();
        if (totp is not null)
            factors.Add(new ShownFactor(Totp, Name: null, totp.CreatedAt, totp.LastUsedAt));
        return new ShownFactors(user, factors, recovery?.Left ?? 0, recovery?.All ?? 0);
    }

    private static async Task<int> ResetAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var user = await NamedUser.FindAsync(database, parsed.GetRequiredValue(User), mayBeGone: false, cancellationToken);
        var removed = await database.RunAsync(
            user,
            async transaction =>
            {
                var rows = await SecondFactorRows.DeleteAsync(transaction, user, cancellationToken);
                if (rows > 0)
                    await AuditedChange.WriteAsync(
                        transaction, "second_factor.reset", user, null, "passkeys and second factors removed by hub users reset-factors",
                        cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return rows > 0;
            },
            cancellationToken);
        if (!removed)
            await parsed.InvocationConfiguration.Error.WriteLineAsync("The user has no passkey and no second factor; nothing has changed.");
        return ExitCode.Done;
    }

    private static string NameOf(string kind) => kind == Totp ? "authenticator app" : kind;
}
