using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Limits;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>What the documentation says of <c>/authenticate</c> and <c>/session</c>.</summary>
internal static class LsidDescriptions
{
    private static readonly Field SessionId = Field.Text("sessionId", "The LSID, or the session's public id (`sid` in tokens).") with
    {
        IsRequired = true,
    };
    private static readonly Field UserName = Field.Text("username", "User name, e-mail address or phone number.") with
    {
        IsRequired = true,
        Example = "\"alice\"",
    };

    private static readonly Field[] Session =
    [
        Field.Text("sessionId", "As the caller named it; of a new session its LSID.") with { IsRequired = true },
        Field.Text("userId", "Who has logged in; never changes.") with { IsRequired = true, Format = "uuid" },
        Field.Text("username", "User name of who has logged in.") with { IsRequired = true, Example = "\"alice\"" },
        Field.Text("orgId", "Home organization of who has logged in.") with { IsRequired = true, MayBeNull = true, Example = "\"acme\"" },
        Field.Text("effectiveUserId", "The user that the session acts as.") with { IsRequired = true, Format = "uuid" },
        Field.Text("effectiveOrgId", "Where it acts.") with { IsRequired = true, MayBeNull = true, Example = "\"acme\"" },
        new Field("assumedIdentity", FieldType.Flag, "True while it acts as another user than the one who has logged in.")
        {
            IsRequired = true,
            Example = "false",
        },
        Field.Text("createdAt", "UTC.") with { IsRequired = true, Format = "date-time" },
        Field.Text("lastSeenAt", "UTC, right to the minute.") with { IsRequired = true, Format = "date-time" },
        Field.Text("expiresAt", "When it ends if it is not seen any more. UTC.") with { IsRequired = true, Format = "date-time" },
        Field.Text("ipAddress", "From where it was started.") with { IsRequired = true, MayBeNull = true },
        Field.Text("userAgent", "With what it was started.") with { IsRequired = true, MayBeNull = true },
        Field.Text("clonedFrom", "Public id of the session that it was cloned from.") with
        {
            IsRequired = true,
            MayBeNull = true,
            Format = "uuid",
        },
    ];

    // As contracts/lsid-sessions.md shows it.
    private const string SessionExample =
        """
        {"sessionId": "ihs_apwYzUhl6uh8Fgp-qAFocWOME6EG4_InBkcbQAL3IrkwQUATb", "userId": "11111111-1111-4111-8111-111111111111", "username": "alice", "orgId": "acme",
         "effectiveUserId": "11111111-1111-4111-8111-111111111111", "effectiveOrgId": "acme", "assumedIdentity": false,
         "createdAt": "2026-01-26T14:54:46Z", "lastSeenAt": "2026-01-26T14:54:46Z", "expiresAt": "2026-01-26T15:24:46Z",
         "ipAddress": "192.0.2.7", "userAgent": "example/1.0", "clonedFrom": null}
        """;

    private static readonly Field[] BlockFields =
    [
        Field.Text("username", "User name.") with { IsRequired = true, Example = "\"alice\"" },
        new Field(
            "blocked", FieldType.Flag, "By an administrator, or by too many failures: from everywhere, or from an address that has failed.")
        {
            IsRequired = true,
            Example = "false",
        },
        new Field("failedAttempts", FieldType.Number, "Wrong passwords and one-time passwords of the last hour.")
        {
            IsRequired = true,
            Example = "0",
        },
        Field.Text("blockedUntil", "The latest end. Null while not blocked, and for a block without an end. UTC.") with
        {
            IsRequired = true,
            MayBeNull = true,
            Format = "date-time",
        },
    ];

    public static EndpointDescription Login { get; } = New("POST", "loginLsid", "Log in") with
    {
        Text = "With a password, or with its hash (of the kind that the installation has) in its place.",
        Access = DescribedAccess.Anybody,
        Limit = EndpointLimits.Login,
        Path = [UserName],
        Body = new(
            ["application/json", "application/x-www-form-urlencoded"],
            [
                Field.Text("password", "The password.") with
                {
                    Format = "password",
                    Example = "\"Alice-Pass-1234\"",
                },
                Field.Text("passwordHash", "Its hash in hexadecimal.")
            ]),
        Answers = [Shown(200, "The session; `sessionId` is the LSID."), .. DescribedCodes.Of(400, 401, 423, 429)],
    };

    public static EndpointDescription ShowBlock { get; } =
        New("GET", "getBlock", "Show whether a user is blocked") with
        {
            Path = [UserName],
            Answers = BlockAnswers("The block."),
        };

    public static EndpointDescription Block { get; } = New("PUT", "blockUser", "Block a user") with
    {
        Limit = EndpointLimits.Ending,
        Text = "On every path, and for everything that was issued to them. Needs the permission `user.block`.",
        Path = [UserName],
        Body = DescribedBody.Json([Field.Text("until", "Left out: until the user is unblocked.") with { Format = "date-time" }]) with
        {
            IsRequired = false,
        },
        Answers = [.. BlockAnswers("Blocked."), .. DescribedCodes.Of(400)],
    };

    public static EndpointDescription Unblock { get; } = New("DELETE", "unblockUser", "Unblock a user") with
    {
        Text = "Also forgets wrong passwords and one-time passwords, at every address, and how many codes were sent.",
        Path = [UserName],
        Answers = BlockAnswers("Unblocked."),
    };

    public static EndpointDescription Show { get; } = New("GET", "getSession", "Show a session") with
    {
        Text = "The caller's own session, or one that the permission `session.read` covers.",
        Path = [SessionId],
        Answers = [Shown(200, "The session."), .. DescribedCodes.Of(404, 429)],
    };

    public static EndpointDescription End { get; } = New("DELETE", "endSession", "End a session") with
    {
        Limit = EndpointLimits.Ending,
        Text =
            "With the body `true`, all sessions of its user. The caller's own session, or one that the permission "
                + "`session.terminate` covers.",
        Path = [SessionId],
        Answers = [new(200, "Ended."), .. DescribedCodes.Of(400, 404, 429)],
    };

    public static EndpointDescription Reset { get; } = New("DELETE", "resetIdentity", "Stop acting as another user") with
    {
        Path = [SessionId],
        Answers = [Shown(200, "The session."), .. DescribedCodes.Of(404, 429)],
    };

    public static EndpointDescription Clone { get; } = New("POST", "cloneSession", "Clone a session") with
    {
        Limit = EndpointLimits.Clone,
        Text = "The same user, effective user and organization; an LSID and an end of its own.",
        Path = [SessionId],
        Answers = [Shown(201, "The new session; `sessionId` is its LSID."), .. DescribedCodes.Of(404, 429)],
    };

    public static EndpointDescription EndAll { get; } = New("DELETE", "logOutUser", "Log a user out everywhere") with
    {
        Limit = EndpointLimits.Ending,
        Path = [Field.Text("userId", "Id of the user.") with { IsRequired = true, Format = "uuid" }],
        Answers = [new(200, "All sessions of the user have ended."), .. DescribedCodes.Of(401, 403, 404, 429)],
    };

    public static EndpointDescription ActAs(string method) =>
        New(method, method == "PUT" ? "setEffectiveUser" : "postEffectiveUser", "Act as another user") with
        {
            Text =
                "Needs the permission `session.assume` in an organization of that user, or above one; no user can act as one with more "
                    + "rights than their own. The body may be a JSON string.",
            Path = [SessionId],
            Body = DescribedBody.Json([Field.Text("userId", "The user to act as.") with { IsRequired = true, Format = "uuid" }]),
            Answers = [Shown(200, "The session."), .. DescribedCodes.Of(400, 404, 429)],
        };

    public static EndpointDescription ActIn(string method) =>
        New(method, method == "PUT" ? "setEffectiveOrg" : "postEffectiveOrg", "Act in another organization") with
        {
            Text = "One of the effective user's own, or one below. The body may be a JSON string.",
            Path = [SessionId],
            Body = DescribedBody.Json([Field.Text("orgId", "Where to act.") with { IsRequired = true, Example = "\"acme\"" }]),
            Answers = [Shown(200, "The session."), .. DescribedCodes.Of(400, 404, 429)],
        };

    private static EndpointDescription New(string method, string id, string summary) =>
        new(method, id, DescribedCodes.Tag, summary)
        {
            Dialect = DialectNames.Lsid,
            Access = DescribedAccess.Session,
            Limit = EndpointLimits.Ordinary,
        };

    private static DescribedAnswer Shown(int status, string text) =>
        new(status, text) { Fields = Session, Examples = [("session", SessionExample)] };

    private static DescribedAnswer[] BlockAnswers(string text) =>
        [new(200, text) { Fields = BlockFields }, .. DescribedCodes.Of(401, 403, 404, 429)];
}
