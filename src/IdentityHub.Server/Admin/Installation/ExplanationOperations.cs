using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Storage.Audit.Reading;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Admin.Installation;

/// <summary>Explains one request: what <c>hub explain</c> says of it.</summary>
internal sealed class ExplanationOperations(AuditReader trail, AuditAccess access, UserDirectory users)
{
    private static readonly Field[] s_row =
    [
        Field.Text("at", "When it happened.") with { IsRequired = true, Format = "date-time" },
        Field.Text("event", "What happened.") with { IsRequired = true },
        Field.Text("endpoint", "Through which endpoint.") with { IsRequired = true },
        Nullable("grant_type", "By which grant."), Nullable("client_id", "By which client."), Nullable("user_id", "About which user."),
        Nullable("session_id", "In which session."), Nullable("reason", "Why it was refused."), Nullable("detail", "A sentence."),
        Nullable("ip_address", "From where."), Field.Text("trace_id", "Of the request.") with { IsRequired = true },
        Nullable("generation", "The configuration in force."),
    ];

    /// <summary>By the trace id of an answer, of an error page or of the log.</summary>
    public AdminOperation Explain => new(
        "GET", "/audit/traces/{trace_id}", AuditOperations.Area, "adminExplainRequest", "Explains a request")
    {
        Text =
            "Who asked for what from where; where it was refused the checks in their order, what the reason means and what to change; and "
                + "what the same client or user did in the five minutes before and after. Who may not read the whole audit trail sees what "
                + "is about a user of theirs.",
        Permission = Permissions.AuditRead,
        Answer =
        [
            Field.Text("trace_id", "32 hexadecimal digits.") with { IsRequired = true },
            Field.Text("at", "When it was decided.") with { IsRequired = true, Format = "date-time" },
            Field.Text("endpoint", "Without its leading slash.") with { IsRequired = true },
            Nullable("grant_type", "What a token request asked for."), Nullable("client_id", "Who asked."),
            Nullable("user_id", "For which user."), Nullable("user_name", "Their name."), Nullable("ip_address", "From where."),
            Nullable("generation", "The configuration in force."), Nullable("reason", "Why it was refused."),
            Nullable("reason_means", "The sentence of the catalogue."), Nullable("detail", "What the caller was not told."),
            Nullable("change", "What to change."),
            new("checks", FieldType.List, "In their order; null where it was not refused, or the order is not known.")
            {
                IsRequired = true,
                MayBeNull = true,
                Members =
                [
                    Field.Text("name", "What is checked.") with { IsRequired = true },
                    Field.Text("outcome", "`passed`, `refused`, `perhaps_refused`, `unknown` or `not_reached`.") with { IsRequired = true },
                ],
            },
            new("rows", FieldType.List, $"Of the request, the latest {Explanation.MostRows}.") { IsRequired = true, Members = s_row },
            new("around", FieldType.List, "Of the same client or user, shortly before and after.") { IsRequired = true, Members = s_row },
            new("more_around", FieldType.Flag, "True where there are more than these.") { IsRequired = true },
            new("more_rows", FieldType.Flag, "True where the trace has older rows than these.") { IsRequired = true },
        ],
        Handle = ExplainAsync,
    };

    private async Task<Outcome<AdminAnswer>> ExplainAsync(AdminRequest request)
    {
        var call = request.Call;
        if (TraceIds.Parse(request.Text("trace_id")) is not { } trace)
            return AdminProblems.NotFound();
        Guid? only = null;
        if (!call.Caller.Rights.HasEverywhere(Permissions.AuditRead))
        {
            only = await trail.FindUserOfTraceAsync(trace, call.Cancelled);
            if (await access.RefusalOfUserAsync(call, only ?? Guid.Empty) is { } refusal)
                return refusal;
        }

        return await Explanation.FindAsync(
            trail, trace, async (id, cancelled) => (await users.FindProfileAsync(id, cancelled))?.UserName, only, call.Cancelled)
            is { } found
                ? AdminAnswer.Of(Shown(found))
                : AdminProblems.NotFound();
    }

    private static object Shown(Explanation found) => new
    {
        found.TraceId,
        found.At,
        found.Endpoint,
        found.GrantType,
        found.ClientId,
        found.UserId,
        found.UserName,
        found.IpAddress,
        found.Generation,
        found.Reason,
        found.ReasonMeans,
        found.Detail,
        found.Change,
        Checks = found.Checks?.Select(check => new { check.Name, Outcome = WordOf(check.Outcome) }),
        found.Rows,
        found.Around,
        found.MoreAround,
        found.MoreRows,
    };

    private static string WordOf(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Passed => "passed",
        CheckOutcome.Refused => "refused",
        CheckOutcome.PerhapsRefused => "perhaps_refused",
        CheckOutcome.Unknown => "unknown",
        _ => "not_reached",
    };

    private static Field Nullable(string name, string text) => Field.Text(name, text) with { IsRequired = true, MayBeNull = true };
}
