using System.Globalization;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Messaging;
using IdentityHub.Server.Messaging.Templates;
using IdentityHub.Storage;
using IdentityHub.Storage.PasswordResets;

namespace IdentityHub.Server.Accounts;

/// <summary>The message with the link that resets a password: a mail, or a text message.</summary>
internal sealed class PasswordResetMail(OutboxWriter outbox, TimeProvider time)
{
    /// <summary>Writes it inside the transaction that makes its token.</summary>
    /// <param name="reset">The token: where it goes, and its end.</param>
    /// <param name="address">The e-mail address or phone number.</param>
    /// <param name="link">With the token.</param>
    /// <param name="template">Name of one of the templates of this kind; null for its own.</param>
    /// <param name="languages">BCP 47 tags in the order of preference, for a user without a stored language.</param>
    public Task AddAsync(
        SqlTransaction transaction, PasswordReset reset, string address, string userName, string link, string? template,
        IReadOnlyList<string> languages, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var values = new Dictionary<string, string>
        {
            ["link"] = link,
            ["minutes"] = ((int)Math.Round((reset.ExpiresAt - now).TotalMinutes)).ToString(CultureInfo.InvariantCulture),
            ["user"] = userName,
        };
        var kind = reset.IsByPhone ? TemplateKind.PasswordResetSms : TemplateKind.PasswordReset;
        var message = new AddressedMessage(Identifiers.NewId(now), address, kind.Name, values, languages, reset.ExpiresAt)
        {
            OnlyToUsers = true,
            Variant = template,
        };
        return outbox.AddAsync(
            transaction, reset.IsByPhone ? AddressedMessage.Sms : AddressedMessage.Email, message, cancellationToken);
    }
}
