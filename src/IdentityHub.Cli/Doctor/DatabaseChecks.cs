using System.Globalization;
using IdentityHub.ConfigAsCode;
using IdentityHub.Storage;
using IdentityHub.Storage.Installation;
using IdentityHub.Storage.KeyProtection;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Cli.Doctor;

/// <summary>
/// Whether the database is at the version of this program, has the same time, and belongs to this key file and this stage.
/// </summary>
internal sealed class DatabaseChecks(HubDatabase database)
{
    private const string Schema = "database version";
    private const string Clock = "clock";
    private const string KeyCheck = "key of the database";
    private const string StageCheck = "stage";
    private const string IssuerCheck = "installation";
    private const string RestoreCheck = "restore";
    private const string WrappedCheck = "wrapped values";
    private static readonly TimeSpan Small = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Large = TimeSpan.FromSeconds(10);

    /// <summary>Whether the tables are those of this version. Everything else about the database is asked only then.</summary>
    public async Task<Finding> CheckSchemaAsync(CancellationToken cancellationToken)
    {
        var (version, foreign) = await SchemaMigration.ReadAsync(database, cancellationToken);
        if (foreign is not null)
            return Finding.Fault(Schema, foreign, advice: null);
        var pending = version.Pending.Count;
        return pending == 0
            ? Finding.Ok(Schema, $"{database.Name}, at the version of this program")
            : Finding.Fault(
                Schema, $"the database lacks {pending} migration{(pending == 1 ? "" : "s")} of this version", "Run: hub db migrate");
    }

    public async Task<Finding> CheckClockAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow();
        if (await database.ReadClockAsync(cancellationToken) is not { } there)
            return Finding.Ok(Clock, "the database has the clock of this machine");
        return Judge(before, there, time.GetUtcNow());
    }

    /// <summary>What it means that the database answered <paramref name="there"/> at some time between the two others.</summary>
    internal static Finding Judge(DateTimeOffset before, DateTimeOffset there, DateTimeOffset after)
    {
        var ahead = before > there ? before - there : after < there ? after - there : TimeSpan.Zero;
        if (ahead.Duration() <= Small)
            return Finding.Ok(Clock, "that of the database, to two seconds");
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"this machine is {ahead.Duration().TotalSeconds:0} s {(ahead < TimeSpan.Zero ? "behind" : "ahead of")} the database");
        const string advice = "Set both clocks by NTP: codes and tokens live for minutes.";
        return ahead.Duration() <= Large ? Finding.Warning(Clock, text, advice) : Finding.Fault(Clock, text, advice);
    }

    /// <summary>Whether the database was used with another key, or on another stage, than these.</summary>
    /// <param name="key">Null where it cannot be read.</param>
    public async Task<IReadOnlyList<Finding>> CheckMarksAsync(string stage, KeyProtector? key, CancellationToken cancellationToken)
    {
        if (key is null)
            return
            [
                Finding.Skipped(KeyCheck, "not compared: there is no key file"),
                Finding.Skipped(StageCheck, $"{stage}; not compared: there is no key file")
            ];
        var marks = new InstallationMarks(database.Call);
        var foreignKey = await marks.RefuseKeyAsync(key, hasMarks: true, cancellationToken);
        var foreignStage = await marks.RefuseStageAsync(stage, hasMarks: true, cancellationToken);
        return
        [
            foreignKey is not null
                ? Finding.Fault(
                    KeyCheck, "what is stored was wrapped with another key file",
                    "Use the file that the other nodes have, or the database that belongs to this file.")
            : await marks.AreCompleteAsync(stage: null, cancellationToken) ? Finding.Ok(KeyCheck, "this key file")
            : Finding.Ok(KeyCheck, "none yet"),
            foreignStage is null ? Finding.Ok(StageCheck, stage) : Finding.Fault(StageCheck, foreignStage, advice: null),
            .. foreignKey is null && key.HasSeveralKeys ? [await CheckWrappedAsync(key, cancellationToken)] : Array.Empty<Finding>(),
        ];
    }

    /// <summary>Whether nodes of another issuer use the database. Nothing where they do not.</summary>
    /// <param name="issuer">Null where none is set.</param>
    public async Task<IReadOnlyList<Finding>> CheckIssuerAsync(string stage, string? issuer, CancellationToken cancellationToken) =>
        await new InstallationMarks(database.Call).RefuseIssuerAsync(stage, issuer, hasMarks: true, cancellationToken) is { } other
            ? [Finding.Fault(IssuerCheck, other, advice: null)]
            : [];

    /// <summary>
    /// Whether the database was restored and no configuration has been applied since: a node does not start on it. Nothing where it was
    /// not.
    /// </summary>
    public async Task<IReadOnlyList<Finding>> CheckRestoreAsync(string stage, CancellationToken cancellationToken) =>
        await new InstallationMarks(database.Call).RefuseRestoredAsync(stage, hasMarks: true, cancellationToken) is null
            ? []
            :
            [
                Finding.Fault(
                    RestoreCheck,
                    "the database was restored, and clients, secrets and keys that were removed since the backup are in it again: no node "
                        + "starts",
                    $"Run: hub config apply --stage {stage}"),
            ];

    private async Task<Finding> CheckWrappedAsync(KeyProtector key, CancellationToken cancellationToken)
    {
        var found = await Rewrap.RunAsync(database, key, onlyCounts: true, cancellationToken);
        var (others, unreadable) = (found.Sum(static column => column.Others), found.Sum(static column => column.Unreadable));
        return unreadable > 0
            ? Finding.Fault(
                WrappedCheck, $"{unreadable} value(s) cannot be read with any key of the key file",
                "Put the key that wrapped them back into the key file, as a line read:KEY.")
            : others > 0
                ? Finding.Warning(WrappedCheck, $"{others} value(s) are wrapped with another key than the one that wraps now",
                    "When every node has the line wrap:KEY, run: hub keys rewrap")
                : Finding.Ok(WrappedCheck, "all with the key that wraps now");
    }
}
