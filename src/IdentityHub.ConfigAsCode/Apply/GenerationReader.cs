using IdentityHub.Storage;

namespace IdentityHub.ConfigAsCode;

/// <summary>A generation of the configuration.</summary>
/// <param name="Number">The latest has the highest.</param>
/// <param name="Hash">Lower-case hex.</param>
public sealed record AppliedGeneration(long Number, string Hash, DateTimeOffset AppliedAt);

/// <summary>How many objects of a kind there are.</summary>
/// <param name="OfFiles">Those that files own.</param>
/// <param name="OfApi">Those that the administration API made.</param>
public sealed record CountedObjects(string Kind, long OfFiles, long OfApi);

/// <summary>Reads which generations were applied, and what the latest has.</summary>
public sealed class GenerationReader(HubDatabase database)
{
    private const string ListSql = "SELECT id, hash, applied_at FROM config_generations WHERE id < $1 ORDER BY id DESC LIMIT $2";

    private const string CountSql =
        """
        SELECT kind, COUNT(source_file) AS of_files, COUNT(*) - COUNT(source_file) AS of_api FROM config_objects GROUP BY kind ORDER BY kind
        """;

    /// <summary>Generations, the latest first.</summary>
    /// <param name="before">Only those with a lower number.</param>
    /// <param name="most">No more than these.</param>
    public Task<List<AppliedGeneration>> ListAsync(long before, int most, CancellationToken cancellationToken) =>
        database.Call(ListSql).With(before).With(most).ListAsync(
            static row => new AppliedGeneration(row.Long("id"), row.Text("hash"), row.Time("applied_at")), cancellationToken);

    /// <summary>How many objects there are of each kind.</summary>
    public Task<List<CountedObjects>> CountAsync(CancellationToken cancellationToken) =>
        database.Call(CountSql).ListAsync(
            static row => new CountedObjects(row.Text("kind"), row.Long("of_files"), row.Long("of_api")), cancellationToken);
}
