using System.Globalization;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Messaging;
using IdentityHub.Server.Messaging.Templates;
using IdentityHub.Storage;
using IdentityHub.Storage.PasswordResets;

namespace IdentityHub.Server.Accounts;

/// <summary>The mail with the link that resets a password.</summary>
internal sealed class PasswordResetMail(OutboxWriter outbox, TimeProvider time)
{
    /// <summary>Writes it inside the transaction that makes its token.</summary>
    /// <param name="link">With the token.</param>
    /// <param name="template">Name of one of the templates of this kind; null for its own.</param>
    /// <param name="expiresAt">End of the token.</param>
    public Task AddAsync(
        SqlTransaction transaction, ResetRecipient user, string link, string? template, DateTimeOffset expiresAt,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var values = new Dictionary<string, string>
        {
            ["link"] = link,
            ["minutes"] = ((int)Math.Round((expiresAt - now).TotalMinutes)).ToString(CultureInfo.InvariantCulture),
            ["user"] = user.UserName,
        };
        var message = new AddressedMessage(Identifiers.NewId(now), user.Email, TemplateKind.PasswordReset.Name, values, [], expiresAt)
        {
            OnlyToUsers = true,
            Variant = template,
        };
        return outbox.AddAsync(transaction, AddressedMessage.Email, message, cancellationToken);
    }
}
