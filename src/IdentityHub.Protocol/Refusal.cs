using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Protocol;

/// <summary>
/// A refusal as RFC 6749 §5.2 words it. <see cref="Code"/> and <see cref="Description"/> go to the caller;
/// <see cref="PublicReason"/> goes to a caller who has authenticated; <see cref="Reason"/> and <see cref="Detail"/> go to the log and the
/// audit trail only.
/// </summary>
/// <param name="Code">The registered error code, e.g. <c>invalid_grant</c>.</param>
/// <param name="Description">A public sentence: says what to change, and nothing that the caller may not know.</param>
/// <param name="Reason">A stable snake_case code of the check that refused, e.g. <c>refresh_token_expired</c>.</param>
/// <param name="Detail">The private sentence for the administrator. Holds no secret, token, code or OTP.</param>
/// <param name="Status">HTTP status of the answer at the standard endpoints.</param>
/// <param name="RetryAfter">When set, the caller is told to wait this long (<c>Retry-After</c>, whole seconds, rounded up).</param>
public sealed record Refusal(
    string Code,
    string Description,
    string Reason,
    string Detail,
    int Status = 400,
    TimeSpan? RetryAfter = null)
{
    /// <summary>
    /// What an authenticated caller learns of <see cref="Reason"/>; less than all of it where the reason would tell whether a user exists.
    /// </summary>
    public string PublicReason { get; init; } = Reason;

    /// <summary>True for what is answered again and again while nothing is wrong: the audit trail does not record it.</summary>
    public bool IsRoutine { get; init; }

    /// <summary>The one public sentence of every refused grant, so that refusals cannot be told apart.</summary>
    public const string GrantRefused = "The presented grant is invalid, expired, revoked or was issued to another client.";

    /// <summary>The one public sentence of every refused client authentication.</summary>
    public const string ClientRefused = "Client authentication failed.";

    /// <summary>The one public sentence for every wrong user name or password. RFC 6749 §5.2 <c>invalid_grant</c>.</summary>
    public const string CredentialsRefused = "The user name or password is wrong.";

    /// <summary>The one public sentence for every refused one-time password.</summary>
    public const string OneTimePasswordRefused = "The one-time password is wrong or has expired.";

    public static Refusal InvalidRequest(string description, string reason = Reasons.InvalidRequest) =>
        new("invalid_request", description, reason, description);

    public static Refusal InvalidClient(string reason, string detail) =>
        new("invalid_client", ClientRefused, reason, detail, 401);

    public static Refusal InvalidGrant(string reason, string detail) =>
        new("invalid_grant", GrantRefused, reason, detail);

    /// <summary>A wrong user name, a wrong password, a locked or a disabled user: one answer for all. Contract rule 4.</summary>
    public static Refusal InvalidCredentials(string reason, string detail) =>
        new("invalid_grant", CredentialsRefused, reason, detail) { PublicReason = Reasons.CredentialsRefused };

    /// <summary>A one-time password that is wrong, used, expired or replaced, or whose user is not admitted: one answer for all.</summary>
    public static Refusal InvalidOneTimePassword(string reason, string detail) =>
        new("invalid_grant", OneTimePasswordRefused, reason, detail) { PublicReason = Reasons.OtpRefused };

    public static Refusal InvalidScope(string description) =>
        new("invalid_scope", description, Reasons.InvalidScope, description);

    public static Refusal UnauthorizedClient(string description) =>
        new("unauthorized_client", description, Reasons.UnauthorizedClient, description);

    public static Refusal UnsupportedGrantType(string description) =>
        new("unsupported_grant_type", description, Reasons.UnsupportedGrantType, description);

    /// <summary>A limit was reached; depends only on what the caller sent. RFC 6585 §4.</summary>
    public static Refusal TooManyRequests(string reason, string detail, TimeSpan retryAfter) =>
        new("slow_down", "Too many attempts. Wait before you try again.", reason, detail, 429, retryAfter);

    /// <summary>The server cannot answer now (database gone, hashing lane full). Nothing was changed.</summary>
    public static Refusal TemporarilyUnavailable(string reason, string detail, TimeSpan retryAfter) =>
        new("temporarily_unavailable", "The server is busy. Try again shortly.", reason, detail, 503, retryAfter);
}
