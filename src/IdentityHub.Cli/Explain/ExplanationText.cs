using IdentityHub.Cli.Audit;
using IdentityHub.Cli.Output;
using IdentityHub.Storage.Audit.Reading;

namespace IdentityHub.Cli.Explain;

/// <summary>Shows an explanation to people.</summary>
internal sealed class ExplanationText(CommandOutput output, AuditText rows)
{
    private const string Indent = "  ";
    private const int LabelWidth = 15;
    private const int OutcomeWidth = 15;

    public async Task WriteAsync(Explanation request, CancellationToken cancellationToken)
    {
        Write("Trace", request.TraceId);
        Write("Time", AuditText.TimeOf(request.At));
        Write("Endpoint", request.Endpoint);
        Write("Grant type", request.GrantType);
        Write("Client", request.ClientId);
        Write("User", request.UserName is { } name ? $"{name} ({request.UserId})" : request.UserId?.ToString());
        Write("From", request.IpAddress);
        Write("Configuration", string.IsNullOrEmpty(request.Generation) ? null : $"generation {request.Generation}");
        Write("Outcome", request.Reason is { } reason ? $"refused: {reason}" : "not refused");
        Write("What it means", request.ReasonMeans);
        Write("Detail", request.Detail);
        Write("What to change", request.Change);
        WriteChecks(request);
        await WriteRowsAsync("Rows of this request", request.Rows, cancellationToken);
        if (request.MoreRows)
            output.WriteLine($"{Indent}These are the latest {Explanation.MostRows}: many requests had this trace id.");
        if (request.Around.Count > 0)
            await WriteRowsAsync("Rows of the same client or user, five minutes before and after", request.Around, cancellationToken);
        if (request.MoreAround)
            output.WriteLine($"{Indent}There are more than {Explanation.MostAround}: hub audit query shows them.");
    }

    private void WriteChecks(Explanation request)
    {
        if (request.Reason is null)
            return;
        output.WriteLine("");
        output.WriteLine("Checks in their order");
        if (request.Checks is null)
        {
            output.WriteLine($"{Indent}The order of the checks of this endpoint is not known; the one that refused is named above.");
            return;
        }

        foreach (var check in request.Checks)
            output.WriteLine($"{Indent}{WordOf(check.Outcome).PadRight(OutcomeWidth)}{check.Name}");
    }

    private async Task WriteRowsAsync(string heading, IReadOnlyList<AuditRow> shown, CancellationToken cancellationToken)
    {
        output.WriteLine("");
        output.WriteLine(heading);
        foreach (var line in await rows.LinesOfAsync(shown, Indent, cancellationToken))
            output.WriteLine(line);
    }

    private void Write(string label, string? value) => output.WriteField(label, value, LabelWidth);

    private static string WordOf(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Passed => "passed",
        CheckOutcome.Refused => "REFUSED",
        CheckOutcome.PerhapsRefused => "refused?",
        CheckOutcome.Unknown => "not known",
        _ => "not reached",
    };
}
