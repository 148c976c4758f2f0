using System.Text.Json;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Messaging.Templates;
using IdentityHub.Server.Messaging.Transports;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Messaging;

/// <summary>
/// E-mail, or text messages: finds the user of the address, writes the message in their language, and hands it to the transport.
/// </summary>
/// <param name="name"><see cref="AddressedMessage.Email"/> or <see cref="AddressedMessage.Sms"/>.</param>
internal sealed class AddressedChannel(string name, ITransport transport, MessageWords words, UserDirectory users, TimeProvider time)
    : OutboxChannel
{
    public override string Name => name;

    public override async Task<Delivery> SendAsync(byte[] payload, CancellationToken cancellationToken)
    {
        var message = Read<AddressedMessage>(payload);
        var kind = TemplateKind.All.FirstOrDefault(kind => kind.Name == message.Template)
            ?? throw new JsonException("No template has this name.");
        var now = time.GetUtcNow();
        if (now >= message.ExpiresAt)
            return Dropped(Reasons.MessageExpired, message, null);

        var user = name == AddressedMessage.Email
            ? await users.FindByAddressAsync(NameNormalizer.Normalize(message.To), null, cancellationToken)
            : await users.FindByAddressAsync(null, message.To, cancellationToken);
        if (user is null && message.OnlyToUsers)
            return Dropped(Reasons.RecipientUnknown, message, null);
        if (message.NotToOthersThan is { } only && user is not null && user.Credential.UserId != only)
            return Dropped(Reasons.AddressTaken, message, null);
        if (user?.Credential.Status.GetDenialReason(now) is { } refusal)
            return Dropped(refusal, message, user);

        var text = words.Write(kind, message.Variant, [user?.Locale, .. message.Languages], message.Values);
        var delivery = await transport.SendAsync(new OutgoingMessage(message.Id, user?.Address ?? message.To, text), cancellationToken);
        return delivery with { ClientId = message.ClientId, UserId = user?.Credential.UserId };
    }

    private static Delivery Dropped(string reason, AddressedMessage message, AddressedUser? user) =>
        new(DeliveryVerdict.Dropped, reason) { ClientId = message.ClientId, UserId = user?.Credential.UserId };
}
