using System.Collections.Frozen;
using static IdentityHub.Protocol.Vocabulary.Reasons;

namespace IdentityHub.Protocol.Vocabulary;

/// <summary>What to change so that a request that was refused is accepted: a sentence for every reason of the catalogue.</summary>
public static class Remedies
{
    private const string AskAgain = "Begin the flow again: the value is good once and for a short time.";
    private const string SendOne = "Send it once, in one place.";
    private const string FixForm = "Correct the request as the error says; /docs describes the endpoint.";
    private const string LogInAgain = "Let the user log in again.";
    private const string WaitOrLift = "Wait, or lift the limit: hub limits list, hub limits lift.";
    private const string FixAssertion =
        "Let the client make a new assertion for each request: iss and sub its client_id, aud the issuer, exp within minutes, a "
            + "jti of its own.";
    private const string FixCustomerToken =
        "Let the tenant sign a new token with a live key of its configuration (HS256): its user, this server as aud, exp within minutes, a "
            + "jti of its own.";
    private const string FixRequestObject =
        "Let the client sign a new request object with a key of its jwks: iss and client_id the client, aud the issuer, exp "
            + "within minutes.";
    private const string CheckMailServer =
        "Check IdentityHub:Email:Smtp and the mail server; hub doctor tries the connection and the credentials.";
    private const string CheckAddress =
        "Check the address that is configured, the name server, the firewall and the certificate of the other side.";

    private static readonly (string Remedy, string[] Reasons)[] Groups =
    [
        ("Send a live API key; hub api-keys list shows them.", [ApiKeyUnknown]),
        (FixAssertion,
            [
                AssertionAudience, AssertionExpired, AssertionIssuer, AssertionJti, AssertionLifetime, AssertionMalformed,
                AssertionNotYetValid, AssertionReplayed
            ]),
        ("Let the client make a new assertion, with iat or nbf: without them, assertions are refused until their longest lifetime has "
            + "passed since the restore.", [AssertionBeforeRestore]),
        ("Sign with one of the algorithms of token_endpoint_auth_signing_alg_values_supported.", [AssertionAlgorithm]),
        ("Register the public key that the client signs with (jwks of the client), or sign with a registered one.", [AssertionSignature]),
        ("Send client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer.", [AssertionType]),
        ("Send 'Basic' with base64 of client_id:client_secret, each form-encoded, or 'Bearer' with a token.",
            [AuthorizationMalformed, AuthorizationScheme]),
        ("Let the client use its token_endpoint_auth_method, or change that in its configuration.", [ClientAuthenticationMethod]),
        ("Send the secret or the assertion of the client, or set its token_endpoint_auth_method to none.", [ClientAuthenticationMissing]),
        ("Set enabled: true in the configuration of the client, and apply it.", [ClientDisabled]),
        ("Send client_id, or the client in the Authorization header.", [ClientIdMissing, ClientMissing]),
        ("Let the client authenticate in one way only.", [ClientPresentedTwice]),
        ("Give the client a new secret, or change not_before and expires_at of this one.", [ClientSecretExpired]),
        ("Send client_id and client_secret.", [ClientSecretMissing]),
        ("Give the client its right secret, or add another one to its configuration.", [ClientSecretWrong]),
        ("Check the client_id, and that the configuration with this client was applied: hub config apply.", [ClientUnknown]),
        ("Send a credential that the endpoint takes; /docs names them.", [CredentialMissing]),
        ("Send one credential only.", [CredentialPresentedTwice, CredentialsPresentedTwice]),
        ("Send the hash and the secret that the partner was given.", [HashMissing, SecretMissing]),
        ("Let the user log in at the pages, which can ask for the second factor, or send the code of their authenticator app as otp.",
            [MfaRequired]),
        ("Let the user log in again, in one browser and within ten minutes.", [SecondFactorLapsed]),
        ("Let the user set the second factor up in a session of their own.", [SecondFactorSession]),
        ("Let the user wait for the next code of the app; each works once.", [SecondFactorUsed]),
        ("Let the user check the clock of the device with the app; hub users factors shows what they have.",
            [SecondFactorMalformed, SecondFactorUnknown, SecondFactorWrong]),
        ("Check the alias, and that the tenant is enabled in the configuration.", [TenantUnknown]),
        ("Add the grant type, the dialect or the endpoint to the configuration of the client.", [UnauthorizedClient]),

        (WaitOrLift,
            [
                AccountAttemptsExhausted, AddressBlocked, AnonymousRequestsExhausted, AttemptsExhausted, DataDownloadsExhausted,
                OtpSendsExhausted, OtpSuspended,
                SignUpsExhausted, RateLimit
            ]),
        ("Send the request again after a moment; the client sends many at once.", [AttemptsUnderWay]),
        ("Send the request again.", [AccountRaced, CredentialChanged]),
        ("Use another id, address or number, or change the account that has it.", [AccountTaken]),
        ("Send either an e-mail address or a phone number.", [AddressAmbiguous, AddressMissing]),
        ("The row of the same trace with the other reason says what was wrong.", [CredentialsRefused, OtpRefused]),
        ("Correct the e-mail address.", [EmailMalformed]),
        ("Send the password itself, or allow hashes in the configuration.", [HashLoginOff, PasswordHashMalformed]),
        ("Send the request again after Retry-After; give the server more cores if it stays.", [HashingLaneFull]),
        ("Send the request again after Retry-After; give the server more memory if it stays.", [MemoryExhausted]),
        ("End acting as another user first.", [IdentityAssumed]),
        ("Use an account that is a client account.", [NotAClientAccount]),
        ("Send the one-time code.", [OtpMissing]),
        ("Turn one-time codes on in the configuration of the client (otp).", [OtpOff]),
        ("Let the user ask for a new one-time code.", [OtpUnknown, OtpUsed, OtpWrong]),
        ("Choose another password: long, not common, not the user name, not the old one.",
            [
                PasswordBreached, PasswordCommon, PasswordIsUserName, PasswordResemblesName, PasswordTooLong, PasswordTooShort,
                PasswordUnchanged
            ]),
        ("Use an authenticator of a model that IdentityHub:Passkeys:AllowedAaguids lists, or add its AAGUID there.",
            [PasskeyAuthenticator]),
        ("Let the user sign in another way, remove the passkey, and add it again: hub users factors shows what they have.",
            [PasskeyBackup, PasskeyCounter]),
        ("Let the user try again, in one browser and within five minutes.", [PasskeyChallenge, PasskeyReplayed]),
        ("Use an authenticator that asks for a PIN, a fingerprint or a face.", [PasskeyNotVerified]),
        ("Open the page at the address of IdentityHub:Issuer, and in no frame of another site.", [PasskeyOrigin, PasskeyRelyingParty]),
        ("The row of the same trace with the other reason says what was wrong.", [PasskeyRefused]),
        ("Use another browser or authenticator; what this one sends breaks a rule of WebAuthn.",
            [PasskeyForeign, PasskeyMalformed, PasskeySignature]),
        ("Give the passkey a name of 1 to 64 characters.", [PasskeyNameMalformed]),
        ("Let the user log in again, and add the passkey in a session of their own.", [PasskeySession]),
        ("Use the passkey that is stored already, or another authenticator.", [PasskeyTaken]),
        ("Let the user sign in another way, and add a passkey at /account/passkeys.", [PasskeyUnknown]),
        ("Remove a passkey first: /account/passkeys.", [TooManyPasskeys]),
        ("Send the password.", [PasswordMissing]),
        ("Let the user type the right password, or set a new one: hub users password.", [PasswordWrong, UserWithoutPassword]),
        ("Type the new password twice in the same way.", [PasswordsDiffer]),
        ("Write the phone number with its country code, e.g. +27 76 123 4567.", [PhoneMalformed]),
        ("Use the phone number of the account.", [PhoneNumberForeign]),
        ("Let the user type their user name into the field.", [ConfirmationWrong]),
        ("Give another user the role 'admin' first: hub users create --role admin, or the configuration.", [LastAdministrator]),
        ("Correct the name or the language: no control characters, not too long.", [ProfileMalformed]),
        ("Check the address; no user has it.", [RecipientUnknown]),
        ("Send an address of the reset page that the configuration allows.", [ResetPageOffTheList]),
        ("Let the user ask for a new mail, and use the link of the newest one once.",
            [
                ResetTokenExpired, ResetTokenForeign, ResetTokenMalformed, ResetTokenMissing, ResetTokenOutlived, ResetTokenSuperseded,
                ResetTokenUnknown, ResetTokenUsed
            ]),
        ("Set a mail server (IdentityHub:Email:Smtp) or a provider of text messages (IdentityHub:Sms:Twilio).", [ResetOff]),
        ("Choose an address that no other user has; hub users list shows the users.", [AddressTaken]),
        ("Set the address of the user: hub users show tells what it is.", [AddressUndoDead]),
        ("Use the newest message that was sent; wait before asking for another one.", [ResetsExhausted]),
        ("Set IdentityHub:Registration:Enabled where everybody may make an account.", [SignUpClosed]),
        ("Correct the name of the mail template.", [TemplateMalformed]),
        ("Send a time in the future.", [UntilMalformed]),
        ("End the block: DELETE /authenticate/block/{username}.", [UserBlocked]),
        ("Enable the user: hub users enable.", [UserDisabled]),
        ("Use the user of the session in the path.", [UserForeign]),
        ("Choose another user name.", [UserNameMalformed, UserNameTaken]),
        ("Wait until the user is admitted, or change not_before of the user.", [UserNotYetValid]),
        ("Give the caller a role with rights over the organization of the user.", [UserOutOfReach]),
        ("Read the list from its beginning: a cursor belongs to one list, its filters and its caller.", [CursorInvalid]),
        ("Change the object in the file that the answer names, and run hub config apply.", [FileOwned]),
        ("Send another Idempotency-Key for each request, such as a random UUID.", [IdempotencyKeyMalformed, IdempotencyKeyReused]),
        ("Look for the object in the list. The caller needs a role with the permission in the object's organization, or above it.",
            [ObjectOutOfReach, ObjectUnknown]),
        ("Change the object that is there, or choose another name.", [ObjectExists]),
        ("Change first what needs the object; the answer names it.", [ObjectInUse]),
        ("Send the call again.", [ObjectRaced]),
        ("Read the object, and send its ETag as If-Match.", [PreconditionFailed, PreconditionMissing]),
        ("Let an administrator do it who has all of these rights.", [RightsExceeded]),
        ("Let another administrator do it.", [SelfDemotion]),
        (LogInAgain,
            [UserRenamed, AssumedUserUnknown, SessionEnded, SessionExpired, SessionUnknown, LsidDead, PasswordChanged, IdentityChanged]),
        ("Check the name; hub users list shows the users.", [UserUnknown]),
        ("Send the user name.", [UsernameMissing]),

        ("Get a new access token; refresh it before it expires.", [AccessTokenExpired, AccessTokenRevoked]),
        ("Use the token at the endpoint, and for the purpose, that it was issued for.",
            [AccessTokenForeign, AccessTokenOfUser, AccessTokenWithoutUser, ClientTokenOfAnotherEndpoint, SubjectTokenWithoutUser]),
        ("Ask for an access token with the scope that the endpoint needs.", [InsufficientScope]),
        ("Send the user to log in with the acr_values and max_age of the answer.", [InsufficientAuthentication]),
        ("Use the client token of the account.", [ClientTokenForeign]),
        ("Check the id; the account may have been erased.", [AccountUnknown]),
        ("Name an API of the configuration that the client has a scope of.", [InvalidTarget]),
        ("Send an access token of this server.", [AccessTokenMissing, AccessTokenUnknown, ClientTokenMissing, ClientTokenUnknown]),
        ("Act as a user with no more rights, in an organization that the actor has rights in.", [AssumeMoreRights, AssumeOutOfReach]),
        (AskAgain,
            [
                CodeExpired, CodeMalformed, CodeMissing, CodeUnknown, RequestUriExpired, RequestUriMalformed, RequestUriUnknown,
                RequestUriUsed, Ticket, TicketExpired
            ]),
        ("Exchange each code once, and let no retry or second tab send it again.", [CodeUsed]),
        ("Let the client that asked for the value use it.",
            [CodeForeign, RefreshTokenForeign, DeviceCodeForeign, TokenForeign, RequestUriForeign]),
        ("Send the code_verifier that the code_challenge was made of; send none where no challenge was sent.",
            [CodeVerifierMissing, CodeVerifierUnexpected, CodeVerifierWrong]),
        (FixCustomerToken,
        [
            CustomerTokenAlgorithm, CustomerTokenAudience, CustomerTokenExpired, CustomerTokenForeign, CustomerTokenJti,
            CustomerTokenLifetime, CustomerTokenMalformed,
            CustomerTokenNotYetValid, CustomerTokenReplayed, CustomerTokenSignature, CustomerTokenUser,
        ]),
        ("Let the tenant sign a new token, with iat or nbf: without them, a token with a jti is refused where its exp lies less than "
            + "24 hours after the restore.", [CustomerTokenBeforeRestore]),
        ("Let the tenant sign a token that permits writing.", [CustomerTokenReadOnly]),
        ("Start the device flow again; let the user decide before the code expires.",
            [
                DeviceCodeExpired, DeviceCodeMalformed, DeviceCodeMissing, DeviceCodeUnknown, DeviceCodeUsed, UserCodeDecided,
                UserCodeExpired, UserCodeMalformed, UserCodeUnknown
            ]),
        ("Send one LSID that was issued here.", [LsidMalformed, LsidMissing, LsidRepeated]),
        ("Enable the organization in the configuration.", [OrganizationDisabled]),
        ("Name an organization that the user is a member of.", [OrganizationForeign, OrganizationOutOfReach, OrganizationUnknown]),
        ("Let the user log in again; a longer life is set in the configuration of the client (refresh_token).",
            [RefreshFamilyExpired, RefreshFamilyRevoked, RefreshTokenExpired]),
        ("Send the refresh token that was issued last, whole.", [RefreshTokenMalformed, RefreshTokenMissing, RefreshTokenUnknown]),
        ("Let the client store each new refresh token before it uses it, and use it in one place; refresh_token.grace helps with lost "
            + "answers. Let the user log in again.",
            [RefreshTokenReused]),
        ("Name a session of the caller's own.", [SessionForeign, SessionNotOwn]),
        (SendOne, [TokenMissing, TokenPresentedTwice]),
        ("Send a token of this server that has not expired.", [TokenUnknown]),

        ("Nothing is to be changed: the user decided so.", [AccessDenied]),
        ("Correct actor_token and actor_token_type, or let the client name an actor in its configuration.",
            [ActorChainTooLong, ActorRefused, ActorTokenType, ActorTokenTypeMissing]),
        ("Send the assertion.", [AssertionMissing]),
        ("Ask again after the interval; this is no fault.", [AuthorizationPending]),
        ("Ask less often: wait for the interval of the answer, and 5 seconds more after each slow_down.", [SlowDown]),
        ("Correct the JSON of the parameter claims.", [ClaimsMalformed]),
        ("Send code_challenge (43 characters of base64url) with code_challenge_method=S256.",
            [CodeChallenge, CodeChallengeMethod, CodeChallengeMissing]),
        ("Send the request without prompt=none, so that the user can be asked.", [ConsentRequired, LoginRequired]),
        ("Press one of the buttons of the page.", [DecisionMissing, ScopeMissing]),
        ("Send a single IP address.", [EndUserAddressMalformed]),
        ("Send grant_type; grant_types_supported of the discovery document lists the values.", [GrantTypeMissing, UnsupportedGrantType]),
        ("Send an id_token that this server issued to this client.", [IdTokenHint, IdTokenHintClientMismatch, IdTokenHintMissing]),
        ("Ask for scopes that the configuration of the client allows, or add the scope there.", [InvalidScope]),
        (FixForm,
            [
                MaxAge, NonceTooLong, Prompt, Registration, ResponseMode, ResponseTypeMissing, StateTooLong, UnsupportedResponseType,
                UnmetAuthenticationRequirements
            ]),
        ("Register exactly this address in post_logout_redirect_uris of the client.", [PostLogoutRedirectUriMismatch]),
        ("Push the request first (RFC 9126), or set require_pushed_authorization_requests: false.", [PushedRequestRequired]),
        ("Register exactly this address in redirect_uris of the client, and send the same one with the code.",
            [RedirectUriMismatch, RedirectUriMissing]),
        ("Send one of the parameters request and request_uri, and push neither of them.",
            [RequestAndRequestUri, RequestUriPushed, RequestObjectNested]),
        (FixRequestObject,
        [
            RequestObjectAlgorithm, RequestObjectAudience, RequestObjectClient, RequestObjectExpired, RequestObjectIssuer,
            RequestObjectMalformed, RequestObjectNotYetValid,
            RequestObjectSignature, RequestObjectSubject, RequestObjectType,
        ]),
        ("Send subject_token, subject_token_type and requested_token_type as RFC 8693 §2.1 says; the configuration of the client says "
            + "which types it may exchange.",
            [RequestedTokenType, SubjectTokenMissing, SubjectTokenTypeMissing, SubjectTokenTypeRefused]),

        (FixForm,
        [
            BodyTooLong, ContentEncoding, ControlCharacter, FieldContradicts, FieldTooLong, FieldType, FieldValue, FieldsInvalid,
            FormMalformed, HttpMalformed, InvalidRequest,
            JsonMalformed,
            MatrixParameterMalformed,
            MediaType,
            Method,
            PageMethod,
            ParameterInvalid,
            ParameterRepeated,
            ParameterTooLong,
            PathAmbiguous,
            PathUnknown,
            TooManyParameters,
        ]),
        ("Load the page again, and send its form from there; the browser must accept cookies.", [FormToken]),
        ("Call over https; behind a proxy, name it in IdentityHub:TrustedProxies and let it send X-Forwarded-Proto.", [PlainHttp]),

        ("Give the caller a role or an API key with the permission.", [PermissionMissing, RoleMissing]),
        ("Use another referral code, or look up what exists.",
            [ReferralCodeOwn, ReferralCodeTaken, ReferralCodeUnknown, ReferralCodesExhausted, ReferralCycle, ReferralExists]),
        ("Check the id of the user, and the tenant.", [TenantUserExists, TenantUserUnknown]),

        ("Set scim_organization of the client, or issue the API key for an organization, with the permission directory.write.",
            [ScimDirectoryMissing]),
        ("Compare userName, externalId, id, emails.value or phoneNumbers.value by eq, or active alone; docs/scim.md has the filters.",
            [ScimFilter]),
        ("Call /scim/v2/Users with a filter instead.", [ScimMe]),
        ("Correct the request of the directory as the error says; docs/scim.md has the attributes.",
            [ScimMutability, ScimPath, ScimSyntax, ScimTarget, ScimTooMany, ScimValue]),
        ("Let the directory look the resource up again: it was deleted, or belongs to another organization.", [ScimResourceUnknown]),
        ("Use a client with scim_organization, or let an administrator give the role.", [ScimRoleOutOfReach]),
        ("Link the directory's user to the existing one by a filter on userName, or rename one of them.", [ScimTaken]),
        ("Change the user in the configuration files, or remove them there.", [ScimUserInFiles]),
        ("Let an administrator of the installation change the user, or list the domains of the organization in email_domains.",
            [ScimUserOutOfReach]),
        ("Read the resource again and send its new version.", [ScimVersion]),

        (CheckAddress, [TlsFailed, HostNotFound, ConnectionFailed, Reasons.Timeout]),
        ("Name a public address, or set IdentityHub:Outbound:AllowPrivateAddresses where a private one is meant.", [AddressRefused]),
        ("Set backchannel_logout_uri of the client again, or leave it so.", [ClientHasNoBackchannel]),
        ("Look at the log of the server, which says what the database refuses; hub doctor looks too.", [DatabaseMisconfigured]),
        ("Start the database, or mend the way to it; hub doctor looks at it.", [DatabaseUnavailable]),
        ("Look at why earlier tries failed: hub audit query --event message.dead.", [MessageExpired]),
        ("Give every node the same key file; hub doctor compares it.", [PayloadUnreadable]),
        ("Correct the e-mail address of the user.", [RecipientMalformed]),
        ("Look for the trace id in the log of the server, and report the exception.", [ServerError]),
        (CheckMailServer,
            [Smtp530, SmtpAuthentication, SmtpCertificate, SmtpConnection, SmtpNoMechanism, SmtpNoStarttls, SmtpTls, SmtpTokenMissing]),
    ];

    private static readonly FrozenDictionary<string, string> ByReason = Groups
        .SelectMany(group => group.Reasons, (group, reason) => KeyValuePair.Create(reason, group.Remedy))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The sentence; null for a reason that is not of the catalogue, such as <c>http_502</c>.</summary>
    public static string? Find(string reason) => ByReason.GetValueOrDefault(reason);
}
