using System.CommandLine;
using IdentityHub.Cli.Changes;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage;
using IdentityHub.Storage.ApiKeys;

namespace IdentityHub.Cli.ApiKeys;

/// <summary>
/// <c>hub api-keys</c>: keys of integrated systems that the hub issues itself. Those of the configuration files are changed there.
/// </summary>
internal static class ApiKeyCommands
{
    private const string Description =
        """
        Keys of integrated systems, which act for themselves and not for a user. A key is shown once, when it is issued; the database holds its hash.
        Keys of the configuration files (api_keys) are listed with the time of their last use, and changed in the files only.

        Examples:
          hub api-keys issue dialer --organization acme --permission session.read --permission user.block
          hub api-keys rotate dialer --overlap 24
          hub api-keys revoke dialer
        """;

    private static readonly Argument<string> Name = new("NAME") { Description = "1 to 64 of a-z 0-9 . _ -; what the audit trail shows." };
    private static readonly Option<string?> Organization = new("--organization")
    {
        Description = "Where the permissions hold, and below which. [default: everywhere]",
    };
    private static readonly Option<string[]> Permission = new("--permission")
    {
        Description = $"One of {string.Join(", ", Permissions.All)}; may be repeated.",
        Required = true,
    };
    private static readonly Option<int?> Days = new("--days") { Description = "How long the key lives. [default: until it is revoked]" };

    private static readonly Option<int> Overlap = new("--overlap")
    {
        Description = "Hours for which the old key stays valid together with the new one.",
        DefaultValueFactory = _ => 24,
    };

    public static Command Create()
    {
        var issue = new Command("issue", "Makes a key and prints it.")
        {
            Name,
            Organization,
            Permission,
            Days,
            OutputOptions.Json,
            SettingsOptions.ConnectionString,
        };
        issue.SetAction(IssueAsync);
        var rotate = new Command("rotate", "Makes another key with the same rights and prints it; the old one ends soon.")
        {
            Name,
            Overlap,
            Days,
            OutputOptions.Json,
            SettingsOptions.ConnectionString,
        };
        rotate.SetAction(RotateAsync);
        var revoke = new Command("revoke", "Ends every key of a name at once.") { Name, SettingsOptions.ConnectionString };
        revoke.SetAction(RevokeAsync);
        var list = new Command(
            "list", "Lists every key that was ever issued: name, organization, permissions, state, last use; apart by tabs.")
        {
            OutputOptions.Json,
            SettingsOptions.ConnectionString,
        };
        list.SetAction(ListAsync);
        return new Command("api-keys", Description) { issue, rotate, revoke, list };
    }

    private static async Task<int> IssueAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var name = parsed.GetRequiredValue(Name);
        if (!ApiKeyName.IsValid(name))
            throw new CommandException("The name must be 1 to 64 of a-z 0-9 . _ -, beginning with a letter or digit.");
        var permissions = parsed.GetRequiredValue(Permission).Distinct(StringComparer.Ordinal).ToList();
        if (permissions.Find(permission => !Permissions.All.Contains(permission)) is { } unknown)
            throw new CommandException($"There is no permission '{unknown}'; there are {string.Join(", ", Permissions.All)}.");

        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var organization = parsed.GetValue(Organization);
        await ApiKeyName.RequireFreeAsync(database, name, organization, cancellationToken);

        var (key, value) = New(name, organization, string.Join(' ', permissions), parsed.GetValue(Days));
        if (!await new ApiKeyStore(database).TryIssueAsync(
            key, transaction => NoteAsync(transaction, ApiKeyEvents.Issued, name, "issued by hub api-keys issue", cancellationToken),
            cancellationToken))
            throw new CommandException($"A live key has the name '{name}'; rotate it, or revoke it first.");
        Show(parsed, name, value, key.ExpiresAt);
        return ExitCode.Done;
    }

    private static async Task<int> RotateAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var overlap = parsed.GetValue(Overlap);
        if (overlap is < 0 or > 24 * 90)
            throw new CommandException("--overlap must be 0 to 2160 hours.");
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var now = TimeProvider.System.GetUtcNow();
        var name = parsed.GetRequiredValue(Name);
        (ApiKey Key, string Value)? made = null;
        var rotated = await new ApiKeyStore(database).TryRotateAsync(name, now, now.AddHours(overlap), newest =>
        {
            made = New(newest.Name, newest.OrganizationId, string.Join(' ', newest.Permissions), parsed.GetValue(Days));
            return made.Value.Key;
        },
        transaction => NoteAsync(
            transaction, ApiKeyEvents.Rotated, name, $"the older keys end within {overlap} h; rotated by hub api-keys rotate",
            cancellationToken),
        cancellationToken);
        if (!rotated)
            throw new CommandException($"No live key has the name '{name}'; keys of the configuration files are changed there.");
        Show(parsed, name, made!.Value.Value, made.Value.Key.ExpiresAt);
        return ExitCode.Done;
    }

    private static async Task<int> RevokeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var name = parsed.GetRequiredValue(Name);
        var revoked = await new ApiKeyStore(database).RevokeAsync(
            name, TimeProvider.System.GetUtcNow(),
            transaction => NoteAsync(transaction, ApiKeyEvents.Revoked, name, "revoked by hub api-keys revoke", cancellationToken),
            cancellationToken);
        if (revoked == 0)
            throw new CommandException($"No live key has the name '{name}'; keys of the configuration files are changed there.");
        return ExitCode.Done;
    }

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var now = TimeProvider.System.GetUtcNow();
        var store = new ApiKeyStore(database);
        var keys = await store.ListAsync(cancellationToken);
        var ofFiles = (await store.ListUsesAsync(cancellationToken)).Where(use => keys.TrueForAll(key => key.Name != use.Name)).ToList();
        var output = new CommandOutput(parsed);
        if (output.IsJson)
        {
            output.WriteJson(new
            {
                Keys = keys.Select(key => new
                {
                    key.Name,
                    key.OrganizationId,
                    Permissions = key.Permissions.Split(' ', StringSplitOptions.RemoveEmptyEntries),
                    State = key.RevokedAt is not null ? "revoked" : key.ExpiresAt <= now ? "expired" : "live",
                    key.CreatedAt,
                    key.ExpiresAt,
                    key.LastUsedAt,
                }),
                OfFiles = ofFiles.Select(use => new { use.Name, use.LastUsedAt }),
            });
            return ExitCode.Done;
        }

        foreach (var key in keys)
            output.WriteLine(
                $"{key.Name}\t{key.OrganizationId ?? "-"}\t{key.Permissions}\t{StateOf(key, now)}\t{CommandOutput.Time(key.LastUsedAt)}");
        foreach (var use in ofFiles)
            output.WriteLine($"{use.Name}\t-\t-\tfile\t{CommandOutput.Time(use.LastUsedAt)}");
        return ExitCode.Done;
    }

    // The name stands where other rows have the client: hub audit query --client NAME finds it.
    private static Task NoteAsync(
        SqlTransaction transaction, string type, string name, string detail, CancellationToken cancellationToken) =>
        AuditedChange.WriteAsync(transaction, type, userId: null, sessionId: null, detail, cancellationToken, name);

    // The only time that the key is seen.
    private static void Show(ParseResult parsed, string name, string value, DateTimeOffset? expiresAt)
    {
        var output = new CommandOutput(parsed);
        if (output.IsJson)
            output.WriteJson(new { Name = name, Key = value, ExpiresAt = expiresAt });
        else
            output.WriteLine(value);
    }

    private static (ApiKey Key, string Value) New(string name, string? organization, string permissions, int? days)
    {
        if (days is < 1 or > 3650)
            throw new CommandException("--days must be 1 to 3650.");
        var now = TimeProvider.System.GetUtcNow();
        var value = OpaqueToken.Create(OpaqueTokenType.ApiKey);
        var key = new ApiKey
        {
            Id = Guid.CreateVersion7(now),
            Name = name,
            KeyHash = TokenHash.Of(value),
            OrganizationId = organization,
            Permissions = permissions,
            CreatedAt = now,
            ExpiresAt = days is null ? null : now.AddDays(days.Value),
        };
        return (key, value);
    }

    private static string StateOf(ListedApiKey key, DateTimeOffset now) =>
        key.RevokedAt is not null ? "revoked"
        : key.ExpiresAt is not { } end ? "live"
        : end > now ? $"until {CommandOutput.Time(end)}" : "expired";
}
