using System.CommandLine;
using IdentityHub.Cli.Settings;
using IdentityHub.Cli.Users;
using IdentityHub.Storage;
using IdentityHub.Storage.Audit.Reading;

namespace IdentityHub.Cli.Audit;

/// <summary>The conditions that rows of the audit trail are chosen by.</summary>
internal static class AuditOptions
{
    private const string Refused = "refused";
    private const string Done = "done";

    private static readonly Option<string?> Client = new("--client")
    {
        Description = "What the caller claimed to be: a client_id.",
        HelpName = "client_id",
    };
    private static readonly Option<string?> User = new("--user") { Description = NamedUser.Forms, HelpName = "user" };
    private static readonly Option<string?> Reason = new("--reason")
    {
        Description = "A reason of docs/reasons.md, e.g. client_secret_wrong.",
        HelpName = "reason",
    };
    private static readonly Option<string?> Endpoint = new("--endpoint")
    {
        Description = "Path of the endpoint, e.g. connect/token.",
        HelpName = "path",
    };
    private static readonly Option<string?> Event = new("--event")
    {
        Description = "Type of the event, e.g. token.issued.",
        HelpName = "type",
    };
    private static readonly Option<string?> Outcome = new Option<string?>("--outcome")
    {
        Description = "refused: rows with a reason; done: rows without one.",
    }.AcceptOnlyFromAmong(Refused, Done);
    private static readonly Option<DateTimeOffset?> From = PointInTime.Option("--from", "The first time that is wanted");
    private static readonly Option<DateTimeOffset?> To = PointInTime.Option("--to", "The first time that is not wanted any more");

    private static readonly Option<Guid?> Trace = new("--trace")
    {
        Description = $"Trace id: {TraceIds.Form}.",
        HelpName = "trace_id",
        CustomParser = result =>
        {
            if (TraceIds.Parse(result.Tokens[0].Value) is { } id)
                return id;
            result.AddError($"--trace is '{result.Tokens[0].Value}': it must be {TraceIds.Form}.");
            return null;
        },
    };

    /// <summary>Those that make sense for what is still to come.</summary>
    public static void AddLastingTo(Command command)
    {
        foreach (var option in new Option[] { Client, User, Reason, Endpoint, Event, Outcome })
            command.Add(option);
    }

    /// <summary>All.</summary>
    public static void AddTo(Command command)
    {
        AddLastingTo(command);
        command.Add(Trace);
        command.Add(From);
        command.Add(To);
    }

    /// <exception cref="CommandException">There is no such user or reason, or the times exclude each other.</exception>
    public static async Task<AuditFilter> ReadAsync(ParseResult parsed, HubDatabase database, CancellationToken cancellationToken)
    {
        var filter = new AuditFilter
        {
            ClientId = Given(parsed.GetValue(Client)),
            Reason = Given(parsed.GetValue(Reason)),
            Endpoint = Given(parsed.GetValue(Endpoint)?.Trim('/')),
            Type = Given(parsed.GetValue(Event)),
            HasReason = parsed.GetValue(Outcome) switch { Refused => true, Done => false, _ => null },
            TraceId = parsed.GetResult(Trace) is null ? null : parsed.GetValue(Trace),
            From = parsed.GetResult(From) is null ? null : parsed.GetValue(From),
            To = parsed.GetResult(To) is null ? null : parsed.GetValue(To),
        };
        if (filter is { From: { } from, To: { } to } && from >= to)
            throw new CommandException("--from must be before --to.");
        return Given(parsed.GetValue(User)) is { } user
            ? filter with
            {
                UserId = await NamedUser.FindAsync(database, user, mayBeGone: true, cancellationToken),
            }
            : filter;
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
