using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>The errors of login sessions, for the documentation.</summary>
internal static class DescribedCodes
{
    /// <summary>The heading of all these endpoints.</summary>
    public const string Tag = "Login sessions";

    private static readonly Field[] Error =
    [
        new Field("code", FieldType.Number, "The HTTP status again.") { IsRequired = true },
        Field.Text("message", "A sentence for developers.") with { IsRequired = true },
    ];

    public static IEnumerable<DescribedAnswer> Of(params IEnumerable<int> statuses) =>
        statuses.Select(status => new DescribedAnswer(status, TextOf(status))
        {
            Fields = Error,
            Examples = [("error", $$"""{"code": {{status}}, "message": "{{ExampleOf(status)}}"}""")],
        });

    private static string TextOf(int status) => status switch
    {
        400 => "The path or the body is malformed.",
        401 => "The password, the login session or the API key is wrong.",
        403 => "The caller has no such permission anywhere.",
        404 => "It does not exist, or is out of the caller's reach.",
        423 => "The user is blocked.",
        429 => "Too many calls or attempts; `Retry-After`.",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    private static string ExampleOf(int status) => status switch
    {
        400 => "The path has several matrix parameters 'lsid'.",
        401 => "The user name or password is wrong.",
        403 => "You may not see or set blocks.",
        404 => "There is no such session.",
        423 => "The user is blocked.",
        429 => "Too many attempts. Wait before you try again.",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };
}
