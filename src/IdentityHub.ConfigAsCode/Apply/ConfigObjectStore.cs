using IdentityHub.Storage;

namespace IdentityHub.ConfigAsCode;

/// <summary>Writes the rows of <c>config_objects</c> inside the applier's transaction.</summary>
internal sealed class ConfigObjectStore(SqlTransaction transaction, ConfigObjectWriter writer, DateTimeOffset now)
{
    private const string UpsertSql =
        """
        INSERT INTO config_objects (kind, name, document, digest, source_file, source_line, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (kind, name) DO UPDATE SET document = excluded.document, digest = excluded.digest,
            source_file = excluded.source_file, source_line = excluded.source_line, updated_at = excluded.updated_at
        """;

    private const string MoveSql = "UPDATE config_objects SET source_file = $3, source_line = $4 WHERE kind = $1 AND name = $2";

    private const string DeleteSql = "DELETE FROM config_objects WHERE kind = $1 AND name = $2";

    public async Task WriteAsync(ConfigPlan plan, CancellationToken cancellationToken)
    {
        foreach (var gone in plan.Deletes)
            await transaction.Call(DeleteSql).With(gone.Kind).With(gone.Name).ExecuteAsync(cancellationToken);

        foreach (var written in plan.Writes)
        {
            await transaction.Call(UpsertSql).With(written.Kind).With(written.Name).With(writer.DocumentOf(written)).With(written.Digest)
                .With(written.Definition.Source?.File).With(written.Definition.Source?.Line).With(now).ExecuteAsync(cancellationToken);
        }

        foreach (var moved in plan.Moves)
        {
            await transaction.Call(MoveSql).With(moved.Kind).With(moved.Name)
                .With(moved.Source?.File).With(moved.Source?.Line).ExecuteAsync(cancellationToken);
        }
    }
}
