using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Sessions;
using IdentityHub.Storage.AddressChanges;

namespace IdentityHub.Server.Accounts;

/// <summary>
/// The link of the notice to an old address puts the addresses back to what they were, once, within seven days. The person who changed them
/// has the password: it is removed, and every session ends. The owner sets a new one with a reset message to the old address.
/// </summary>
internal sealed class AddressUndo(AddressUndoStore undos, SessionEnd ends, AuditTrail audit)
{
    /// <summary>The change that a link undoes; the refusal when it undoes none any more. Changes nothing.</summary>
    public async Task<Outcome<UndoableChange>> FindAsync(string token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!OpaqueToken.IsWellFormed(token, OpaqueTokenType.AddressUndo)
            || await undos.FindAsync(TokenHash.Of(token), now, cancellationToken) is not { } change)
            return Dead(Reasons.AddressUndoDead);
        return change.Status.GetDenialReason(now) is { } denial ? Dead(denial) : change;
    }

    /// <summary>Undoes it.</summary>
    /// <returns>
    /// What has become of each address. The refusal when the link undoes nothing, or another user has proven the address that it is about.
    /// </returns>
    public async Task<Outcome<UndoneChange>> UndoAsync(string token, RequestContext context, CancellationToken cancellationToken)
    {
        var change = await FindAsync(token, context.Now, cancellationToken);
        if (!change.Succeeded)
            return change.Error;

        // Last, because it changes state.
        var undone = await undos.UndoAsync(
            TokenHash.Of(token), change.Value.UserId, SessionEndReasons.AddressUndone, context.Now, ends.WriteNoticesAsync,
            cancellationToken);
        if (undone.IsTaken)
            return Dead(Reasons.AddressTaken);
        if (undone.Ended is null)
            return Dead(Reasons.AddressUndoDead);
        await audit.WriteAsync(context, AuditTypes.AddressUndone, change.Value.UserId);
        await ends.AnnounceAsync(undone.Ended, SessionEndReasons.AddressUndone, context);
        return undone;
    }

    private static Refusal Dead(string reason) =>
        new(RefusalKind.InvalidGrant, "The link undoes nothing any more.", reason, $"refused: {reason}");
}
