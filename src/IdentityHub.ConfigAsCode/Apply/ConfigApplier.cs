using IdentityHub.Storage;
using IdentityHub.Storage.Installation;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Identity;

namespace IdentityHub.ConfigAsCode;

/// <summary>
/// Makes the database match the configuration files, in one transaction. Two appliers at once work one after the other; the second finds
/// nothing to do. Where there is nothing to do it makes two reads, writes nothing, and hashes no password.
/// </summary>
public sealed class ConfigApplier(HubDatabase database, KeyProtector protector, IPasswordHasher<User> hasher, TimeProvider time)
{
    private const string LockName = "config";
    private const string ReadGenerationSql = "SELECT hash FROM config_generations ORDER BY id DESC LIMIT 1";
    private const string InsertGenerationSql = "INSERT INTO config_generations (hash, applied_at) VALUES ($1, $2)";
    private const string ReadDocumentSql = "SELECT document FROM config_objects WHERE kind = $1 AND name = $2";

    private readonly ConfigObjectWriter _writer = new(protector);

    /// <param name="stage">The stage that the files were read for; the database remembers it.</param>
    /// <param name="prune">True: objects that the files made and no longer have are deleted, users left out. False: they stay as they are.</param>
    public async Task<ConfigApplyResult> ApplyAsync(ConfigDocument document, string stage, bool prune, CancellationToken cancellationToken)
    {
        var marks = new InstallationMarks(database.Call);
        if (await marks.RefuseAsync(stage, protector, hasMarks: true, cancellationToken) is { Count: > 0 } foreign)
            return new([], [], foreign, null);

        var desired = _writer.Write(document);
        var work = ConfigWork.Of(desired, await ConfigRow.ReadAllAsync(database, cancellationToken), prune);
        var generation = await database.Call(ReadGenerationSql).FirstOrNullAsync(static row => row.Text(), cancellationToken);
        if (work.IsEmpty && generation is not null && await marks.AreCompleteAsync(stage, cancellationToken))
            return new([], work.Kept, [], generation);

        // Before the lock: hashing takes a good part of a second for each user.
        var passwords = await HashPasswordsAsync(work, cancellationToken);

        await using var transaction = await database.BeginLockedAsync(LockName, cancellationToken);
        marks = new InstallationMarks(transaction.Call);
        await marks.WriteKeyAsync(protector, time.GetUtcNow(), cancellationToken);
        if (await marks.RefuseAsync(stage, protector, hasMarks: true, cancellationToken) is { Count: > 0 } raced)
            return new([], [], raced, null);

        await marks.WriteStageAsync(stage, time.GetUtcNow(), cancellationToken);
        var rows = await ConfigRow.ReadAllAsync(transaction, cancellationToken);
        work = ConfigWork.Of(desired, rows, prune);
        generation = await transaction.Call(ReadGenerationSql).FirstOrNullAsync(static row => row.Text(), cancellationToken);
        if (work.IsEmpty && generation is not null)
        {
            await transaction.CommitAsync(cancellationToken);
            return new([], work.Kept, [], generation);
        }

        var now = time.GetUtcNow();
        await using var context = transaction.CreateContext();
        var refusals = await new ConfigMaterializer(context, passwords, now).ApplyAsync(work, cancellationToken);
        if (refusals.Count > 0)
            return new([], [], refusals, generation);

        await new ConfigObjectStore(transaction, _writer, now).WriteAsync(work, cancellationToken);
        var hash = ConfigRow.HashOf(work.ResultOn(rows));
        if (hash != generation)
        {
            await transaction.Call(InsertGenerationSql).With(hash).With(now).ExecuteAsync(cancellationToken);
            await database.AnnounceConfigChangeAsync(transaction.Connection, transaction.Transaction, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return new(work.Changes, work.Kept, [], hash);
    }

    private async Task<UserPasswords> HashPasswordsAsync(ConfigWork work, CancellationToken cancellationToken)
    {
        var passwords = new UserPasswords(hasher);
        foreach (var written in work.Writes)
        {
            if (written.Definition is not UserDefinition user)
                continue;
            var stored = await database.Call(ReadDocumentSql).With(written.Kind).With(written.Name)
                .FirstOrNullAsync(static row => row.Text(), cancellationToken);
            if (UserPasswords.IsNew(written, stored))
                passwords.HashOf(user);
        }

        return passwords;
    }
}
