using IdentityHub.Storage;
using IdentityHub.Storage.Installation;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Identity;

namespace IdentityHub.ConfigAsCode;

/// <summary>
/// Carries out a plan in one transaction. Two appliers at once work one after the other; the second finds nothing to do. Where there is
/// nothing to do it only reads, and hashes no password.
/// </summary>
/// <param name="note">Writes what is to be written with a change of the configuration, in its transaction; null for nothing. It is given
/// what was done, and called only where something was.</param>
public sealed class ConfigApplier(
    HubDatabase database, KeyProtector protector, IPasswordHasher<User> hasher, TimeProvider time,
    Func<SqlTransaction, ConfigApplyResult, CancellationToken, Task>? note = null)
{
    /// <summary>The lock that is held while the applied configuration is changed.</summary>
    internal const string LockName = "config";

    private const string ReadDocumentSql = "SELECT document FROM config_objects WHERE kind = $1 AND name = $2";

    private const string MovedOn =
        "The configuration in the database is another than the one that the plan was made for: somebody has applied something since. "
            + "Nothing was "
        + "changed. Make the plan again: hub config plan --out FILE";

    private const string NotTogether =
        "The files do not go with what the administration API made. Nothing was changed. Change the files, or what the API made:";

    private const string TakenMeanwhile =
        "A user of the files, or of an attribute that the files make unique, was changed by somebody else at the same moment. Nothing was "
            + "changed. Apply again: what is in the way then is named.";

    private readonly ConfigObjectWriter _writer = new(protector);

    /// <summary>Organizations that the administration API made and that files may take over with their members.</summary>
    public IReadOnlyCollection<string> TakesOver { get; init; } = [];

    /// <summary>What the administration API made, which the files may refer to.</summary>
    public Task<MadeObjects> ReadMadeAsync(CancellationToken cancellationToken) =>
        new MadeObjectsReader(database).ReadAsync(cancellationToken);

    /// <summary>Plans and applies. Where somebody else applies meanwhile, what is done is planned again for what they left.</summary>
    /// <param name="stage">The stage that the files were read for; the database remembers it.</param>
    /// <param name="prune">True: objects that the files made and no longer have are deleted, users left out. False: they stay as they
    /// are.</param>
    public async Task<ConfigApplyResult> ApplyAsync(ConfigDocument document, string stage, bool prune, CancellationToken cancellationToken)
    {
        var plan = await new ConfigPlanner(database, protector).PlanAsync(document, stage, prune, cancellationToken);
        IReadOnlyList<DesiredObject> desired = [];
        return await ApplyAsync(
            plan,
            (rows, generation) =>
            {
                desired = desired.Count == 0 ? _writer.Write(document) : desired;
                return ConfigPlanner.Plan(_writer, desired, rows, stage, generation, prune, []);
            },
            cancellationToken);
    }

    /// <summary>Does exactly what the plan says, or nothing where the database is another than the one that it was made for.</summary>
    public Task<ConfigApplyResult> ApplyAsync(ConfigPlan plan, CancellationToken cancellationToken) =>
        ApplyAsync(plan, null, cancellationToken);

    private async Task<ConfigApplyResult> ApplyAsync(
        ConfigPlan plan, Func<IReadOnlyList<ConfigRow>, string?, ConfigPlan>? again, CancellationToken cancellationToken)
    {
        var marks = new InstallationMarks(database.Call);
        if (await marks.RefuseAsync(plan.Stage, protector, hasMarks: true, cancellationToken) is { Count: > 0 } foreign)
            return new([], [], foreign, null);
        if (again is not null && plan.IsEmpty && plan.Generation is not null
            && await marks.AreCompleteAsync(plan.Stage, cancellationToken) && !await marks.IsRestoredAsync(cancellationToken))
            return new([], plan.Kept, [], plan.Generation);

        // Before the lock: hashing takes a good part of a second for each user.
        var passwords = await HashPasswordsAsync(plan, cancellationToken);

        await using var transaction = await database.BeginLockedAsync(LockName, cancellationToken);
        marks = new InstallationMarks(transaction.Call);
        await marks.WriteKeyAsync(protector, time.GetUtcNow(), cancellationToken);
        if (await marks.RefuseAsync(plan.Stage, protector, hasMarks: true, cancellationToken) is { Count: > 0 } raced)
            return new([], [], raced, null);

        await marks.WriteStageAsync(plan.Stage, time.GetUtcNow(), cancellationToken);
        await marks.WriteRestoredAppliedAsync(cancellationToken);
        var rows = await ConfigRow.ReadAllAsync(transaction, cancellationToken);
        var generation = await transaction
            .Call(ConfigPlanner.ReadGenerationSql)
            .FirstOrNullAsync(static row => row.Text(), cancellationToken);
        if (generation != plan.Generation || ConfigRow.StateOf(rows) != plan.State)
        {
            if (again is null)
                return new([], [], [MovedOn], generation);
            plan = again(rows, generation);
        }

        try
        {
            return await ExecuteAsync(plan, transaction, rows, passwords, cancellationToken);
        }
        catch (Exception failure) when (PlanExecution.IsRace(database, failure))
        {
            // What was looked up at the beginning of the transaction has changed before it was written. The transaction is rolled back.
            return new([], [], [TakenMeanwhile], generation);
        }
    }

    private async Task<ConfigApplyResult> ExecuteAsync(
        ConfigPlan plan, SqlTransaction transaction, IReadOnlyList<ConfigRow> rows, UserPasswords passwords,
        CancellationToken cancellationToken)
    {
        var isNothing = plan.IsEmpty && plan.Generation is not null;
        if (!isNothing && rows.Any(row => row.Source is null)
            && WholeConfig.FaultsOf(plan, rows, _writer, time) is { Count: > 0 } faults)
            return new([], [], [NotTogether, .. faults], plan.Generation);
        if (await OrganizationTakeover.RefusalsOfAsync(plan, rows, TakesOver, transaction, cancellationToken) is { Count: > 0 } squatted)
            return new([], [], squatted, plan.Generation);
        var (refusals, generation) = await new PlanExecution(database, _writer, passwords, time.GetUtcNow())
            .ExecuteAsync(plan, transaction, rows, cancellationToken);
        if (refusals.Count > 0)
            return new([], [], refusals, generation);

        ConfigApplyResult result = new([.. plan.Changes.Select(planned => planned.Change)], plan.Kept, [], generation);
        if (note is not null && !isNothing)
            await note(transaction, result, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    private async Task<UserPasswords> HashPasswordsAsync(ConfigPlan plan, CancellationToken cancellationToken)
    {
        var passwords = new UserPasswords(hasher);
        foreach (var written in plan.Writes)
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
