using System.Diagnostics.Metrics;

namespace IdentityHub.Storage;

/// <summary>Figures of the database, under the meter <c>IdentityHub</c>.</summary>
internal static class StorageMetrics
{
    private static readonly Meter Meter = new("IdentityHub");

    private static readonly Counter<long> RepeatedTransactions = Meter.CreateCounter<long>(
        "identityhub.database.repeated", "{transaction}", "Transactions run a second time after a deadlock or a serialization failure.");

    /// <summary>Counts a transaction that is run a second time.</summary>
    /// <param name="database">The database system's name, <c>db.system.name</c>.</param>
    public static void Repeated(string database) =>
        RepeatedTransactions.Add(1, new KeyValuePair<string, object?>("db.system.name", database));
}
