using IdentityHub.Cli.Changes;
using IdentityHub.ConfigAsCode;
using IdentityHub.Storage;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Users;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Cli.Users.Import;

/// <summary>
/// Stores the records of a file as users, a thousand in a transaction, together with the progress. An import that was stopped resumes where
/// it was. No record is stored twice or half.
/// </summary>
/// <param name="key">The key-protection key; null where there is none.</param>
internal sealed class UserImporter(HubDatabase database, UserPasswordHasher hasher, KeyProtector? key, TimeProvider time)
{
    /// <summary>Records of one transaction.</summary>
    public const int BatchSize = 1000;

    // Another writer may take a name between the look-up and the insert. Then the batch looks again.
    private const int MaxTries = 5;

    /// <summary>How far the import of this file has come; null when it was never begun.</summary>
    public async Task<UserImport?> FindAsync(byte[] fileHash, CancellationToken cancellationToken)
    {
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        return await context.UserImports.AsNoTracking().SingleOrDefaultAsync(import => import.FileHash == fileHash, cancellationToken);
    }

    /// <summary>Imports what is still to be imported.</summary>
    /// <param name="before">How far it had come.</param>
    /// <param name="records">All records of the file.</param>
    /// <param name="progressed">Told after each stored batch.</param>
    /// <returns>How far it has come: to the end.</returns>
    public async Task<UserImport> ImportAsync(
        UserImport before, IEnumerable<ImportRecord> records, ImportOptions options, RejectFile rejects, Action<UserImport> progressed,
        CancellationToken cancellationToken)
    {
        var batch = await PrepareAsync(options, cancellationToken);
        var import = before;
        foreach (var chunk in records.Skip((int)before.RecordsDone).Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            import = await StoreAsync(batch, import, chunk, rejects, cancellationToken);
            progressed(import);
        }

        return await SaveAsync(
            import, Next(import, new ImportedBatch(0, 0, []), 0, rejects, time.GetUtcNow()), add: null, cancellationToken);
    }

    private async Task<ImportBatch> PrepareAsync(ImportOptions options, CancellationToken cancellationToken)
    {
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        var roles = await context.Roles.ToDictionaryAsync(role => role.Name!, role => role.Id, StringComparer.Ordinal, cancellationToken);
        var organizations = await context
            .Organizations.Select(organization => organization.Id)
            .ToHashSetAsync(StringComparer.Ordinal, cancellationToken);
        var schema = await new AppliedAttributes(database).ReadAsync(cancellationToken);
        return new ImportBatch(hasher, roles, organizations, schema, new ImportedFactors(database, key), options, time);
    }

    private async Task<UserImport> StoreAsync(
        ImportBatch batch, UserImport import, ImportRecord[] chunk, RejectFile rejects, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
            context.ChangeTracker.AutoDetectChangesEnabled = false;
            var stored = await batch.AddAsync(context, chunk, import.StartedAt, cancellationToken);
            if (stored.Imported > 0)
                context.Add(AuditedChange.RowOf("users.imported", userId: null, $"{stored.Imported} users imported by hub users import"));
            try
            {
                await rejects.AddAsync(stored.Rejects, cancellationToken);
                return await SaveAsync(import, Next(import, stored, chunk.Length, rejects, finishedAt: null), context, cancellationToken);
            }
            catch (DbUpdateException failure) when (database.IsUniqueViolation(failure) && attempt < MaxTries)
            {
                rejects.GoBackTo(import.RejectFileLength);
            }
        }
    }

    private async Task<UserImport> SaveAsync(UserImport before, UserImport after, HubDbContext? add, CancellationToken cancellationToken)
    {
        await using var own = add is null ? new HubDbContext(HubDbContext.OptionsWithoutHost(database)) : null;
        var context = add ?? own!;
        if (before.RecordsDone == 0 && await FindAsync(before.FileHash, cancellationToken) is null)
            context.UserImports.Add(after);
        else
            context.UserImports.Update(after);
        await context.SaveChangesAsync(cancellationToken);
        return after;
    }

    private static UserImport Next(UserImport import, ImportedBatch stored, int records, RejectFile rejects, DateTimeOffset? finishedAt) =>
        new()
        {
            FileHash = import.FileHash,
            RecordsDone = import.RecordsDone + records,
            Imported = import.Imported + stored.Imported,
            Skipped = import.Skipped + stored.Skipped,
            Rejected = import.Rejected + stored.Rejects.Count,
            RejectFileLength = rejects.Length,
            StartedAt = import.StartedAt,
            FinishedAt = finishedAt,
        };
}
