using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Storage.ClientAccounts;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary>Refusals that are the client accounts' own.</summary>
internal static class AccountRefusals
{
    /// <summary>The field with the id of an account.</summary>
    public const string UserId = "user_id";

    private const string InUse = "is in use already";

    public static Refusal NotFound { get; } = new(
        RefusalKind.NotFound, "There is no such client account.", Reasons.AccountUnknown, "no such client account, or only its tombstone");

    public static Refusal OtherAccount { get; } = new(
        RefusalKind.Forbidden, "The token belongs to another client account.",
        Reasons.ClientTokenForeign, "the Client-Token is that of another account");

    public static Refusal TokenInvalid(string reason) => new(
        RefusalKind.InvalidToken, "The Client-Token is missing, invalid, expired or revoked.", reason, $"Client-Token refused: {reason}");

    /// <summary>What another user has already. A phone number has no code of its own in the contract: its value is refused.</summary>
    public static Refusal Taken(AccountConflicts conflicts, bool withId)
    {
        var faults = new List<FieldFault>();
        if (withId && conflicts.Id)
            faults.Add(Taken(UserId));
        if (conflicts.Email)
            faults.Add(Taken("email"));
        return faults.Count > 0
            ? Refusal.InvalidFields(faults) with
            {
                Kind = RefusalKind.Conflict,
                Reason = Reasons.AccountTaken,
                PublicReason = Reasons.AccountTaken,
            }
            : Refusal.InvalidFields(Taken("phone_number"));
    }

    /// <summary>A value of an attribute in <c>custom_data</c> is another user's.</summary>
    public static Refusal AttributeTaken(string attribute) => Refusal.InvalidFields(
        new FieldFault(false, $"{FieldCheck.Root}.custom_data.{attribute}", attribute, InUse, IsKnown: false));

    private static FieldFault Taken(string field) => new(false, $"{FieldCheck.Root}.{field}", field, InUse);
}
