using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary>The error table of the contract, for the documentation.</summary>
internal static class DescribedErrors
{
    private static readonly Field[] Entry =
    [
        Field.Text("id", "The id of the call in the log and the audit trail.") with
        {
            IsRequired = true,
            Format = "uuid",
            Example = "\"019ab3c1-7d5e-4c8f-9a51-3f3a9f1f0c11\"",
        },
        Field.Text("title", "What kind of error it is.") with { IsRequired = true },
        Field.Text("code", "Stable: what a program decides by.") with { IsRequired = true },
        Field.Text("detail", "What is wrong this time."),
        Field.Text("source", "Which field: `object.name.first_name`."),
        new Field("status", FieldType.Number, "The HTTP status again."),
    ];

    private static readonly Field[] List =
    [
        new Field("errors", FieldType.List, "Everything that is wrong, in one answer.") { IsRequired = true, Members = Entry }
    ];

    /// <summary>Those of the statuses.</summary>
    public static IEnumerable<DescribedAnswer> Of(params IEnumerable<int> statuses) => statuses.Select(Of);

    private static DescribedAnswer Of(int status) => status switch
    {
        400 => New(
            status, "A field has the wrong type, or its value is missing, malformed or refused; or the body is no JSON.",
            ("value",
                Example(
                    status, "Field is invalid", ErrorCodes.FieldValue, "Invalid field 'email': it is not an e-mail address", "object.email")
            ),
            ("type",
                Example(
                    status, "Field has the wrong type", ErrorCodes.FieldType, "Invalid field 'password': it must be a string",
                    "object.password"))),
        401 => New(
            status, "Wrong user name or password; or the token is missing, expired, revoked or foreign.",
            ("login", Example(status, "Login failed", ErrorCodes.LoginFailed, "The user name or password is wrong.")),
            ("token", Example(status, "Token is invalid", ErrorCodes.AuthInvalid, "The access token is invalid, expired or revoked."))),
        403 => New(
            status, "The caller lacks the role `service`, or the token belongs to another client account.",
            ("role", Example(status, "Forbidden", ErrorCodes.Forbidden, "User does not have the correct role."))),
        404 => New(
            status, "There is no such client account.",
            ("account", Example(status, "Not found", ErrorCodes.NotFound, "There is no such client account."))),
        409 => New(
            status, "The id or the e-mail address is in use.",
            ("id", Example(status, "Already in use", ErrorCodes.ConflictId, "This user_id is in use already.", "object.user_id")),
            ("email",
                Example(status, "Already in use", ErrorCodes.ConflictEmail, "This e-mail address is in use already.", "object.email"))),
        429 => New(
            status,
            "Over the limit.",
            ("limit",
                Example(status, "Too many calls", ErrorCodes.RateLimit, "Too many calls. Wait before you call again."))),
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    private static DescribedAnswer New(int status, string text, params IReadOnlyList<(string Name, string Json)> examples) =>
        new(status, text) { Fields = List, Examples = examples };

    private static string Example(int status, string title, string code, string detail, string? source = null) =>
        $$"""{"errors":[{"id":"019ab3c1-7d5e-4c8f-9a51-3f3a9f1f0c11","title":"{{title}}","code":"{{code}}","detail":"{{detail}}",{{(source is null ? "" : $"\"source\":\"{source}\",")}}"status":{{status}}}]}""";
}
