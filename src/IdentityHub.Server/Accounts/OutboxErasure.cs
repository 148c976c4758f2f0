using System.Security.Cryptography;
using System.Text.Json;
using IdentityHub.Server.Messaging;
using IdentityHub.Storage;
using IdentityHub.Storage.ClientAccounts;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Outbox;
using IdentityHub.Storage.PasswordResets;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Accounts;

/// <summary>
/// Removes the messages to an erased person, sent or not, and those that they had sent to an address to prove it. Who they are for is
/// inside the wrapped payload, so those that are not older than the account are opened one by one: at most thirty days of them are kept,
/// and an erasure is rare.
/// </summary>
internal sealed class OutboxErasure(KeyProtector protector)
{
    private static readonly string[] Channels =
    [
        AddressedMessage.Email, AddressedMessage.Sms, PasswordResetRequest.Channel, ForgottenPasswordRequest.Channel,
    ];

    /// <summary>Removes them inside the transaction that erases the account.</summary>
    public async Task EraseAsync(SqlTransaction transaction, ErasedPerson person, CancellationToken cancellationToken)
    {
        foreach (var channel in Channels)
        {
            var last = Guid.Empty;
            while (await OutboxStore.ListAsync(transaction, channel, person.CreatedAt, last, cancellationToken) is { Count: > 0 } messages)
            {
                last = messages[^1].Id;
                foreach (var message in messages.Where(message => IsTo(person, channel, message.WrappedPayload)))
                    await OutboxStore.EraseAsync(transaction, message.Id, cancellationToken);
            }
        }
    }

    private bool IsTo(ErasedPerson person, string channel, byte[] wrapped)
    {
        try
        {
            var payload = protector.Unwrap(OutboxContent.PurposeOf(channel), wrapped);
            return channel switch
            {
                PasswordResetRequest.Channel => JsonSerializer.Deserialize<PasswordResetRequest>(payload)!.UserId == person.UserId,
                ForgottenPasswordRequest.Channel =>
                    Names(person, JsonSerializer.Deserialize<ForgottenPasswordRequest>(payload)!.Identifier),
                _ => IsTo(person, JsonSerializer.Deserialize<AddressedMessage>(payload)!),
            };
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or JsonException)
        {
            // Of another key, or another version: no node can read it any more.
            return false;
        }
    }

    private static bool Names(ErasedPerson person, string identifier) =>
        IsTo(person, identifier) || NameNormalizer.Normalize(identifier) == NameNormalizer.Normalize(person.UserName);

    private static bool IsTo(ErasedPerson person, AddressedMessage message) =>
        message.NotToOthersThan == person.UserId || IsTo(person, message.To);

    private static bool IsTo(ErasedPerson person, string to)
    {
        var (email, phone) = (NameNormalizer.Normalize(to), PhoneNumber.Normalize(to) ?? to);
        return person.Addresses.Any(address => NameNormalizer.Normalize(address) == email || address == phone);
    }
}
