using IdentityHub.Server.Settings;
using IdentityHub.Storage;
using IdentityHub.Storage.Installation;
using IdentityHub.Storage.KeyProtection;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Background;

/// <summary>
/// Refuses to start on a database that belongs to another installation: another stage, another key file, another issuer, other
/// tables. Looks before anything is written. ASSURANCE L8, L9.
/// </summary>
internal sealed class InstallationGuard(
    HubDatabase database, KeyProtector protector, IOptions<HubSettings> settings, TimeProvider time)
{
    // It makes the table of the marks.
    private const string MarksMigration = "_Initial";

    /// <returns>The version of the tables.</returns>
    /// <exception cref="InvalidDataException">The server must not start; says why and what to do, one sentence a line.</exception>
    public async Task<SchemaVersion> CheckAsync(CancellationToken cancellationToken)
    {
        var version = await ReadVersionAsync(cancellationToken);
        if (version.Applied.Count == 0)
            return version;
        var marks = new InstallationMarks(database.Call);
        var hasMarks = version.Applied.Any(id => id.EndsWith(MarksMigration, StringComparison.Ordinal));
        if (await marks.RefuseAsync(settings.Value.Stage, protector, hasMarks, cancellationToken) is { Count: > 0 } found)
            throw new InvalidDataException(string.Join('\n', found));
        if (await RefuseProgramAsync(marks, version, hasMarks, cancellationToken) is { } refused)
            throw new InvalidDataException(refused);
        if (await marks.RefuseRestoredAsync(settings.Value.Stage, hasMarks, cancellationToken) is { } restored)
            throw new InvalidDataException(restored);
        return version;
    }

    /// <summary>
    /// Remembers the key of the first node in the database, and outside Development its issuer; of two that start at once with different
    /// ones, one is refused.
    /// </summary>
    /// <exception cref="InvalidDataException">Another node was first, with another key or issuer.</exception>
    public async Task RememberAsync(CancellationToken cancellationToken)
    {
        var (marks, stage, issuer) = (new InstallationMarks(database.Call), settings.Value.Stage, settings.Value.Issuer);
        var hasIssuer = !settings.Value.IsDevelopment;
        if (await marks.AreCompleteAsync(stage: null, cancellationToken, hasIssuer))
            return;
        await marks.WriteKeyAsync(protector, time.GetUtcNow(), cancellationToken);
        if (await marks.RefuseKeyAsync(protector, hasMarks: true, cancellationToken) is { } foreign)
            throw new InvalidDataException(foreign);
        if (hasIssuer)
            await marks.WriteIssuerAsync(issuer, time.GetUtcNow(), cancellationToken);
        if (await marks.RefuseIssuerAsync(stage, issuer, hasMarks: true, cancellationToken) is { } other)
            throw new InvalidDataException(other);
    }

    private async Task<string?> RefuseProgramAsync(
        InstallationMarks marks, SchemaVersion version, bool hasMarks, CancellationToken cancellationToken) =>
        await marks.RefuseOlderProgramAsync(version.Known, hasMarks, cancellationToken)
            ?? await marks.RefuseIssuerAsync(settings.Value.Stage, settings.Value.Issuer, hasMarks, cancellationToken);

    // In Development the tables are made and migrated, so that they must be the hub's.
    private async Task<SchemaVersion> ReadVersionAsync(CancellationToken cancellationToken)
    {
        if (settings.Value.IsDevelopment)
        {
            var (own, foreign) = await SchemaMigration.ReadAsync(database, cancellationToken);
            return foreign is null ? own : throw new InvalidDataException(foreign);
        }

        var version = await SchemaVersion.ReadAsync(database, cancellationToken);
        return version.Pending.Count is > 0 and var missing
            ? throw new InvalidDataException(
                $"The database lacks {missing} migration{(missing == 1 ? "" : "s")} of this version; run: hub db migrate")
            : version;
    }
}
