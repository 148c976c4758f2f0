using System.Globalization;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Authentication.OneTimeCodes;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Messaging;
using IdentityHub.Server.Messaging.Templates;
using IdentityHub.Server.Settings;
using IdentityHub.Storage;
using IdentityHub.Storage.AddressChanges;
using IdentityHub.Storage.Counters;
using IdentityHub.Storage.Otp;
using IdentityHub.Storage.Sessions;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Accounts;

/// <summary>The messages around a new address: the code to the new one, and the notice to the old one, or to the other one.</summary>
internal sealed class AddressChangeMessages(
    OtpSendLimits limits, CallLimits calls, OtpCodes codes, HubDatabase database, OutboxWriter outbox, SecurityNotices notices,
    AuditTrail audit, IOptions<HubSettings> settings)
{
    /// <summary>How long a code lives.</summary>
    public static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(10);

    /// <summary>Path of the page that the link of the notice opens.</summary>
    public const string UndoPath = "/account/addresses/undo";

    private const int Digits = 6;
    private static readonly CallRule OfUser = new(10, TimeSpan.FromHours(1));

    /// <summary>Sends a code in place of the one before it. Nothing is sent to an address of another user.</summary>
    /// <returns>The refusal when too many have been asked for; else null.</returns>
    public async Task<Refusal?> SendCodeAsync(
        StoredBrowserSession session, OtpAddress address, IReadOnlyList<string> languages, RequestContext context,
        CancellationToken cancellationToken)
    {
        var counted = await calls.CountAsync(
            OfUser, LimitNames.AddressCode, LimitNames.SubjectOf(session.UserId), context, cancellationToken);
        if (!counted.LetThrough)
            return TooMany(counted.ResetsIn);
        if (await limits.CountAsync(address.Key, clientId: "", context, cancellationToken) is { } wait)
            return TooMany(wait);

        var (id, code) = (Identifiers.NewId(context.Now), OtpCodes.Draw(Digits));
        var password = new OneTimePassword
        {
            SlotHash = codes.SlotOf(address, AddressChanging.PurposeOf(session)),
            Id = id,
            CodeHash = codes.HashOf(id, code),
            CreatedAt = context.Now,
            ExpiresAt = context.Now + CodeLifetime,
        };
        var values = new Dictionary<string, string>
        {
            ["code"] = code,
            ["minutes"] = CodeLifetime.TotalMinutes.ToString(CultureInfo.InvariantCulture),
            ["host"] = new Uri(settings.Value.Issuer).Host,
        };
        var kind = address.IsEmail ? TemplateKind.AddressCode : TemplateKind.AddressCodeSms;
        var message = new AddressedMessage(id, address.Value, kind.Name, values, languages, password.ExpiresAt)
        {
            NotToOthersThan = session.UserId,
        };
        await using (var transaction = await database.BeginAsync(cancellationToken))
        {
            await OneTimePasswordStore.PutAsync(transaction, password, cancellationToken);
            await outbox.AddAsync(transaction, ChannelOf(!address.IsEmail), message, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        outbox.Signal();
        await audit.WriteAsync(context, AuditTypes.OtpRequested, session.UserId, session.Id);
        return null;
    }

    /// <summary>
    /// Writes the notices inside the transaction that changes an address. The link that undoes the change goes to the old address, or,
    /// where that one was never proven, to the user's other proven address. Without either, a new e-mail address hears of itself.
    /// </summary>
    /// <param name="undo">The token that undoes the change.</param>
    public Task AddNoticesAsync(
        SqlTransaction transaction, StoredBrowserSession session, ProvenNewAddress proven, AddressesBefore before, string undo,
        RequestContext context, CancellationToken cancellationToken)
    {
        var link = $"{settings.Value.Issuer}{UndoPath}?token={undo}";
        return (proven.IsPhone, before) switch
        {
            (false, { Proven: { } old }) => notices.AddWithUndoAsync(
                transaction, old, session.UserName, SecurityNotice.EmailChanged, link, context, cancellationToken),
            (true, { Proven: { } old }) => AddPhoneChangedAsync(transaction, session, old, link, context, cancellationToken),
            (true, { OtherProven: { } email }) => notices.AddWithUndoAsync(
                transaction, email, session.UserName, SecurityNotice.PhoneAdded, link, context, cancellationToken),
            (false, { OtherProven: { } phone }) => AddSmsAsync(
                transaction, TemplateKind.EmailAddedSms, session, phone, link, context, cancellationToken),

            // Who reads the new number has typed the code from it a moment ago.
            (true, _) => Task.CompletedTask,
            _ => notices.AddAsync(transaction, session.UserId, SecurityNotice.EmailAdded, context, cancellationToken),
        };
    }

    private async Task AddPhoneChangedAsync(
        SqlTransaction transaction, StoredBrowserSession session, string old, string link, RequestContext context,
        CancellationToken cancellationToken)
    {
        await AddSmsAsync(transaction, TemplateKind.PhoneChangedSms, session, old, link, context, cancellationToken);
        await notices.AddAsync(transaction, session.UserId, SecurityNotice.PhoneChanged, context, cancellationToken);
    }

    private Task AddSmsAsync(
        SqlTransaction transaction, TemplateKind kind, StoredBrowserSession session, string phone, string link, RequestContext context,
        CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, string> { ["user"] = session.UserName, ["link"] = link };
        var message = new AddressedMessage(
            Identifiers.NewId(context.Now), phone, kind.Name, values, [], context.Now + AddressChangeStore.UndoTime);
        return outbox.AddAsync(transaction, AddressedMessage.Sms, message, cancellationToken);
    }

    /// <summary>Says, once the transaction has committed, that there may be something to send.</summary>
    public void Signal() => outbox.Signal();

    private static string ChannelOf(bool isPhone) => isPhone ? AddressedMessage.Sms : AddressedMessage.Email;

    private static Refusal TooMany(TimeSpan wait) =>
        Refusal.TooManyRequests(Reasons.OtpSendsExhausted, "too many codes asked for", wait);
}
