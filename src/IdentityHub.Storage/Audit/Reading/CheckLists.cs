using IdentityHub.Protocol;
using static IdentityHub.Protocol.Vocabulary.Reasons;

namespace IdentityHub.Storage.Audit.Reading;

/// <summary>
/// The checks of an endpoint in the order in which the server makes them. The first one that fails refuses the request, so its reason says
/// which ones passed. <c>CheckOrderTests</c> sends requests with two faults each, and so proves the order of the most important ones.
/// </summary>
public static class CheckLists
{
    private static readonly RequestCheck Form = new(
        "The form can be read",
        Method,
        MediaType,
        ContentEncoding,
        BodyTooLong,
        ParameterTooLong,
        FormMalformed,
        ControlCharacter,
        ParameterRepeated,
        TooManyParameters,
        HttpMalformed);

    private static readonly RequestCheck[] ClientAuthentication =
    [
        new(
            "The client says in one way who it is", ClientPresentedTwice, HashMissing, SecretMissing, AuthorizationScheme,
            AuthorizationMalformed, AssertionType),
        new(
            "The client is known and enabled, and proves who it is",
            ClientMissing,
            ClientSecretMissing,
            ClientUnknown,
            ClientAuthenticationMissing,
            ClientAuthenticationMethod,
            ClientSecretExpired,
            ClientSecretWrong,
            ClientDisabled,
            AttemptsExhausted,
            AddressBlocked,
            AttemptsUnderWay,
            AssertionMalformed,
            AssertionAlgorithm,
            AssertionSignature,
            AssertionIssuer,
            AssertionAudience,
            AssertionExpired, AssertionNotYetValid, AssertionLifetime, AssertionJti, AssertionReplayed,
            AssertionBeforeRestore),
    ];

    private static readonly RequestCheck[] Token =
    [
        Form,
        .. ClientAuthentication,
        new("A grant type is named", GrantTypeMissing),
        new("The server supports the grant type", UnsupportedGrantType),
        new("The client may use the grant type", UnauthorizedClient),
        new("The address of the end user can be read", EndUserAddressMalformed),
        new("The resource is an API of this server", InvalidTarget),
    ];

    private static readonly RequestCheck[] Code =
    [
        new("The code is sent", CodeMissing),
        new("The code is well-formed", CodeMalformed),
        new("The code exists", CodeUnknown),
        new("The code belongs to the client", CodeForeign),
        new("redirect_uri is the one of the authorization request", RedirectUriMismatch),
        new("code_verifier fits code_challenge", CodeVerifierUnexpected, CodeVerifierMissing, CodeVerifierWrong),
        new("The code was not used before", CodeUsed),
        new(
            "The code, its session and its user are alive", CodeExpired, SessionEnded, SessionExpired, UserDisabled, UserBlocked,
            UserNotYetValid, OrganizationDisabled, IdentityChanged),
        new("A scope belongs to the resource", InvalidTarget),
    ];

    private static readonly RequestCheck[] Refresh =
    [
        new("The refresh token is sent", RefreshTokenMissing),
        new("The refresh token is well-formed", RefreshTokenMalformed),
        new("The scope can be read", InvalidScope),
        new("The refresh token exists", RefreshTokenUnknown),
        new("The refresh token belongs to the client", RefreshTokenForeign),
        new(
            "The refresh token, its session and its user are alive",
            RefreshFamilyRevoked,
            RefreshFamilyExpired,
            RefreshTokenExpired,
            SessionEnded,
            SessionExpired,
            UserDisabled,
            UserBlocked,
            UserNotYetValid,
            OrganizationDisabled,
            IdentityChanged),
        new("The scope is one that was granted", InvalidScope),
        new("A scope belongs to the resource", InvalidTarget),
        new("The user may act in the organization", OrganizationOutOfReach),
        new("The refresh token was not used before", RefreshTokenReused),
    ];

    private static readonly RequestCheck[] Password =
    [
        new("The user name is sent", UsernameMissing),
        new("The password is sent", PasswordMissing),
        new("The scope is one of the client's", InvalidScope, InvalidTarget),
        new("The password is not too long", PasswordTooLong),
        new("Neither user nor address has failed too often", AttemptsExhausted, AccountAttemptsExhausted, AddressBlocked, AttemptsUnderWay),
        new("The user exists", UserUnknown),
        new("The password is that of the user", PasswordWrong, UserWithoutPassword),
        new("The user is admitted", UserDisabled, UserBlocked, UserNotYetValid, OrganizationDisabled),
        new(
            "The second factor, where it is sent, is that of the user", SecondFactorMalformed, SecondFactorUnknown, SecondFactorWrong,
            SecondFactorUsed),
        new("The login needs no second factor", MfaRequired),
    ];

    private static readonly RequestCheck[] Authorize =
    [
        new(
            "The parameters can be read", Method, MediaType, ParameterTooLong, FormMalformed, ControlCharacter, ParameterRepeated,
            TooManyParameters, HttpMalformed),
        new("The client is named", ClientIdMissing),
        new("The client is known", ClientUnknown),
        new("The client is enabled", ClientDisabled),
        new("The request is pushed, or need not be", PushedRequestRequired, RequestAndRequestUri),
        new(
            "The pushed request or the request object can be read",
            RequestUriExpired,
            RequestUriForeign,
            RequestUriMalformed,
            RequestUriUnknown,
            RequestUriUsed,
            RequestObjectAlgorithm,
            RequestObjectAudience,
            RequestObjectClient,
            RequestObjectExpired,
            RequestObjectIssuer,
            RequestObjectMalformed,
            RequestObjectNested,
            RequestObjectNotYetValid,
            RequestObjectSignature,
            RequestObjectSubject, RequestObjectType),
        new("The redirect address is registered", RedirectUriMissing, RedirectUriMismatch),
        new("state is not too long", StateTooLong),
        new("nonce is not too long", NonceTooLong),
        new("The client may use the authorization code grant", UnauthorizedClient),
        new("response_type is supported", ResponseTypeMissing, UnsupportedResponseType),
        new("response_mode is known", ResponseMode),
        new("registration is not sent", Registration),
        new("max_age is a number", MaxAge),
        new("The PKCE challenge is there and right", CodeChallengeMissing, CodeChallengeMethod, CodeChallenge),
        new("The scope is one of the client's", InvalidScope),
        new("The resource is known", InvalidTarget),
        new("prompt can be read", Prompt),
        new("claims can be read", ClaimsMalformed),
        new("id_token_hint is an id_token of this server", IdTokenHint),
        new("The user is logged in, or may be asked to", LoginRequired, AccessDenied),
        new("The user has agreed, or may be asked to", ConsentRequired),
    ];

    /// <summary>The checks of an endpoint and a grant; null where their order is not recorded here.</summary>
    /// <param name="endpoint">As the audit row has it.</param>
    /// <param name="grantType">As the audit row has it; null for none.</param>
    public static IReadOnlyList<RequestCheck>? Of(string endpoint, string? grantType) => (endpoint, grantType) switch
    {
        ("connect/token", GrantTypes.AuthorizationCode) => [.. Token, .. Code],
        ("connect/token", GrantTypes.RefreshToken) => [.. Token, .. Refresh],
        ("connect/token", GrantTypes.ClientCredentials) =>
        [
            .. Token,
            new("The scope and the resource are the client's", InvalidScope, InvalidTarget)
        ],
        ("connect/token", GrantTypes.Password) => [.. Token, .. Password],
        ("connect/token", _) => Token,
        ("connect/introspect" or "connect/revoke", _) =>
        [
            Form,
            .. ClientAuthentication,
            new("The token is sent", TokenMissing),
            new("The token belongs to the client", TokenForeign)
        ],
        ("connect/authorize", _) => Authorize,
        _ => null,
    };

    /// <summary>
    /// What became of each check of a refused request; null where the order of the checks is not known, or the reason is of none of them.
    /// </summary>
    public static IReadOnlyList<CheckResult>? Judge(string endpoint, string? grantType, string reason)
    {
        if (Of(endpoint, grantType) is not { } checks)
            return null;
        var refusing = checks
            .Select((check, index) => (check, index))
            .Where(each => each.check.Reasons.Contains(reason))
            .Select(each => each.index)
            .ToList();
        if (refusing.Count == 0)
            return null;
        return
        [
            .. checks.Select((check, index) => new CheckResult(
                check.Name,
                index < refusing[0] ? CheckOutcome.Passed
                : index > refusing[^1] ? CheckOutcome.NotReached
                : refusing.Count == 1 ? CheckOutcome.Refused
                : refusing.Contains(index) ? CheckOutcome.PerhapsRefused
                : CheckOutcome.Unknown)),
        ];
    }
}
