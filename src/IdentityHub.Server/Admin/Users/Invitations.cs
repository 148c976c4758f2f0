using System.Globalization;
using IdentityHub.Protocol;
using IdentityHub.Server.Accounts;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Messaging;
using IdentityHub.Server.Messaging.Templates;
using IdentityHub.Server.Settings;
using IdentityHub.Storage.PasswordResets;
using IdentityHub.Storage.Users;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Admin.Users;

/// <summary>
/// The mail to somebody for whom an administrator has made an account: a link with which they set their password once. The link proves the
/// address, as that of a forgotten password does.
/// </summary>
internal sealed class Invitations(OutboxWriter outbox, IOptions<HubSettings> settings)
{
    /// <summary>How long a link works. People read such a mail when they are back at work.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>Stores the token and writes its mail, in the transaction that makes the user.</summary>
    /// <param name="user">With an e-mail address.</param>
    public async Task SendAsync(AdminChange change, User user)
    {
        var token = OpaqueToken.Create(OpaqueTokenType.PasswordReset);
        var reset = new PasswordReset
        {
            TokenHash = TokenHash.Of(token),
            UserId = user.Id,
            SecurityStamp = user.SecurityStamp!,
            CreatedAt = change.Call.Now,
            ExpiresAt = change.Call.Now + Lifetime,
            IsByPhone = false,
        };
        await PasswordResetStore.TryIssueAsync(
            change.Transaction, reset, user.Email,
            (transaction, cancellationToken) => outbox.AddAsync(
                transaction, AddressedMessage.Email, MessageOf(user, token, reset), cancellationToken),
            change.Call.Cancelled);
        change.Afterwards(() =>
        {
            outbox.Signal();
            return Task.CompletedTask;
        });
    }

    private AddressedMessage MessageOf(User user, string token, PasswordReset reset)
    {
        var values = new Dictionary<string, string>
        {
            ["link"] = $"{settings.Value.Issuer}{ForgottenPasswords.ResetPath}?token={token}",
            ["days"] = ((int)Lifetime.TotalDays).ToString(CultureInfo.InvariantCulture),
            ["user"] = user.UserName!,
        };
        return new AddressedMessage(
            Identifiers.NewId(reset.CreatedAt), user.Email!, TemplateKind.Invitation.Name, values,
            user.Locale is { } locale ? [locale] : [], reset.ExpiresAt)
        {
            OnlyToUsers = true,
            NotToOthersThan = user.Id,
        };
    }
}
