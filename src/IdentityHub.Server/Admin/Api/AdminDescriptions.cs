using System.Text.RegularExpressions;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Limits;

namespace IdentityHub.Server.Admin.Api;

/// <summary>The documentation of an operation, made of its declaration.</summary>
internal static partial class AdminDescriptions
{
    private static readonly Field[] Problem =
    [
        Field.Text("type", "`urn:identityhub:problem:` and the reason.") with { IsRequired = true },
        Field.Text("title", "What the reason means.") with { IsRequired = true },
        new("status", FieldType.Number, "The HTTP status again.") { IsRequired = true },
        Field.Text("detail", "What to change.") with { IsRequired = true },
        Field.Text("reason", "Which check refused.") with { IsRequired = true },
        Field.Text("trace_id", "Under which the log and the audit trail know the call.") with { IsRequired = true },
        new("errors", FieldType.List, "Fields of the body that are wrong.")
        {
            IsRequired = true,
            Members =
            [
                Field.Text("pointer", "RFC 6901.") with { IsRequired = true, Example = "\"/email\"" },
                Field.Text("detail", "The end of a sentence that begins with \"it\".") with { IsRequired = true },
            ],
        },
        Field.Text("file", "Of an object that only its file may change."),
        new("line", FieldType.Number, "Of that file."),
    ];

    private static readonly Field Tag = Field.Text("ETag", "The state of the object; send it as `If-Match` with a change.");

    /// <summary>What the documentation says of an operation.</summary>
    public static EndpointDescription Of(AdminOperation operation) => new(
        operation.Method, operation.Id, operation.Area.Tag, operation.Summary)
    {
        Text = TextOf(operation),
        Access = DescribedAccess.Bearer,
        Audience = DescribedAudience.Administration,
        Limit = EndpointLimits.Administration,
        Path =
        [
            .. PathParameter().Matches(operation.Path)
                .Select(match => Field.Text(match.Groups[1].Value, "Names the object.") with { IsRequired = true }),
        ],
        Query = [.. operation.Query, .. operation.IsPaged ? PageFields : []],
        Headers = [.. HeadersOf(operation)],
        Body = operation.Body is { } body
            ? new DescribedBody(operation.IsPatch ? ["application/merge-patch+json", "application/json"] : ["application/json"], body)
            {
                IsClosed = true,
                IsPatch = operation.IsPatch,
                IsRequired = !operation.IsBodyOptional,
            }
            : null,
        Answers = [GoodCase(operation), .. StatusesOf(operation).Select(Refused)],
    };

    private static IReadOnlyList<Field> PageFields { get; } =
    [
        new("limit", FieldType.Number, $"1 to {PageRequest.MaxLimit}; left out: {PageRequest.DefaultLimit}."),
        Field.Text("cursor", "`next_cursor` of the page before; the filters must be the same."),
    ];

    private static string TextOf(AdminOperation operation) =>
        $"{operation.Text} Needs one of the scopes {string.Join(", ", operation.Scopes.Select(scope => $"`{scope}`"))}; "
            + (operation.Permission is { } permission
                ? $"a user must hold the permission `{permission}` in the organization of the object."
                : $"a user must have the role `{BuiltInRoles.Admin}`.");

    private static IEnumerable<Field> HeadersOf(AdminOperation operation)
    {
        if (operation.NeedsCondition)
            yield return Field.Text("If-Match", "The `ETag` of the object as it was read; `*` for whatever it is now.") with
            {
                IsRequired = true,
                Example = "\"\\\"ETAG\\\"\"",
            };
        if (operation.Method == "POST")
            yield return Field.Text("Idempotency-Key", "1 to 255 characters: the same key and request get the same answer for 24 hours.");
    }

    private static DescribedAnswer GoodCase(AdminOperation operation)
    {
        var fields = operation.IsPaged ? PageOf(operation.Answer) : operation.Answer;
        return new DescribedAnswer(operation.Success, operation.Success == StatusCodes.Status201Created ? "It was made." : "Done.")
        {
            Fields = fields,
            Headers = operation.IsPaged || fields.Count == 0 ? [] : [Tag],
        };
    }

    private static DescribedAnswer Refused(int status) => new(status, MeaningOf(status))
    {
        Fields = Problem,
        MediaType = AdminProblems.MediaType,
    };

    /// <summary>The members of an answer that is a list.</summary>
    public static IReadOnlyList<Field> PageOf(IReadOnlyList<Field> item) =>
    [
        new("items", FieldType.List, "The entries.") { IsRequired = true, Members = item },
        Field.Text("next_cursor", "Where the next page begins; null on the last one.") with { IsRequired = true, MayBeNull = true },
    ];

    private static IEnumerable<int> StatusesOf(AdminOperation operation)
    {
        yield return StatusCodes.Status400BadRequest;
        yield return StatusCodes.Status401Unauthorized;
        yield return StatusCodes.Status403Forbidden;
        if (operation.Path.Contains('{', StringComparison.Ordinal))
            yield return StatusCodes.Status404NotFound;
        if (operation.IsWrite)
            yield return StatusCodes.Status409Conflict;
        if (operation.NeedsCondition)
            yield return StatusCodes.Status412PreconditionFailed;
        if (operation.Body is not null)
        {
            yield return StatusCodes.Status413PayloadTooLarge;
            yield return StatusCodes.Status415UnsupportedMediaType;
        }

        if (operation.Method == "POST")
            yield return StatusCodes.Status422UnprocessableEntity;
        if (operation.NeedsCondition)
            yield return StatusCodes.Status428PreconditionRequired;
        yield return StatusCodes.Status429TooManyRequests;
    }

    private static string MeaningOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "The query, a header or the body is wrong.",
        StatusCodes.Status401Unauthorized => "The access token is missing or refused.",
        StatusCodes.Status403Forbidden => "The token lacks the scope, or its user the right.",
        StatusCodes.Status404NotFound => "There is no such object, or it is out of reach.",
        StatusCodes.Status409Conflict => "The state of the installation does not allow it, or a file owns the object.",
        StatusCodes.Status412PreconditionFailed => "The object has changed since its `ETag` was read.",
        StatusCodes.Status413PayloadTooLarge => "The body is longer than 64 KiB.",
        StatusCodes.Status415UnsupportedMediaType => "The body is no JSON.",
        StatusCodes.Status422UnprocessableEntity => "The `Idempotency-Key` was used for another request.",
        StatusCodes.Status428PreconditionRequired => "`If-Match` is missing.",
        StatusCodes.Status429TooManyRequests => "Too many calls; `Retry-After`.",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    [GeneratedRegex(@"\{(\w+)")]
    private static partial Regex PathParameter();
}
