using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Limits;

namespace IdentityHub.Server.Dialects.OpenEndpoints;

/// <summary>What the documentation says of the open endpoints.</summary>
internal static class OpenDescriptions
{
    private const string Tag = "Open endpoints";

    private const string OneTime = "A token with a `jti` is accepted once, and must end within 24 hours.";

    private static readonly Field TenantInPath = Field.Text(TenantCaller.Alias, "The tenant.") with
    {
        IsRequired = true,
        Example = "\"test_abc\"",
    };

    private static readonly Field TokenHeader = Field.Text(
        TenantCaller.TokenHeader,
        "A JWT that the tenant has signed with its API key (HS256), unless it stands in `Authorization: Bearer`.");

    private static readonly Field[] Error =
    [
        new Field("statusCode", FieldType.Number, "The HTTP status again.") { IsRequired = true, Example = "404" },
        Field.Text("apiErrorCode", "Stable: what a program decides by.") with
        {
            IsRequired = true,
            Example = "\"REFERRAL_CODE_NOT_FOUND\"",
        },
        Field.Text("message", "A sentence for developers.") with { IsRequired = true, Example = "\"There is no such referral code.\"" },
        Field.Text("rsCode", "Under which the log and the audit trail know the call.") with
        {
            IsRequired = true,
            Example = "\"019ab3c17d5e4c8f9a513f3a9f1f0c11\"",
        },
    ];

    public static EndpointDescription LookUpUser { get; } = New("GET", "lookUpTenantUser", "Look a user up") with
    {
        Text = "With the API key (HTTP Basic, empty user name), or with a token of this user. " + OneTime,
        Access = DescribedAccess.Tenant,
        Path = [TenantInPath, .. TenantUserFields.InPath],
        Headers = [TokenHeader],
        Limit = EndpointLimits.Tenant,
        Answers = [new(200, "The user.") { Fields = TenantUserFields.Whole }, .. Errors(400, 401, 403, 404, 429)],
    };

    public static EndpointDescription CreateUser { get; } = New("POST", "createTenantUser", "Make a user") with
    {
        Text =
            "With the API key, or with a write token of this user: one that carries `email` and `firstName`. What the token says need not "
                + "stand in the body; where both say something, they must agree. "
            + OneTime,
        Access = DescribedAccess.Tenant,
        Path = [TenantInPath, .. TenantUserFields.InPath],
        Headers = [TokenHeader],
        Body = DescribedBody.ClosedJson(TenantUserFields.Written),
        Limit = EndpointLimits.Tenant,
        Answers = [new(201, "The user.") { Fields = TenantUserFields.Whole }, .. Errors(400, 401, 403, 409, 429)],
    };

    public static EndpointDescription UpsertUser { get; } = New("PUT", "upsertTenantUser", "Make or change a user") with
    {
        Text = "As `POST`. Of a user who is there, what is absent stays as it is, and `null` clears what may be missing.",
        Access = DescribedAccess.Tenant,
        Path = [TenantInPath, .. TenantUserFields.InPath],
        Headers = [TokenHeader],
        Body = DescribedBody.ClosedJson(TenantUserFields.Written) with { IsPatch = true },
        Limit = EndpointLimits.Tenant,
        Answers =
        [
            new(200, "Changed.") { Fields = TenantUserFields.Whole },
            new(201, "Made.") { Fields = TenantUserFields.Whole },
            .. Errors(400, 401, 403, 409, 429)
        ],
    };

    public static EndpointDescription LookUpUserByCode { get; } =
        New("GET", "lookUpUserByReferralCode", "Look a user up by referral code") with
        {
            Text = "For everybody; no personal data.",
            Path = [TenantInPath],
            Query = [TenantUserFields.CodeInPath],
            Limit = EndpointLimits.TenantPublic,
            Answers = [new(200, "What everybody may know of the user.") { Fields = TenantUserFields.Public }, .. Errors(400, 404, 429)],
        };

    public static EndpointDescription LookUpCode { get; } = New("GET", "lookUpReferralCode", "Look a referral code up") with
    {
        Text = "For everybody; no personal data.",
        Path = [TenantInPath, TenantUserFields.CodeInPath],
        Limit = EndpointLimits.TenantPublic,
        Answers =
        [
            new(200, "The code.")
            {
                Fields =
                [
                    Field.Text("code", "Upper case.") with { IsRequired = true, Example = "\"BOBTESTERSON\"" },
                    new Field("dateCreated", FieldType.Number, "Milliseconds since 1970.") { IsRequired = true, Example = "1764061200000" },
                    Field.Text("referrerName", "First name and initial of its owner.") with { IsRequired = true, Example = "\"Bob T.\"" },
                ],
            },
            .. Errors(404, 429),
        ],
    };

    public static EndpointDescription ApplyCode { get; } = New("POST", "applyReferralCode", "Apply a referral code") with
    {
        Text =
            "From then on the user was referred by the owner of the code. Only the first code counts: the same code again is `200` and "
                + "changes nothing, another is `409`. The user's own code is `400`, and so is the code of a user whom this user has "
                + "referred, directly or through others. "
            + OneTime,
        Access = DescribedAccess.Tenant,
        Path = [TenantInPath, TenantUserFields.CodeInPath, .. TenantUserFields.InPath],
        Headers = [TokenHeader],
        Limit = EndpointLimits.Tenant,
        Answers = [new(200, "The referral.") { Fields = ReferralFields.Members }, .. Errors(400, 401, 403, 404, 409, 429)],
    };

    public static EndpointDescription ListReferrals { get; } = New("GET", "listReferrals", "List referrals") with
    {
        Text = "The newest first. With a token, those by its own user. " + OneTime,
        Access = DescribedAccess.Tenant,
        Path = [TenantInPath],
        Query =
        [
            Field.Text("referringAccountId", "Only by users of this account."),
            Field.Text("referringUserId", "Only by users of this id."),
            new Field("limit", FieldType.Number, $"1 to {ReferralListEndpoint.MaxLimit}; left out: {ReferralListEndpoint.DefaultLimit}."),
            new Field("offset", FieldType.Number, "How many are passed over."),
        ],
        Headers = [TokenHeader],
        Limit = EndpointLimits.Tenant,
        Answers =
        [
            new(200, "A page.")
            {
                Fields =
                [
                    new Field("count", FieldType.Number, "On this page.") { IsRequired = true, Example = "0" },
                    new Field("totalCount", FieldType.Number, "On all pages.") { IsRequired = true, Example = "0" },
                    new Field("referrals", FieldType.List, "The newest first.")
                    {
                        IsRequired = true,
                        Members = ReferralFields.Members,
                        Example = "[]",
                    },
                ],
            },
            .. Errors(400, 401, 403, 429),
        ],
    };

    private static EndpointDescription New(string method, string id, string summary) =>
        new(method, id, Tag, summary) { Dialect = DialectNames.OpenEndpoints };

    private static IEnumerable<DescribedAnswer> Errors(params IEnumerable<int> statuses) =>
        statuses.Select(status => new DescribedAnswer(status, TextOf(status)) { Fields = Error });

    private static string TextOf(int status) => status switch
    {
        400 => "A value is missing, malformed, or contradicts the token or the path.",
        401 => "No API key and no token, or not one that counts.",
        403 => "The token speaks for another user, or may read only.",
        404 => "There is no such user or referral code.",
        409 => "The user, the referral code or the referral is there already.",
        429 => "Over the limit; `Retry-After`. Calls with the API key are not limited.",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };
}
