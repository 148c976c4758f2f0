using IdentityHub.Storage;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Rewrapping;

namespace IdentityHub.ConfigAsCode;

/// <summary>Wraps everything in the database with the key that wraps now.</summary>
public static class Rewrap
{
    /// <summary>
    /// Looks at each wrapped value, and wraps anew what another key of the file has wrapped. It may be stopped and run again.
    /// </summary>
    /// <param name="onlyCounts">True: nothing is written.</param>
    public static async Task<IReadOnlyList<WrappedValues>> RunAsync(
        HubDatabase database, KeyProtector protector, bool onlyCounts, CancellationToken cancellationToken)
    {
        var found = new List<WrappedValues>();
        foreach (var column in WrappedColumns.All)
            found.Add(await column.RewrapAsync(database, protector, onlyCounts, cancellationToken));
        found.Add(await SealedSecrets.RewrapAsync(database, protector, onlyCounts, cancellationToken));
        return found;
    }
}
