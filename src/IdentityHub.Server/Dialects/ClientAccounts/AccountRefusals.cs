using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Storage.ClientAccounts;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary>Refusals that are the client accounts' own.</summary>
internal static class AccountRefusals
{
    private const string InUse = "Already in use";

    public static Refusal NotFound { get; } =
        new("not_found", "There is no such client account.", "account_unknown", "no such client account, or only its tombstone", StatusCodes.Status404NotFound);

    public static Refusal OtherAccount { get; } =
        new("forbidden", "The token belongs to another client account.", "client_token_foreign", "the Client-Token is that of another account", StatusCodes.Status403Forbidden);

    public static Refusal TokenInvalid(string reason) =>
        new("invalid_token", "The Client-Token is missing, invalid, expired or revoked.", reason, $"Client-Token refused: {reason}", StatusCodes.Status401Unauthorized);

    /// <summary>What another user has already. A phone number has no code of its own in the contract: its value is refused.</summary>
    public static Refusal Taken(HttpContext http, AccountConflicts conflicts, bool withId)
    {
        var entries = new List<ListedError>();
        if (withId && conflicts.Id)
            entries.Add(new(ErrorCodes.ConflictId, InUse, "This user_id is in use already.", $"{FieldCheck.Root}.user_id"));
        if (conflicts.Email)
            entries.Add(new(ErrorCodes.ConflictEmail, InUse, "This e-mail address is in use already.", $"{FieldCheck.Root}.email"));
        return entries.Count > 0
            ? ListedErrors.Of(http, StatusCodes.Status409Conflict, Reasons.AccountTaken, entries)
            : ListedErrors.Invalid(http, [new FieldFault(false, $"{FieldCheck.Root}.phone_number", "phone_number", "is in use already")]);
    }
}
