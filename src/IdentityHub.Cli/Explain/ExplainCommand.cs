using System.CommandLine;
using IdentityHub.Cli.Audit;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Storage.Audit.Reading;
using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Explain;

/// <summary><c>hub explain</c>: what the audit trail says about one request.</summary>
internal static class ExplainCommand
{
    private const string Description =
        """
        Says everything about one request: who asked for what from where, the checks in their order where it was refused, why it was, what to change, the
        configuration that was in force, and what the same client or user did in the five minutes before and after.

        The trace id stands in error answers ('trace_id', in the client accounts' errors 'id', at the open endpoints 'rsCode'), on error pages and in the log.

        Example:
          hub explain 019ab3c17d5e4c8f9a513f3a9f1f0c11
        """;

    // A shared row is written when its minute has passed; times of nodes differ.
    private static readonly TimeSpan SharedRowDelay = TimeSpan.FromMinutes(3);
    private const string SharedType = "request.refused_repeatedly";
    private const int MostShared = 10;

    private static readonly Argument<Guid> Trace = new("TRACE_ID")
    {
        Description = $"{char.ToUpperInvariant(TraceIds.Form[0])}{TraceIds.Form[1..]}; a whole traceparent header will do.",
        CustomParser = result =>
        {
            if (TraceIds.Parse(result.Tokens[0].Value) is { } id)
                return id;
            result.AddError($"'{result.Tokens[0].Value}' is no trace id: it must be {TraceIds.Form}.");
            return default;
        },
    };

    public static Command Create()
    {
        var command = new Command("explain", Description) { Trace, OutputOptions.Json, SettingsOptions.ConnectionString };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var (reader, trace) = (new AuditReader(database), parsed.GetRequiredValue(Trace));
        var users = new UserDirectory(database);
        var explanation = await Explanation.FindAsync(
            reader, trace, async (id, cancelled) => (await users.FindProfileAsync(id, cancelled))?.UserName, only: null, cancellationToken)
            ?? throw new CommandException(await UnknownAsync(reader, trace, cancellationToken));
        var output = new CommandOutput(parsed);
        if (output.IsJson)
        {
            output.WriteJson(explanation);
            return ExitCode.Done;
        }

        await new ExplanationText(output, new AuditText(database)).WriteAsync(explanation, cancellationToken);
        return ExitCode.Done;
    }

    // What the trail leaves out: docs/decisions/0010. A trace id that the server has made begins with its time.
    private static async Task<string> UnknownAsync(AuditReader reader, Guid trace, CancellationToken cancellationToken)
    {
        var lines = new List<string>
        {
            $"No audit row has the trace id {TraceIds.Format(trace)}. One of these is the cause:",
            "- The id was mistyped, or belongs to another installation.",
            "- The request is older than the audit trail (IdentityHub:Audit:RetentionDays), or a moment old: rows are written in batches.",
            "- The answer was a failure of the server itself (500 or 503), or a routine one such as authorization_pending: the log has the "
                + "first of them.",
            "- The caller had not proven who it was, and its refusal shares a row with others: from one address at one endpoint for one "
                + "reason, 20 in a minute "
                + "have a row each (docs/decisions/0010-audit-rows-are-never-dropped.md).",
        };
        if (TimeOf(trace) is not { } at)
            return string.Join('\n', lines);

        var shared = await reader.ListNewestAsync(
            new AuditFilter { Type = SharedType, From = at - SharedRowDelay, To = at + SharedRowDelay }, MostShared, at, cancellationToken);
        if (shared.Count > 0)
            lines.Add("Shared rows of that time:");
        lines.AddRange(
            shared.Select(row =>
                $"  hub explain {TraceIds.Format(row.TraceId)}  {row.Endpoint}  {row.Reason}  from {row.IpAddress ?? "several addresses"}: "
                    + $"{row.Detail}"));
        return string.Join('\n', lines);
    }

    private static DateTimeOffset? TimeOf(Guid trace)
    {
        Span<byte> bytes = stackalloc byte[16];
        trace.TryWriteBytes(bytes, bigEndian: true, out _);
        var milliseconds = System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes) >> 16;
        var now = TimeProvider.System.GetUtcNow();
        return
            milliseconds > 0
            && milliseconds < now.AddDays(1).ToUnixTimeMilliseconds()
            && milliseconds > now.AddYears(-20).ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;
    }
}
