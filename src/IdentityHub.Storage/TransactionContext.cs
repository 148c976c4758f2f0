using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Storage;

/// <summary>Entity Framework Core inside a raw transaction.</summary>
public static class TransactionContext
{
    // Made once for each database: Entity Framework Core keeps a model and services for each set of options.
    private static readonly ConditionalWeakTable<HubDatabase, DbContextOptions<HubDbContext>> OptionsOf = [];

    /// <summary>A context that works inside the transaction. The caller disposes it.</summary>
    public static HubDbContext CreateContext(this SqlTransaction transaction)
    {
        var context = new HubDbContext(OptionsOf.GetValue(transaction.Database, HubDbContext.OptionsWithoutHost));
        context.Database.SetDbConnection(transaction.Transaction.Connection!);
        context.Database.UseTransaction(transaction.Transaction);
        return context;
    }
}
