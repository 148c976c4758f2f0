using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Protocol;

/// <summary>
/// Why a request is not answered as asked. It knows no contract: the endpoint's translation makes a code and a status of
/// <see cref="Kind"/>. <see cref="Description"/> and <see cref="Fields"/> go to the caller; <see cref="PublicReason"/> goes to a caller who
/// has authenticated; <see cref="Reason"/> and <see cref="Detail"/> go to the log and the audit trail only.
/// </summary>
/// <param name="Kind">What every contract translates.</param>
/// <param name="Description">A public sentence: says what to change, and nothing that the caller may not know.</param>
/// <param name="Reason">The check that refused: one of <see cref="Reasons"/>.</param>
/// <param name="Detail">The private sentence for the administrator. Holds no secret, token, code or OTP.</param>
/// <param name="RetryAfter">When set, the caller is told to wait this long (<c>Retry-After</c>, whole seconds, rounded up).</param>
public sealed record Refusal(RefusalKind Kind, string Description, string Reason, string Detail, TimeSpan? RetryAfter = null)
{
    /// <summary>
    /// What an authenticated caller learns of <see cref="Reason"/>; less than all of it where the reason would tell whether a user exists.
    /// </summary>
    public string PublicReason { get; init; } = Reason;

    /// <summary>Parameters that the challenge of the answer has besides its error. RFC 9470 §3.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Challenge { get; init; } = [];

    /// <summary>True for what is answered again and again while nothing is wrong: the audit trail does not record it.</summary>
    public bool IsRoutine { get; init; }

    /// <summary>The fields that are wrong; empty when the refusal is about none in particular.</summary>
    public IReadOnlyList<FieldFault> Fields { get; init; } = [];

    /// <summary>Where the object is defined that only its file may change; null for every other refusal.</summary>
    public DefinedPlace? Place { get; init; }

    /// <summary>The one public sentence of every refused grant, so that refusals cannot be told apart.</summary>
    public const string GrantRefused = "The presented grant is invalid, expired, revoked or was issued to another client.";

    /// <summary>The one public sentence of every refused client authentication.</summary>
    public const string ClientRefused = "Client authentication failed.";

    /// <summary>The one public sentence for every wrong user name or password.</summary>
    public const string CredentialsRefused = "The user name or password is wrong.";

    /// <summary>The one public sentence for every refused one-time password.</summary>
    public const string OneTimePasswordRefused = "The one-time password is wrong or has expired.";

    /// <summary>A refusal whose public sentence tells the administrator all there is to tell.</summary>
    public static Refusal Of(RefusalKind kind, string description, string reason) => new(kind, description, reason, description);

    public static Refusal InvalidRequest(string description, string reason = Reasons.InvalidRequest) =>
        Of(RefusalKind.InvalidRequest, description, reason);

    /// <summary>Everything that is wrong with a body, in one refusal.</summary>
    public static Refusal InvalidFields(params IReadOnlyList<FieldFault> faults)
    {
        // The name of an unknown field is the caller's text and may hold anything: the audit trail only notes that there was one.
        var detail = string.Join("; ", faults.Select(fault => fault.IsKnown ? $"{fault.Path} {fault.Reason}" : "an unknown field"));
        return new Refusal(RefusalKind.InvalidRequest, "Fields are invalid.", Reasons.FieldsInvalid, detail) { Fields = faults };
    }

    public static Refusal InvalidClient(string reason, string detail) =>
        new(RefusalKind.InvalidClient, ClientRefused, reason, detail);

    public static Refusal InvalidGrant(string reason, string detail) =>
        new(RefusalKind.InvalidGrant, GrantRefused, reason, detail);

    /// <summary>A wrong user name, a wrong password, a locked or a disabled user: one answer for all. Contract rule 4.</summary>
    public static Refusal InvalidCredentials(string reason, string detail) =>
        new(RefusalKind.InvalidCredentials, CredentialsRefused, reason, detail) { PublicReason = Reasons.CredentialsRefused };

    /// <summary>A one-time password that is wrong, used, expired or replaced, or whose user is not admitted: one answer for all.</summary>
    public static Refusal InvalidOneTimePassword(string reason, string detail) =>
        new(RefusalKind.InvalidOneTimePassword, OneTimePasswordRefused, reason, detail) { PublicReason = Reasons.OtpRefused };

    public static Refusal InvalidScope(string description) =>
        Of(RefusalKind.InvalidScope, description, Reasons.InvalidScope);

    public static Refusal UnauthorizedClient(string description) =>
        Of(RefusalKind.UnauthorizedClient, description, Reasons.UnauthorizedClient);

    public static Refusal UnsupportedGrantType(string description) =>
        Of(RefusalKind.UnsupportedGrantType, description, Reasons.UnsupportedGrantType);

    /// <summary>A limit was reached; depends only on what the caller sent. RFC 6585 §4.</summary>
    public static Refusal TooManyRequests(string reason, string detail, TimeSpan retryAfter) =>
        new(RefusalKind.TooManyRequests, "Too many attempts. Wait before you try again.", reason, detail, retryAfter);

    /// <summary>The server cannot answer now (database gone, hashing lane full). Nothing was changed.</summary>
    public static Refusal TemporarilyUnavailable(string reason, string detail, TimeSpan retryAfter) =>
        new(RefusalKind.TemporarilyUnavailable, "The server is busy. Try again shortly.", reason, detail, retryAfter);
}

/// <summary>A place of the configuration files.</summary>
/// <param name="File">Relative to the folder of the configuration.</param>
/// <param name="Line">The first is 1.</param>
public sealed record DefinedPlace(string File, int Line);
