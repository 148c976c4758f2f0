using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Messaging;
using IdentityHub.Storage;
using IdentityHub.Storage.PasswordResets;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Accounts;

/// <summary>
/// Requests for reset mails. Each is put into the outbox unread, so that it costs the same for every user that it names. It is evaluated in
/// the background: where all its data match the user, a token is made and its mail written in one transaction. ASSURANCE E1 to E3.
/// </summary>
internal sealed class PasswordResetRequests(
    HubDatabase database, PasswordResetStore resets, PasswordResetTokens tokens, OutboxWriter outbox, AuditTrail audit,
    TimeProvider time) : OutboxChannel
{
    public override string Name => PasswordResetRequest.Channel;

    /// <summary>Takes a request.</summary>
    public async Task AddAsync(PasswordResetRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        await using (var transaction = await database.BeginAsync(cancellationToken))
        {
            await outbox.AddAsync(transaction, Name, request, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        outbox.Signal();
        await audit.WriteAsync(context, AuditTypes.PasswordResetRequested);
    }

    public override async Task<Delivery> SendAsync(byte[] payload, CancellationToken cancellationToken)
    {
        var request = Read<PasswordResetRequest>(payload);
        var now = time.GetUtcNow();
        if (await resets.FindRecipientAsync(request.UserId, request.Email, cancellationToken) is not { } user)
            return Dropped(Reasons.RecipientUnknown, null);
        if (user.Status.GetDenialReason(now) is { } refusal)
            return Dropped(refusal, user);
        if (!IsNumberOf(request.Phone, user) || !IsNumberOf(request.Mobile, user))
            return Dropped(Reasons.PhoneNumberForeign, user);

        if (!await tokens.TryIssueAsync(
                user, isByPhone: false, token => LinkTo(request.Page, token, user), request.Template, languages: [], cancellationToken))
            return Dropped(Reasons.RecipientUnknown, user);
        return new Delivery(DeliveryVerdict.Delivered, null) { UserId = user.UserId };
    }

    private static bool IsNumberOf(string? phone, ResetRecipient user) =>
        phone is null || (PhoneNumber.Normalize(phone) is { } normalized && normalized == user.PhoneNumber);

    private static string LinkTo(string page, string token, ResetRecipient user) =>
        RedirectUris.WithQuery(page, $"token={token}&username={Uri.EscapeDataString(user.UserName)}");

    private static Delivery Dropped(string reason, ResetRecipient? user) => new(DeliveryVerdict.Dropped, reason) { UserId = user?.UserId };
}
