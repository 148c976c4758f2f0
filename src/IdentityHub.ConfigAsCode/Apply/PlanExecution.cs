using IdentityHub.Storage;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.ConfigAsCode;

/// <summary>What came of a plan inside a transaction that is not committed yet.</summary>
/// <param name="Refusals">Why it cannot be done, a sentence each; empty when it was.</param>
/// <param name="Generation">Hash of the generation that is in force when the transaction commits.</param>
internal sealed record ExecutedPlan(IReadOnlyList<string> Refusals, string? Generation);

/// <summary>Carries out a plan inside a transaction that holds <see cref="ConfigApplier.LockName"/>.</summary>
internal sealed class PlanExecution(HubDatabase database, ConfigObjectWriter writer, UserPasswords passwords, DateTimeOffset now)
{
    private const string InsertGenerationSql = "INSERT INTO config_generations (hash, applied_at) VALUES ($1, $2)";

    /// <summary>Writes the objects and what follows from them, and tells the other nodes when the transaction commits.</summary>
    /// <param name="rows">The rows that the plan was made for.</param>
    public async Task<ExecutedPlan> ExecuteAsync(
        ConfigPlan plan, SqlTransaction transaction, IReadOnlyList<ConfigRow> rows, CancellationToken cancellationToken)
    {
        if (plan.IsEmpty && plan.Generation is not null)
            return new([], plan.Generation);

        await using var context = transaction.CreateContext();
        var refusals = await new ConfigMaterializer(context, passwords, now).ApplyAsync(plan, cancellationToken);
        if (refusals.Count > 0)
            return new(refusals, plan.Generation);

        await new ConfigObjectStore(transaction, writer, now).WriteAsync(plan, cancellationToken);

        // A repaired document has the digest that it had before; the nodes must read it all the same.
        var hash = ConfigRow.HashOf(plan.ResultOn(rows), plan.Repairs ? $"{now.UtcTicks}" : "");
        if (hash != plan.Generation)
        {
            await transaction.Call(InsertGenerationSql).With(hash).With(now).ExecuteAsync(cancellationToken);
            await database.AnnounceConfigChangeAsync(transaction.Connection, transaction.Transaction, cancellationToken);
        }

        return new([], hash);
    }

    /// <summary>A unique value was given to another user, or a row is another than the one that was read.</summary>
    public static bool IsRace(HubDatabase database, Exception failure) =>
        failure is DbUpdateConcurrencyException || database.IsUniqueViolation(failure) || database.IsConflict(failure);
}
