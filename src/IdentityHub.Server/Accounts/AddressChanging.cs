using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Authentication.OneTimeCodes;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.AddressChanges;
using IdentityHub.Storage.Otp;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Accounts;

/// <summary>
/// Users change their e-mail address or phone number, or prove the one that they have: with a code that was sent to it, in the browser
/// session that asked for it. Whether the address belongs to another user is not told: nothing is sent there, and any code is wrong.
/// ASSURANCE E1.
/// </summary>
internal sealed class AddressChanging(
    OtpGuesses guesses, OtpCodes codes, OneTimePasswordStore passwords, AddressChangeStore changes, AddressChangeMessages messages,
    AuditTrail audit)
{
    /// <summary>Takes the code that was sent to an address, and gives the user that address.</summary>
    /// <returns>The refusal, in the same words for wrong, used, expired and an address of another user; else null.</returns>
    public async Task<Refusal?> ConfirmAsync(
        StoredBrowserSession session, OtpAddress address, string code, RequestContext context, CancellationToken cancellationToken)
    {
        var slot = codes.SlotOf(address, PurposeOf(session));
        var changed = await guesses.RunAsync(
            address.Key, session.UserId, () => passwords.IsUntriedAsync(slot, context.Now, cancellationToken),
            () => EvaluateAsync(session, address, slot, code, context, cancellationToken), context, cancellationToken);
        return changed.Succeeded ? null : changed.Error;
    }

    /// <summary>A code is for one address in one session of one user.</summary>
    public static OtpPurpose PurposeOf(StoredBrowserSession session) => new("", $"address\n{session.UserId}\n{session.Id}");

    private async ValueTask<Outcome<ProvenNewAddress>> EvaluateAsync(
        StoredBrowserSession session, OtpAddress address, byte[] slot, string code, RequestContext context,
        CancellationToken cancellationToken)
    {
        var tried = await passwords.TryAsync(slot, context.Now, cancellationToken);
        if (codes.RefusalOf(tried, slot, code) is { } wrong)
            return wrong;

        // Last, because it changes state.
        var proven = new ProvenNewAddress(session.UserId, session.Id, !address.IsEmail, address.Value, slot, tried!.Id);
        var undo = OpaqueToken.Create(OpaqueTokenType.AddressUndo);
        var isNew = false;
        var result = await changes.ChangeAsync(
            proven, TokenHash.Of(undo), context.Now,
            (transaction, before, ct) =>
            {
                isNew = before is not null;
                return before is null
                    ? Task.CompletedTask
                    : messages.AddNoticesAsync(transaction, session, proven, before, undo, context, ct);
            },
            cancellationToken);
        if (result == AddressChangeResult.Taken)
            return Refusal.InvalidOneTimePassword(Reasons.AddressTaken, "right code, but the address belongs to another user");
        if (result == AddressChangeResult.SessionEnded)
            return Refusal.InvalidOneTimePassword(Reasons.SessionEnded, "right code, but the session has ended a moment ago");
        if (result == AddressChangeResult.Lost)
            return Refusal.InvalidOneTimePassword(Reasons.OtpUsed, "used, replaced or expired a moment ago");
        messages.Signal();
        await audit.WriteAsync(
            context, isNew ? AuditTypes.AddressChanged : AuditTypes.AddressConfirmed, session.UserId, session.Id,
            detail: address.IsEmail ? "e-mail address" : "phone number");
        return proven;
    }
}
