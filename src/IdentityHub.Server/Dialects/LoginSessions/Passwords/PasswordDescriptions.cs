using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Limits;

namespace IdentityHub.Server.Dialects.LoginSessions.Passwords;

/// <summary>What the documentation says of <c>/password</c>.</summary>
internal static class PasswordDescriptions
{
    private static readonly Field UserId = Field.Text("userId", "Id of the user.") with { IsRequired = true, Format = "uuid" };

    private static readonly Field[] New =
    [
        Field.Text("newPassword", "The new password.") with { Format = "password", Example = "\"Alice-Pass-5678\"" },
        Field.Text("newPasswordHash", "Its hash in hexadecimal, in its place."),
    ];

    public static EndpointDescription RequestReset { get; } =
        new("POST", "requestPasswordReset", DescribedCodes.Tag, "Ask for a reset mail")
        {
            Text = "The answer is always the same. A mail goes out only if what was given is the user's.",
            Dialect = DialectNames.Lsid,
            Path = [UserId],
            Body = DescribedBody.Json([
                Field.Text("email", "The user's e-mail address.") with
                {
                    IsRequired = true,
                    Example = "\"alice@example.com\"",
                },
                Field.Text("phone", "The user's phone number, if it is to be compared too."),
                Field.Text("mobile", "The same."),
                Field.Text(
                    "template",
                    "Name of a template: `welcome` is `templates/password-reset-welcome.en.txt` of the configuration. Left out, or one "
                        + "that there is not: the ordinary one."),
                Field.Text(
                    "resetPageUrl",
                    "Where the link points; begins with an address of the installation's list. Left out: the first of that list."),
            ]),
            Limit = EndpointLimits.ResetMail,
            Answers = [new(200, "Taken."), .. DescribedCodes.Of(400, 429)],
        };

    public static EndpointDescription Reset { get; } =
        new("PUT", "resetPassword", DescribedCodes.Tag, "Set a password with the token of a reset mail")
        {
            Text = "The token is valid once, for an hour. All sessions of the user end.",
            Dialect = DialectNames.Lsid,
            Body = DescribedBody.Json([
                Field.Text("token", "Of the link.") with
                {
                    IsRequired = true,
                },
                Field.Text("username", "User name, e-mail address or phone number.") with
                {
                    IsRequired = true,
                    Example = "\"alice\"",
                },
                .. New,
            ]),
            Limit = EndpointLimits.Reset,
            Answers = [new(200, "Set."), .. DescribedCodes.Of(400, 429)],
        };

    public static EndpointDescription Change { get; } = new("PUT", "changePassword", DescribedCodes.Tag, "Change a password")
    {
        Text =
            "The caller's own password, with the old one; or, with the permission `user.password`, another user's, with the caller's own. "
                + "All other sessions of the user end.",
        Dialect = DialectNames.Lsid,
        Access = DescribedAccess.Session,
        Path = [UserId],
        Body = DescribedBody.Json(
        [
            Field.Text("oldPassword", "The user's own.") with { Format = "password", Example = "\"Alice-Pass-1234\"" },
            Field.Text("oldPasswordHash", "Its hash, in its place."),
            Field.Text("adminPassword", "The administrator's.") with { Format = "password" },
            Field.Text("adminPasswordHash", "Its hash, in its place."),
            .. New,
        ]),
        Limit = EndpointLimits.Ordinary,
        Answers = [new(200, "Set."), .. DescribedCodes.Of(400, 401, 404, 429)],
    };
}
