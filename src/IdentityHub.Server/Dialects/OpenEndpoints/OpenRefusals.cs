using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Server.Dialects.OpenEndpoints;

/// <summary>What the rules of the open endpoints refuse. contracts/open-endpoints.md.</summary>
internal static class OpenRefusals
{
    public static Refusal CredentialMissing { get; } = Refusal.Of(
        RefusalKind.InvalidToken,
        "An API key (HTTP Basic, empty user name) or a token (X-SaaSquatch-User-Token, or Authorization: Bearer) is needed.",
        Reasons.CredentialMissing);

    public static Refusal OtherUser { get; } = Refusal.Of(
        RefusalKind.Forbidden, "The token speaks for its own user only.", Reasons.CustomerTokenForeign);

    public static Refusal ReadOnly { get; } = Refusal.Of(
        RefusalKind.Forbidden, "The token may read only: a write token carries email and firstName.", Reasons.CustomerTokenReadOnly);

    public static Refusal UserNotFound { get; } =
        Refusal.Of(RefusalKind.NotFound, "There is no such user.", Reasons.TenantUserUnknown) with { IsRoutine = true };

    public static Refusal CodeNotFound { get; } =
        Refusal.Of(RefusalKind.NotFound, "There is no such referral code.", Reasons.ReferralCodeUnknown) with { IsRoutine = true };

    public static Refusal UserExists { get; } = Refusal.Of(
        RefusalKind.Conflict, "The account has a user of this id already.", Reasons.TenantUserExists);

    public static Refusal CodeTaken { get; } = Refusal.Of(
        RefusalKind.Conflict, "Another user has this referral code.", Reasons.ReferralCodeTaken);

    public static Refusal OwnCode { get; } = Refusal.Of(
        RefusalKind.InvalidRequest, "Nobody is referred by himself.", Reasons.ReferralCodeOwn);

    public static Refusal Cycle { get; } = Refusal.Of(
        RefusalKind.InvalidRequest, "The owner of this code was referred by this user, directly or through others.", Reasons.ReferralCycle);

    public static Refusal AlreadyReferred { get; } = Refusal.Of(
        RefusalKind.Conflict, "The user was referred by somebody else already.", Reasons.ReferralExists);

    /// <summary>The user of the token is disabled, blocked or not admitted yet.</summary>
    public static Refusal NotAdmitted(string reason) => Refusal.Of(RefusalKind.Forbidden, "The user is not admitted.", reason);

    /// <summary>A value of the path or the query.</summary>
    public static Refusal Invalid(string name, string reason) =>
        Refusal.Of(RefusalKind.InvalidRequest, $"Parameter {name} {reason}.", Reasons.ParameterInvalid);

    /// <summary>A value in the request contradicts the signed token or the path.</summary>
    public static Refusal Contradiction(string name, string other) =>
        Refusal.Of(RefusalKind.InvalidRequest, $"Field {name} is not what {other} says.", Reasons.FieldContradicts);
}
