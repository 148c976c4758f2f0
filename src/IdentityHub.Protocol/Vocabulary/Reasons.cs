using System.ComponentModel;

namespace IdentityHub.Protocol.Vocabulary;

/// <summary>
/// Every reason for which the server refuses a request or gives up a message: stable codes, for the log, the audit trail, and metrics.
/// Callers see them as <c>error_reason</c> where they tell nothing that the caller may not know. <c>docs/reasons.md</c> is made of this
/// list.
/// </summary>
public static class Reasons
{
    // Who calls: clients, their secrets, keys and assertions.
    [Description("No such API key exists.")] public const string ApiKeyUnknown = "api_key_unknown";
    [Description("The client assertion is signed with an algorithm that is not accepted.")]
    public const string AssertionAlgorithm = "assertion_algorithm";
    [Description("The audience of the client assertion is not this server.")] public const string AssertionAudience = "assertion_audience";
    [Description("The client assertion was made before the database was restored, and may have been used before.")]
    public const string AssertionBeforeRestore = "assertion_before_restore";
    [Description("The client assertion has expired, or does not say when it does.")]
    public const string AssertionExpired = "assertion_expired";
    [Description("The issuer, subject and client id of the client assertion differ.")]
    public const string AssertionIssuer = "assertion_issuer";
    [Description("The id (jti) of the client assertion is missing or too long.")] public const string AssertionJti = "assertion_jti";
    [Description("The client assertion expires too far in the future.")] public const string AssertionLifetime = "assertion_lifetime";
    [Description("The client assertion is no JWT.")] public const string AssertionMalformed = "assertion_malformed";
    [Description("The client assertion begins in the future.")] public const string AssertionNotYetValid = "assertion_not_yet_valid";
    [Description("The client assertion was used before.")] public const string AssertionReplayed = "assertion_replayed";
    [Description("No registered key of the client has signed the assertion.")]
    public const string AssertionSignature = "assertion_signature";
    [Description("The parameter client_assertion_type has another value than the one for JWTs.")]
    public const string AssertionType = "assertion_type";
    [Description("The Authorization header cannot be read.")] public const string AuthorizationMalformed = "authorization_malformed";
    [Description("The Authorization header has a scheme that the endpoint does not take.")]
    public const string AuthorizationScheme = "authorization_scheme";
    [Description("The client used another authentication method than the one that it is registered for.")]
    public const string ClientAuthenticationMethod = "client_authentication_method";
    [Description("The client must authenticate here and did not.")]
    public const string ClientAuthenticationMissing = "client_authentication_missing";
    [Description("The client is disabled.")] public const string ClientDisabled = "client_disabled";
    [Description("The request names no client_id.")] public const string ClientIdMissing = "client_id_missing";
    [Description("The request names no client.")] public const string ClientMissing = "client_missing";
    [Description("The request names clients, or authentication methods, that exclude each other.")]
    public const string ClientPresentedTwice = "client_presented_twice";
    [Description("The secret is correct, but outside its not_before and expires_at.")]
    public const string ClientSecretExpired = "client_secret_expired";
    [Description("The client_id or the client_secret is missing.")] public const string ClientSecretMissing = "client_secret_missing";
    [Description("The client secret is wrong.")] public const string ClientSecretWrong = "client_secret_wrong";
    [Description("No client has this client_id.")] public const string ClientUnknown = "client_unknown";
    [Description("The call has no credential.")] public const string CredentialMissing = "credential_missing";
    [Description("The call has several credentials.")] public const string CredentialPresentedTwice = "credential_presented_twice";
    [Description("The call has several login sessions or API keys.")]
    public const string CredentialsPresentedTwice = "credentials_presented_twice";
    [Description("The field hash, the client's name in the hash-secret dialect, is missing.")]
    public const string HashMissing = "hash_missing";
    [Description("The user needs a second factor, and the endpoint cannot ask for it.")] public const string MfaRequired = "mfa_required";
    [Description("The login waited for its second factor for too long, in another browser, or was completed before.")]
    public const string SecondFactorLapsed = "second_factor_lapsed";
    [Description("The code has not the form of a code of an authenticator app, or of a recovery code.")]
    public const string SecondFactorMalformed = "second_factor_malformed";
    [Description("The second factor is set up in a session that has ended, or that is not the user's own.")]
    public const string SecondFactorSession = "second_factor_session";
    [Description("The user has no second factor of this kind.")] public const string SecondFactorUnknown = "second_factor_unknown";
    [Description("The code of the authenticator app, or the recovery code, was used before.")]
    public const string SecondFactorUsed = "second_factor_used";
    [Description("The code of the authenticator app, or the recovery code, is wrong.")]
    public const string SecondFactorWrong = "second_factor_wrong";
    [Description("The field secret is missing.")] public const string SecretMissing = "secret_missing";
    [Description("No enabled tenant has this alias.")] public const string TenantUnknown = "tenant_unknown";
    [Description("The client may not use this grant type, endpoint or response type.")]
    public const string UnauthorizedClient = "unauthorized_client";

    // Users, passwords, one-time codes and sign-up.
    [Description("Too many passwords of the account failed, under its other names or from other addresses.")]
    public const string AccountAttemptsExhausted = "account_attempts_exhausted";
    [Description("No client account has this id, or it was erased.")] public const string AccountUnknown = "account_unknown";
    [Description("Another account with the same id, address or number was made and removed at the same moment.")]
    public const string AccountRaced = "account_raced";
    [Description("Another account has the id, the address or the number.")] public const string AccountTaken = "account_taken";
    [Description("Both an e-mail address and a phone number were sent.")] public const string AddressAmbiguous = "address_ambiguous";
    [Description("Too many users, clients or addresses failed from this IP address.")]
    public const string AddressBlocked = "address_blocked";
    [Description("The link undoes no change: it is used, expired, or belongs to a change that was undone before.")]
    public const string AddressUndoDead = "address_undo_dead";
    [Description("The e-mail address or phone number belongs to another user.")] public const string AddressTaken = "address_taken";
    [Description("Neither an e-mail address nor a phone number was sent.")] public const string AddressMissing = "address_missing";
    [Description("Too many requests of callers that do not authenticate came from this IP address.")]
    public const string AnonymousRequestsExhausted = "anonymous_requests_exhausted";
    [Description("Too many attempts for this name, address or client failed.")]
    public const string AttemptsExhausted = "attempts_exhausted";
    [Description("Too many attempts for this name, address or client are being checked at the moment.")]
    public const string AttemptsUnderWay = "attempts_under_way";
    [Description("The user's credentials were changed while they were being checked.")]
    public const string CredentialChanged = "credential_changed";
    [Description("What a caller is told in place of the reason for which a user name or password was refused.")]
    public const string CredentialsRefused = "credentials_refused";
    [Description("The text is no e-mail address.")] public const string EmailMalformed = "email_malformed";
    [Description("The installation takes no hash in place of a password.")] public const string HashLoginOff = "hash_login_off";
    [Description("Too many passwords are being hashed at the moment.")] public const string HashingLaneFull = "hashing_lane_full";
    [Description("This cannot be changed while somebody acts as another user.")]
    public const string IdentityAssumed = "identity_assumed";
    [Description("The password is correct, but the user is no client account.")]
    public const string NotAClientAccount = "not_a_client_account";
    [Description("The one-time code is missing.")] public const string OtpMissing = "otp_missing";
    [Description("The client has no one-time codes.")] public const string OtpOff = "otp_off";
    [Description("What a caller is told in place of the reason for which a one-time code was refused.")]
    public const string OtpRefused = "otp_refused";
    [Description("Too many one-time codes were asked for.")] public const string OtpSendsExhausted = "otp_sends_exhausted";
    [Description("Too many one-time codes of the account failed from this IP address.")] public const string OtpSuspended = "otp_suspended";
    [Description("No live one-time code exists for the address, or its tries are used up.")] public const string OtpUnknown = "otp_unknown";
    [Description("The one-time code was used, replaced or expired a moment ago.")] public const string OtpUsed = "otp_used";
    [Description("The one-time code is wrong.")] public const string OtpWrong = "otp_wrong";
    [Description("The model of the authenticator is not on the list of the installation, or it has not proven its model.")]
    public const string PasskeyAuthenticator = "passkey_authenticator";
    [Description("The backup flags of the passkey contradict each other, or those of its enrolment.")]
    public const string PasskeyBackup = "passkey_backup";
    [Description("The challenge has expired, or was made for another browser, for another ceremony or elsewhere.")]
    public const string PasskeyChallenge = "passkey_challenge";
    [Description("The counter of the passkey is not higher than at its last use: there may be a copy of the passkey.")]
    public const string PasskeyCounter = "passkey_counter";
    [Description("The passkey belongs to another user than the authenticator says.")]
    public const string PasskeyForeign = "passkey_foreign";
    [Description("What the browser has sent of the passkey cannot be read, or breaks a rule of WebAuthn.")]
    public const string PasskeyMalformed = "passkey_malformed";
    [Description("The name of the passkey is empty, too long, or has control characters.")]
    public const string PasskeyNameMalformed = "passkey_name_malformed";
    [Description("The authenticator has not checked who was there.")] public const string PasskeyNotVerified = "passkey_not_verified";
    [Description("The passkey was used on a page of another origin, or inside a page of another site.")]
    public const string PasskeyOrigin = "passkey_origin";
    [Description("What a caller is told in place of the reason for which a passkey was refused.")]
    public const string PasskeyRefused = "passkey_refused";
    [Description("The authenticator has signed for another site.")] public const string PasskeyRelyingParty = "passkey_relying_party";
    [Description("The challenge of the passkey was used before.")] public const string PasskeyReplayed = "passkey_replayed";
    [Description("The session has ended or acts as another user, or the user's credentials were changed.")]
    public const string PasskeySession = "passkey_session";
    [Description("The signature of the passkey is wrong.")] public const string PasskeySignature = "passkey_signature";
    [Description("The passkey is stored already, for this user or another one.")] public const string PasskeyTaken = "passkey_taken";
    [Description("No such passkey is stored; it may have been removed.")] public const string PasskeyUnknown = "passkey_unknown";
    [Description("The password is known from a data breach: it is in the folder of range files.")]
    public const string PasswordBreached = "password_breached";
    [Description("The password is one of the most common ones.")] public const string PasswordCommon = "password_common";
    [Description("The hash that was sent in place of a password is not of the configured kind.")]
    public const string PasswordHashMalformed = "password_hash_malformed";
    [Description("The password is the user name.")] public const string PasswordIsUserName = "password_is_user_name";
    [Description("The password is missing.")] public const string PasswordMissing = "password_missing";
    [Description("The password is little more than the user name or the e-mail address.")]
    public const string PasswordResemblesName = "password_resembles_name";
    [Description("The password is too long.")] public const string PasswordTooLong = "password_too_long";
    [Description("The password is too short.")] public const string PasswordTooShort = "password_too_short";
    [Description("The new password is the old one.")] public const string PasswordUnchanged = "password_unchanged";
    [Description("The password is wrong.")] public const string PasswordWrong = "password_wrong";
    [Description("The new password and its repetition differ.")] public const string PasswordsDiffer = "passwords_differ";
    [Description("The text is no phone number.")] public const string PhoneMalformed = "phone_malformed";
    [Description("The phone number is not the one of the account.")] public const string PhoneNumberForeign = "phone_number_foreign";
    [Description("The user has not typed their user name to confirm that their account is deleted.")]
    public const string ConfirmationWrong = "confirmation_wrong";
    [Description("The user has downloaded their data too often.")]
    public const string DataDownloadsExhausted = "data_downloads_exhausted";
    [Description("No other enabled user is an administrator of the installation: the account must stay.")]
    public const string LastAdministrator = "last_administrator";
    [Description("A name or the language cannot be stored.")] public const string ProfileMalformed = "profile_malformed";
    [Description("No user has the address that the message is for.")] public const string RecipientUnknown = "recipient_unknown";
    [Description("The address of the reset page is not one that the installation allows.")]
    public const string ResetPageOffTheList = "reset_page_off_the_list";
    [Description("The reset token has expired.")] public const string ResetTokenExpired = "reset_token_expired";
    [Description("The reset token belongs to another user.")] public const string ResetTokenForeign = "reset_token_foreign";
    [Description("The text is no reset token, or its checksum is wrong.")]
    public const string ResetTokenMalformed = "reset_token_malformed";
    [Description("The reset token is missing.")] public const string ResetTokenMissing = "reset_token_missing";
    [Description("The user's credentials were changed after the reset token was sent.")]
    public const string ResetTokenOutlived = "reset_token_outlived";
    [Description("A newer reset token was sent.")] public const string ResetTokenSuperseded = "reset_token_superseded";
    [Description("No such reset token exists.")] public const string ResetTokenUnknown = "reset_token_unknown";
    [Description("The reset token was used before.")] public const string ResetTokenUsed = "reset_token_used";
    [Description("Nothing sends the message that resets a password: neither a mail server nor a provider of text messages is set.")]
    public const string ResetOff = "reset_off";
    [Description("Too many passwords were reported as forgotten from this IP address, or too many messages were sent to the user.")]
    public const string ResetsExhausted = "resets_exhausted";
    [Description("Self-registration is disabled.")] public const string SignUpClosed = "sign_up_closed";
    [Description("Too many names were tried from this IP address.")] public const string SignUpsExhausted = "sign_ups_exhausted";
    [Description("The name of the mail template has other characters than letters, digits, dashes and underscores.")]
    public const string TemplateMalformed = "template_malformed";
    [Description("The user has as many passkeys as a user may have.")] public const string TooManyPasskeys = "too_many_passkeys";
    [Description("The end of the block is no time in the future.")] public const string UntilMalformed = "until_malformed";
    [Description("An administrator has blocked the user.")] public const string UserBlocked = "user_blocked";
    [Description("The user is disabled.")] public const string UserDisabled = "user_disabled";
    [Description("The path names another user than the session.")] public const string UserForeign = "user_foreign";
    [Description("The user name breaks the rule for user names.")] public const string UserNameMalformed = "user_name_malformed";
    [Description("Another user has the user name.")] public const string UserNameTaken = "user_name_taken";
    [Description("The user is not admitted yet.")] public const string UserNotYetValid = "user_not_yet_valid";
    [Description("The caller has no rights over the user.")] public const string UserOutOfReach = "user_out_of_reach";
    [Description("The user name of the session belongs to another user now.")] public const string UserRenamed = "user_renamed";
    [Description("No such user exists.")] public const string UserUnknown = "user_unknown";
    [Description("The user has no password.")] public const string UserWithoutPassword = "user_without_password";
    [Description("The user name is missing.")] public const string UsernameMissing = "username_missing";

    // Tokens, codes and sessions.
    [Description("The access token has expired.")] public const string AccessTokenExpired = "access_token_expired";
    [Description("The access token was issued at another endpoint.")] public const string AccessTokenForeign = "access_token_foreign";
    [Description("The access token lacks the scope that the endpoint needs.")]
    public const string InsufficientScope = "insufficient_scope";
    [Description("The access token comes from a login that is too old, or had too few factors, for the API.")]
    public const string InsufficientAuthentication = "insufficient_authentication";
    [Description("The call has no access token.")] public const string AccessTokenMissing = "access_token_missing";
    [Description("The access token is a user's, and the endpoint is for clients.")]
    public const string AccessTokenOfUser = "access_token_of_user";
    [Description("The access token was revoked.")] public const string AccessTokenRevoked = "access_token_revoked";
    [Description("The text is no access token of this server.")] public const string AccessTokenUnknown = "access_token_unknown";
    [Description("The access token is a client's own, and the endpoint is for users.")]
    public const string AccessTokenWithoutUser = "access_token_without_user";
    [Description("The target has rights that the actor does not have.")] public const string AssumeMoreRights = "assume_more_rights";
    [Description("The actor may not act as users of the target's organization.")]
    public const string AssumeOutOfReach = "assume_out_of_reach";
    [Description("The user as whom the session acts does not exist any more.")]
    public const string AssumedUserUnknown = "assumed_user_unknown";
    [Description("The client token is that of another account.")] public const string ClientTokenForeign = "client_token_foreign";
    [Description("The call has no client token.")] public const string ClientTokenMissing = "client_token_missing";
    [Description("The token was not issued for client accounts.")]
    public const string ClientTokenOfAnotherEndpoint = "client_token_of_another_endpoint";
    [Description("No such client token exists.")] public const string ClientTokenUnknown = "client_token_unknown";
    [Description("The authorization code has expired.")] public const string CodeExpired = "code_expired";
    [Description("The authorization code belongs to another client.")] public const string CodeForeign = "code_foreign";
    [Description("The text is no authorization code, or its checksum is wrong.")] public const string CodeMalformed = "code_malformed";
    [Description("The authorization code is missing.")] public const string CodeMissing = "code_missing";
    [Description("No such authorization code exists.")] public const string CodeUnknown = "code_unknown";
    [Description("The authorization code was used before; what was issued on it is revoked.")] public const string CodeUsed = "code_used";
    [Description("The PKCE verifier is missing.")] public const string CodeVerifierMissing = "code_verifier_missing";
    [Description("A PKCE verifier was sent, and the authorization request had no challenge.")]
    public const string CodeVerifierUnexpected = "code_verifier_unexpected";
    [Description("The PKCE verifier does not fit the challenge.")] public const string CodeVerifierWrong = "code_verifier_wrong";
    [Description("The customer's token is signed with another algorithm than HS256.")]
    public const string CustomerTokenAlgorithm = "customer_token_algorithm";
    [Description("The audience of the customer's token is not this server.")]
    public const string CustomerTokenAudience = "customer_token_audience";
    [Description("The customer's token was made before the database was restored, and may have been used before.")]
    public const string CustomerTokenBeforeRestore = "customer_token_before_restore";
    [Description("The customer's token has expired, or does not say when it does.")]
    public const string CustomerTokenExpired = "customer_token_expired";
    [Description("The customer's token is for another user.")] public const string CustomerTokenForeign = "customer_token_foreign";
    [Description("The id (jti) of the customer's token is missing or too long.")]
    public const string CustomerTokenJti = "customer_token_jti";
    [Description("The customer's token expires too far in the future.")]
    public const string CustomerTokenLifetime = "customer_token_lifetime";
    [Description("The customer's token is no JWT.")] public const string CustomerTokenMalformed = "customer_token_malformed";
    [Description("The customer's token begins in the future.")]
    public const string CustomerTokenNotYetValid = "customer_token_not_yet_valid";
    [Description("The customer's token does not permit writing.")] public const string CustomerTokenReadOnly = "customer_token_read_only";
    [Description("The customer's token was used before.")] public const string CustomerTokenReplayed = "customer_token_replayed";
    [Description("No live key of the tenant has signed the customer's token.")]
    public const string CustomerTokenSignature = "customer_token_signature";
    [Description("The customer's token names no user.")] public const string CustomerTokenUser = "customer_token_user";
    [Description("The device code has expired.")] public const string DeviceCodeExpired = "device_code_expired";
    [Description("The device code belongs to another client.")] public const string DeviceCodeForeign = "device_code_foreign";
    [Description("The text is no device code, or its checksum is wrong.")]
    public const string DeviceCodeMalformed = "device_code_malformed";
    [Description("The device code is missing.")] public const string DeviceCodeMissing = "device_code_missing";
    [Description("No such device code exists.")] public const string DeviceCodeUnknown = "device_code_unknown";
    [Description("The device code was used before, or its session ended at the same moment.")]
    public const string DeviceCodeUsed = "device_code_used";
    [Description("The session acts as another user, or in another organization, than when the token was issued.")]
    public const string IdentityChanged = "identity_changed";
    [Description("The login session is unknown, ended or expired.")] public const string LsidDead = "lsid_dead";
    [Description("The text is no LSID, or its checksum is wrong.")] public const string LsidMalformed = "lsid_malformed";
    [Description("The call has no login session.")] public const string LsidMissing = "lsid_missing";
    [Description("The call has several LSIDs.")] public const string LsidRepeated = "lsid_repeated";
    [Description("The organization is disabled.")] public const string OrganizationDisabled = "organization_disabled";
    [Description("The user is no member of the organization.")] public const string OrganizationForeign = "organization_foreign";
    [Description("The user may not act in the organization.")] public const string OrganizationOutOfReach = "organization_out_of_reach";
    [Description("No such organization exists, or it is disabled.")] public const string OrganizationUnknown = "organization_unknown";
    [Description("The user's password was changed after the token was issued.")] public const string PasswordChanged = "password_changed";
    [Description("The refresh token's family has reached the end of its absolute lifetime.")]
    public const string RefreshFamilyExpired = "refresh_family_expired";
    [Description("The refresh token's family was revoked.")] public const string RefreshFamilyRevoked = "refresh_family_revoked";
    [Description("The refresh token was idle for too long.")] public const string RefreshTokenExpired = "refresh_token_expired";
    [Description("The refresh token belongs to another client.")] public const string RefreshTokenForeign = "refresh_token_foreign";
    [Description("The text is no refresh token, or its checksum is wrong.")]
    public const string RefreshTokenMalformed = "refresh_token_malformed";
    [Description("The refresh token is missing.")] public const string RefreshTokenMissing = "refresh_token_missing";
    [Description("The refresh token was used before; its family is revoked.")]
    public const string RefreshTokenReused = "refresh_token_reused";
    [Description("No such refresh token exists.")] public const string RefreshTokenUnknown = "refresh_token_unknown";
    [Description("The session has ended.")] public const string SessionEnded = "session_ended";
    [Description("The session has expired.")] public const string SessionExpired = "session_expired";
    [Description("The session belongs to another user.")] public const string SessionForeign = "session_foreign";
    [Description("The call is about another session than the caller's own.")] public const string SessionNotOwn = "session_not_own";
    [Description("No such session exists.")] public const string SessionUnknown = "session_unknown";
    [Description("The token belongs to another client.")] public const string TokenForeign = "token_foreign";
    [Description("The token is missing.")] public const string TokenMissing = "token_missing";
    [Description("The token was sent in several places.")] public const string TokenPresentedTwice = "token_presented_twice";
    [Description("No such token exists.")] public const string TokenUnknown = "token_unknown";
    [Description("The user has decided about the device before, or the session ended at the same moment.")]
    public const string UserCodeDecided = "user_code_decided";
    [Description("The user code has expired.")] public const string UserCodeExpired = "user_code_expired";
    [Description("The text is no user code.")] public const string UserCodeMalformed = "user_code_malformed";
    [Description("No such user code exists.")] public const string UserCodeUnknown = "user_code_unknown";

    // What is wrong with an OAuth or OpenID Connect request.
    [Description("The user has refused.")] public const string AccessDenied = "access_denied";
    [Description("Too many actors act for one another.")] public const string ActorChainTooLong = "actor_chain_too_long";
    [Description("The client may not name an actor.")] public const string ActorRefused = "actor_refused";
    [Description("The actor token is of a type that is not accepted.")] public const string ActorTokenType = "actor_token_type";
    [Description("One of actor_token and actor_token_type is missing.")]
    public const string ActorTokenTypeMissing = "actor_token_type_missing";
    [Description("The parameter assertion is missing.")] public const string AssertionMissing = "assertion_missing";
    [Description("The user has not decided about the device yet.")] public const string AuthorizationPending = "authorization_pending";
    [Description("The parameter claims cannot be read.")] public const string ClaimsMalformed = "claims_malformed";
    [Description("The PKCE challenge is malformed.")] public const string CodeChallenge = "code_challenge";
    [Description("The PKCE method is not S256.")] public const string CodeChallengeMethod = "code_challenge_method";
    [Description("The PKCE challenge is missing.")] public const string CodeChallengeMissing = "code_challenge_missing";
    [Description("The user must agree first, and the request forbids to ask.")] public const string ConsentRequired = "consent_required";
    [Description("The form holds no decision.")] public const string DecisionMissing = "decision_missing";
    [Description("The IP address of the end user cannot be read.")]
    public const string EndUserAddressMalformed = "end_user_address_malformed";
    [Description("The parameter grant_type is missing.")] public const string GrantTypeMissing = "grant_type_missing";
    [Description("The id_token_hint is no id_token of this server.")] public const string IdTokenHint = "id_token_hint";
    [Description("The id_token_hint was issued to another client than client_id names.")]
    public const string IdTokenHintClientMismatch = "id_token_hint_client_mismatch";
    [Description("The logout request has a redirect address and neither id_token_hint nor client_id.")]
    public const string IdTokenHintMissing = "id_token_hint_missing";
    [Description("The scope is unknown, or not allowed for the client.")] public const string InvalidScope = "invalid_scope";
    [Description("The resource or the audience is unknown, or not reachable for the client.")]
    public const string InvalidTarget = "invalid_target";
    [Description("The user must log in first, and the request forbids to ask.")] public const string LoginRequired = "login_required";
    [Description("The parameter max_age is no number of seconds.")] public const string MaxAge = "max_age";
    [Description("The nonce is too long.")] public const string NonceTooLong = "nonce_too_long";
    [Description("The redirect address of the logout is not registered for the client.")]
    public const string PostLogoutRedirectUriMismatch = "post_logout_redirect_uri_mismatch";
    [Description("The parameter prompt has an unknown value, or none together with another.")] public const string Prompt = "prompt";
    [Description("The client must push its authorization requests.")] public const string PushedRequestRequired = "pushed_request_required";
    [Description("The redirect address is not registered for the client, or not the one of the authorization request.")]
    public const string RedirectUriMismatch = "redirect_uri_mismatch";
    [Description("The redirect address is missing.")] public const string RedirectUriMissing = "redirect_uri_missing";
    [Description("The parameter registration is not supported.")] public const string Registration = "registration";
    [Description("The parameters request and request_uri exclude each other.")]
    public const string RequestAndRequestUri = "request_and_request_uri";
    [Description("The request object is signed with an algorithm that is not accepted.")]
    public const string RequestObjectAlgorithm = "request_object_algorithm";
    [Description("The audience of the request object is not this server.")]
    public const string RequestObjectAudience = "request_object_audience";
    [Description("The client_id of the request object is another client.")]
    public const string RequestObjectClient = "request_object_client";
    [Description("The request object has expired.")] public const string RequestObjectExpired = "request_object_expired";
    [Description("The issuer of the request object is not the client.")] public const string RequestObjectIssuer = "request_object_issuer";
    [Description("The request object is no signed JWT.")] public const string RequestObjectMalformed = "request_object_malformed";
    [Description("The request object holds another request.")] public const string RequestObjectNested = "request_object_nested";
    [Description("The request object begins in the future.")] public const string RequestObjectNotYetValid = "request_object_not_yet_valid";
    [Description("No registered key of the client has signed the request object.")]
    public const string RequestObjectSignature = "request_object_signature";
    [Description("The request object is a client assertion.")] public const string RequestObjectSubject = "request_object_subject";
    [Description("The type (typ) of the request object is wrong.")] public const string RequestObjectType = "request_object_type";
    [Description("The pushed request has expired.")] public const string RequestUriExpired = "request_uri_expired";
    [Description("The request_uri is no reference of this server.")] public const string RequestUriForeign = "request_uri_foreign";
    [Description("The text is no request_uri, or its checksum is wrong.")]
    public const string RequestUriMalformed = "request_uri_malformed";
    [Description("A pushed request holds a request_uri.")] public const string RequestUriPushed = "request_uri_pushed";
    [Description("The client has pushed no such request.")] public const string RequestUriUnknown = "request_uri_unknown";
    [Description("The pushed request was used before.")] public const string RequestUriUsed = "request_uri_used";
    [Description("The requested token type is not an access token.")] public const string RequestedTokenType = "requested_token_type";
    [Description("The response_mode is unknown.")] public const string ResponseMode = "response_mode";
    [Description("The response_type is missing.")] public const string ResponseTypeMissing = "response_type_missing";
    [Description("The user has ticked nothing.")] public const string ScopeMissing = "scope_missing";
    [Description("The device asked before its interval was over.")] public const string SlowDown = "slow_down";
    [Description("The state is too long.")] public const string StateTooLong = "state_too_long";
    [Description("The subject token is missing.")] public const string SubjectTokenMissing = "subject_token_missing";
    [Description("The type of the subject token is missing.")] public const string SubjectTokenTypeMissing = "subject_token_type_missing";
    [Description("The client may not exchange subject tokens of this type.")]
    public const string SubjectTokenTypeRefused = "subject_token_type_refused";
    [Description("The subject token is a client's own.")] public const string SubjectTokenWithoutUser = "subject_token_without_user";
    [Description("The page's ticket is none of this server, or too old.")] public const string Ticket = "ticket";
    [Description("The consent was not asked for here, or the request is no longer waiting for it.")]
    public const string TicketExpired = "ticket_expired";
    [Description("No login here meets what the request insists on.")]
    public const string UnmetAuthenticationRequirements = "unmet_authentication_requirements";
    [Description("The grant type is not supported.")] public const string UnsupportedGrantType = "unsupported_grant_type";
    [Description("The response type is not supported.")] public const string UnsupportedResponseType = "unsupported_response_type";

    // What is wrong with the form of a request.
    [Description("The body is too long.")] public const string BodyTooLong = "body_too_long";
    [Description("The body is compressed.")] public const string ContentEncoding = "content_encoding";
    [Description("A parameter has a control character.")] public const string ControlCharacter = "control_character";
    [Description("Two fields contradict each other.")] public const string FieldContradicts = "field_contradicts";
    [Description("A field is too long.")] public const string FieldTooLong = "field_too_long";
    [Description("A field has the wrong type.")] public const string FieldType = "field_type";
    [Description("A field is too long, or has a control character.")] public const string FieldValue = "field_value";
    [Description("Fields of the body are invalid; the detail names them.")] public const string FieldsInvalid = "fields_invalid";
    [Description("The form cannot be read.")] public const string FormMalformed = "form_malformed";
    [Description("The form did not come from a page of this server, or was open for too long.")]
    public const string FormToken = "form_token";
    [Description("The HTTP request cannot be read.")] public const string HttpMalformed = "http_malformed";
    [Description("The request is malformed.")] public const string InvalidRequest = "invalid_request";
    [Description("The body is no JSON, or not in the form that is expected.")] public const string JsonMalformed = "json_malformed";
    [Description("A matrix parameter of the path cannot be read.")]
    public const string MatrixParameterMalformed = "matrix_parameter_malformed";
    [Description("The content type of the body is not accepted.")] public const string MediaType = "media_type";
    [Description("The HTTP method is not allowed here.")] public const string Method = "method";
    [Description("The page does not answer this HTTP method.")] public const string PageMethod = "page_method";
    [Description("A parameter of the path or the query is invalid.")] public const string ParameterInvalid = "parameter_invalid";
    [Description("A parameter is repeated.")] public const string ParameterRepeated = "parameter_repeated";
    [Description("A parameter is too long.")] public const string ParameterTooLong = "parameter_too_long";
    [Description("The path can be read in two ways.")] public const string PathAmbiguous = "path_ambiguous";
    [Description("No endpoint has this path.")] public const string PathUnknown = "path_unknown";
    [Description("The call came over plain http and holds secrets.")] public const string PlainHttp = "plain_http";
    [Description("The request has too many parameters.")] public const string TooManyParameters = "too_many_parameters";

    // The administration API.
    [Description("The cursor is none of this list, of these filters and of this caller.")]
    public const string CursorInvalid = "cursor_invalid";
    [Description("The object is defined in a file of the configuration, and is changed there.")]
    public const string FileOwned = "file_owned";
    [Description("The Idempotency-Key is not 1 to 255 visible characters of ASCII.")]
    public const string IdempotencyKeyMalformed = "idempotency_key_malformed";
    [Description("The Idempotency-Key was used for another request.")]
    public const string IdempotencyKeyReused = "idempotency_key_reused";
    [Description("An object of that name is there already.")] public const string ObjectExists = "object_exists";
    [Description("Other objects, or users, need the object as it is.")] public const string ObjectInUse = "object_in_use";
    [Description("Somebody else changed the same rows at the same moment.")] public const string ObjectRaced = "object_raced";
    [Description("The caller has no rights over the object.")] public const string ObjectOutOfReach = "object_out_of_reach";
    [Description("There is no such object, or the caller may not see it.")] public const string ObjectUnknown = "object_unknown";
    [Description("The object has changed since its ETag was read.")] public const string PreconditionFailed = "precondition_failed";
    [Description("The change of an object has no If-Match.")] public const string PreconditionMissing = "precondition_missing";
    [Description("The caller has fewer rights than they would give, or than the user has whom they would change.")]
    public const string RightsExceeded = "rights_exceeded";
    [Description("Administrators cannot disable, block or erase themselves, or take their own roles away.")]
    public const string SelfDemotion = "self_demotion";

    // Rights, referrals and limits.
    [Description("The caller lacks the permission.")] public const string PermissionMissing = "permission_missing";
    [Description("The caller made too many calls of this kind.")] public const string RateLimit = "rate_limit";
    [Description("Users cannot be referred by themselves.")] public const string ReferralCodeOwn = "referral_code_own";
    [Description("Another user has the referral code.")] public const string ReferralCodeTaken = "referral_code_taken";
    [Description("No such referral code exists.")] public const string ReferralCodeUnknown = "referral_code_unknown";
    [Description("All referral codes that can be made of the name are taken.")]
    public const string ReferralCodesExhausted = "referral_codes_exhausted";
    [Description("The owner of the code was referred by this user, directly or through others.")]
    public const string ReferralCycle = "referral_cycle";
    [Description("The user was referred before.")] public const string ReferralExists = "referral_exists";
    [Description("The user lacks the role.")] public const string RoleMissing = "role_missing";
    [Description("The tenant has a user of this id.")] public const string TenantUserExists = "tenant_user_exists";
    [Description("The tenant has no such user.")] public const string TenantUserUnknown = "tenant_user_unknown";

    // The directories of organizations: SCIM.
    [Description("The caller is no directory: its client has no scim_organization, or its API key no organization.")]
    public const string ScimDirectoryMissing = "scim_directory_missing";
    [Description("The filter cannot be read, or cannot be answered with an index.")] public const string ScimFilter = "scim_filter";
    [Description("There are no resources of the current user.")] public const string ScimMe = "scim_me";
    [Description("The attribute cannot be changed.")] public const string ScimMutability = "scim_mutability";
    [Description("The path of an operation cannot be read, or names no attribute.")] public const string ScimPath = "scim_path";
    [Description("The directory has no user or group with this id.")] public const string ScimResourceUnknown = "scim_resource_unknown";
    [Description("The role allows more than the API key does.")] public const string ScimRoleOutOfReach = "scim_role_out_of_reach";
    [Description("The body is no message of SCIM.")] public const string ScimSyntax = "scim_syntax";
    [Description("Another user has the user name, address, number or external id, or the group exists.")]
    public const string ScimTaken = "scim_taken";
    [Description("The path of an operation finds no value.")] public const string ScimTarget = "scim_target";
    [Description("The request has too many operations.")] public const string ScimTooMany = "scim_too_many";
    [Description("The user stands in the configuration files.")] public const string ScimUserInFiles = "scim_user_in_files";
    [Description("The user is out of the reach of the directory by a role or a proven address, or was disabled by an administrator.")]
    public const string ScimUserOutOfReach = "scim_user_out_of_reach";
    [Description("A value is missing or is none of its attribute.")] public const string ScimValue = "scim_value";
    [Description("The resource has another version than If-Match names.")] public const string ScimVersion = "scim_version";

    // The server itself, and messages that it sends.
    [Description("TLS with the other side failed.")] public const string TlsFailed = "tls_failed";
    [Description("The name of the other side does not exist.")] public const string HostNotFound = "host_not_found";
    [Description("The other side cannot be reached.")] public const string ConnectionFailed = "connection_failed";
    [Description("The address of the other side is one that the server does not connect to.")]
    public const string AddressRefused = "address_refused";
    [Description("The client has no address for back-channel logouts any more.")]
    public const string ClientHasNoBackchannel = "client_has_no_backchannel";
    [Description("The database refuses the server; the log says what to change.")]
    public const string DatabaseMisconfigured = "database_misconfigured";
    [Description("The database cannot be reached.")] public const string DatabaseUnavailable = "database_unavailable";
    [Description("The server had no memory for the request; the log says where.")]
    public const string MemoryExhausted = "memory_exhausted";
    [Description("The message was not sent before it became useless.")] public const string MessageExpired = "message_expired";
    [Description("The stored message cannot be read with the server's key.")] public const string PayloadUnreadable = "payload_unreadable";
    [Description("The mail server does not accept the form of the recipient's address.")]
    public const string RecipientMalformed = "recipient_malformed";
    [Description("The server failed; the log holds the exception.")] public const string ServerError = "server_error";
    [Description("The mail server wants authentication or TLS first.")] public const string Smtp530 = "smtp_530";
    [Description("The mail server refused the credentials.")] public const string SmtpAuthentication = "smtp_authentication";
    [Description("The mail server's certificate is not trusted.")] public const string SmtpCertificate = "smtp_certificate";
    [Description("The mail server cannot be reached.")] public const string SmtpConnection = "smtp_connection";
    [Description("The mail server offers no authentication mechanism that the server can use.")]
    public const string SmtpNoMechanism = "smtp_no_mechanism";
    [Description("The mail server does not offer STARTTLS.")] public const string SmtpNoStarttls = "smtp_no_starttls";
    [Description("TLS with the mail server failed.")] public const string SmtpTls = "smtp_tls";
    [Description("The file with the access token for the mail server is missing or empty.")]
    public const string SmtpTokenMissing = "smtp_token_missing";
    [Description("The other side did not answer in time.")] public const string Timeout = "timeout";
}
