using IdentityHub.Cli.Output;
using IdentityHub.Storage.Audit;
using IdentityHub.Storage.Audit.Reading;

namespace IdentityHub.Cli.Audit;

/// <summary>Writes audit rows in the form that the caller asked for.</summary>
internal static class AuditOutput
{
    public static async Task WriteAsync(
        CommandOutput output, AuditText text, IReadOnlyList<AuditEvent> rows, CancellationToken cancellationToken)
    {
        if (output.IsJson)
        {
            foreach (var row in rows)
                output.WriteJsonLine(AuditRow.Of(row));
            return;
        }

        foreach (var line in await text.LinesOfAsync([.. rows.Select(AuditRow.Of)], "", cancellationToken))
            output.WriteLine(line);
    }
}
