using System.Globalization;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Messaging;
using IdentityHub.Server.Messaging.Templates;
using IdentityHub.Storage;
using IdentityHub.Storage.Otp;

namespace IdentityHub.Server.Authentication.OneTimeCodes;

/// <summary>A request for a code.</summary>
/// <param name="Policy">How long the code is valid, how many digits it has, and whether it may go to an address without an account.</param>
/// <param name="SenderName">The application that the message names.</param>
/// <param name="Languages">BCP 47 tags in the order of preference, for a user without a stored language.</param>
internal sealed record OtpRequest(
    OtpAddress Address, OtpPurpose Purpose, OtpDefinition Policy, string SenderName, IReadOnlyList<string> Languages)
{
    /// <summary>
    /// Stores in the transaction what the link of the message opens, and gives the address of the link; null for a message without one.
    /// </summary>
    public Func<SqlTransaction, SentCode, CancellationToken, Task<string>>? StoreLink { get; init; }
}

/// <summary>A code on its way.</summary>
/// <param name="ExpiresAt">UTC.</param>
internal sealed record SentCode(string Code, DateTimeOffset ExpiresAt)
{
    /// <summary>Shows nothing of the code.</summary>
    public override string ToString() => nameof(SentCode);
}

/// <summary>
/// Sends a code. Whether the address belongs to a user is not looked up here: the code is stored and the message is written in any case.
/// The delivery finds out whether the message has a recipient. ASSURANCE E1 to E3.
/// </summary>
internal sealed class OtpSending(OtpSendLimits limits, OtpCodes codes, HubDatabase database, OutboxWriter outbox, AuditTrail audit)
{
    /// <summary>Stores a code in place of the one before it and writes the message, in one transaction.</summary>
    /// <returns>The refusal when too many have been asked for; else null.</returns>
    public async Task<Refusal?> SendAsync(OtpRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var (address, purpose, policy, sender, languages) = request;
        if (await limits.CountAsync(address.Key, purpose.ClientId, context, cancellationToken) is { } wait)
            return Refusal.TooManyRequests(Reasons.OtpSendsExhausted, "too many codes asked for", wait);

        var (id, code) = (Identifiers.NewId(context.Now), OtpCodes.Draw(policy.Digits));
        var password = new OneTimePassword
        {
            SlotHash = codes.SlotOf(address, purpose),
            Id = id,
            CodeHash = codes.HashOf(id, code),
            CreatedAt = context.Now,
            ExpiresAt = context.Now + policy.Ttl,
        };
        var values = new Dictionary<string, string>
        {
            ["code"] = code,
            ["minutes"] = Math.Max(1, (int)policy.Ttl.TotalMinutes).ToString(CultureInfo.InvariantCulture),
            ["client"] = sender,
        };
        var kind = !address.IsEmail ? TemplateKind.OtpSms : request.StoreLink is null ? TemplateKind.OtpEmail : TemplateKind.OtpLinkEmail;
        var message = new AddressedMessage(id, address.Value, kind.Name, values, languages, password.ExpiresAt)
        {
            OnlyToUsers = !policy.AllowNewUsers,
            ClientId = purpose.ClientId.Length > 0 ? purpose.ClientId : null,
        };

        await using (var transaction = await database.BeginAsync(cancellationToken))
        {
            await OneTimePasswordStore.PutAsync(transaction, password, cancellationToken);
            if (request.StoreLink is { } link)
                values["link"] = await link(transaction, new SentCode(code, password.ExpiresAt), cancellationToken);
            await outbox.AddAsync(transaction, address.IsEmail ? AddressedMessage.Email : AddressedMessage.Sms, message, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        outbox.Signal();
        await audit.WriteAsync(context, AuditTypes.OtpRequested);
        return null;
    }
}
