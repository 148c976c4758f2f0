using IdentityHub.Server.Authentication.OneTimeCodes;
using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Limits;
using IdentityHub.Storage;
using IdentityHub.Storage.ClientAccounts;
using IdentityHub.Storage.Counters;
using IdentityHub.Storage.Otp;

namespace IdentityHub.Server.Accounts;

/// <summary>
/// What is stored under names and addresses of an erased person and not under their id: counts of guesses and of messages that were sent,
/// one-time passwords, and messages that wait or were sent. Counts that include an IP address are stored under a hash that is not found
/// without that address; they expire. ASSURANCE L12.
/// </summary>
internal sealed class ErasedTraces(ClientRegistry registry, OtpCodes codes, OutboxErasure outbox)
{
    /// <summary>Removes it inside the transaction that erases the account.</summary>
    public async Task RemoveAsync(SqlTransaction transaction, ErasedPerson person, CancellationToken cancellationToken)
    {
        var addresses = person.Addresses.Select(OtpAddress.Of).OfType<OtpAddress>().ToList();
        await CounterStore.EraseAsync(
            transaction, [.. GuessKeys(person, addresses).Concat(MessageKeys(person, addresses))], cancellationToken);
        var slots =
            from client in registry.Current.Document.Clients.Select(client => client.ClientId).Append("")
            from address in addresses
            select codes.SlotOf(address, new OtpPurpose(client));
        await OneTimePasswordStore.EraseAsync(transaction, [.. slots], cancellationToken);
        await outbox.EraseAsync(transaction, person, cancellationToken);
    }

    // The keys of the account, of what was typed, and of an address from the time when it belonged to no user.
    private static IEnumerable<byte[]> GuessKeys(ErasedPerson person, IEnumerable<OtpAddress> addresses)
    {
        var typed = person.Addresses.Prepend(person.UserName).Select(PasswordCheck.SubjectOf)
            .Concat(addresses.Select(address => address.Key)).Distinct(StringComparer.Ordinal).ToList();
        var subjects = typed
            .Concat(typed.Select(name => AttemptSubject.Of(name, null).Counted))
            .Append(AttemptSubject.AccountOf(person.UserId));
        return from subject in subjects
               from kind in AttemptKind.OfAccounts
               from key in AttemptGuard.KeysOf(kind, subject)
               select key;
    }

    private static IEnumerable<byte[]> MessageKeys(ErasedPerson person, IEnumerable<OtpAddress> addresses) =>
        addresses
            .SelectMany(address => OtpSendLimits.KeysOf(address.Key))
            .Append(CallLimits.KeyOf(LimitNames.ResetMail, LimitNames.SubjectOf(person.UserId)))
            .Append(CallLimits.KeyOf(LimitNames.ForgottenUser, LimitNames.SubjectOf(person.UserId)))
            .Append(CallLimits.KeyOf(LimitNames.AddressCode, LimitNames.SubjectOf(person.UserId)))
            .Append(CallLimits.KeyOf(LimitNames.DataDownload, LimitNames.SubjectOf(person.UserId)));
}
