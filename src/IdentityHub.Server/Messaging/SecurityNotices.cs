using System.Globalization;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Messaging.Templates;
using IdentityHub.Server.Settings;
using IdentityHub.Storage;
using IdentityHub.Storage.AddressChanges;
using IdentityHub.Storage.Users;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Messaging;

/// <summary>
/// Tells users by e-mail what has changed about how they sign in: when, from which IP address, and where they undo it. A user without a
/// proven e-mail address gets no notice: the address may belong to another person.
/// </summary>
internal sealed class SecurityNotices(HubDatabase database, OutboxWriter outbox, IOptions<HubSettings> settings)
{
    // Older news of this kind only confuse. A notice with a link that undoes something lives as long as the link.
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    /// <summary>Writes a notice inside the transaction of what it is about. <see cref="OutboxWriter.Signal"/> sends it.</summary>
    public async Task AddAsync(
        SqlTransaction transaction, Guid userId, SecurityNotice notice, RequestContext context, CancellationToken cancellationToken)
    {
        if (await NoticeRecipient.FindAsync(transaction, userId, cancellationToken) is { } user)
            await AddAsync(transaction, user, notice, context, cancellationToken);
    }

    /// <summary>Writes a notice in a transaction of its own and has it sent.</summary>
    public async Task SendAsync(Guid userId, SecurityNotice notice, RequestContext context, CancellationToken cancellationToken)
    {
        await using (var transaction = await database.BeginAsync(cancellationToken))
        {
            await AddAsync(transaction, userId, notice, context, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        outbox.Signal();
    }

    /// <summary>The same about a new browser session, unless it is the first one of its user.</summary>
    public async Task SendNewBrowserAsync(
        Guid userId, Guid sessionId, string device, RequestContext context, CancellationToken cancellationToken)
    {
        await using (var transaction = await database.BeginAsync(cancellationToken))
        {
            if (await NoticeRecipient.FindAsync(transaction, userId, sessionId, cancellationToken) is not { } user)
                return;
            await AddAsync(transaction, user, SecurityNotice.NewBrowser(device), context, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        outbox.Signal();
    }

    /// <summary>The same to an address that was the user's before the change.</summary>
    public Task AddAsync(
        SqlTransaction transaction, NoticeRecipient user, SecurityNotice notice, RequestContext context,
        CancellationToken cancellationToken) =>
        AddToAsync(
            transaction, user.Email, user.UserName, notice, settings.Value.Issuer + notice.Page, Lifetime, [], context, cancellationToken);

    /// <summary>Writes the notice about a change of an address, with the link that undoes it.</summary>
    /// <param name="email">One that was proven to be the user's before the change.</param>
    public Task AddWithUndoAsync(
        SqlTransaction transaction, string email, string userName, SecurityNotice notice, string undoLink, RequestContext context,
        CancellationToken cancellationToken) =>
        AddToAsync(transaction, email, userName, notice, undoLink, AddressChangeStore.UndoTime, [], context, cancellationToken);

    /// <summary>Writes the notice to the person whose account is erased in the transaction.</summary>
    /// <param name="languages">BCP 47 tags in the order of preference: what the account said is gone.</param>
    public Task AddErasedAsync(
        SqlTransaction transaction, string email, string userName, IReadOnlyList<string> languages, RequestContext context,
        CancellationToken cancellationToken) =>
        AddToAsync(
            transaction, email, userName, SecurityNotice.AccountErased, settings.Value.Issuer + SecurityNotice.AccountErased.Page, Lifetime,
            languages, context, cancellationToken);

    /// <summary>Says, once the transaction has committed, that there may be something to send.</summary>
    public void Signal() => outbox.Signal();

    private Task AddToAsync(
        SqlTransaction transaction, string email, string userName, SecurityNotice notice, string link, TimeSpan lifetime,
        IReadOnlyList<string> languages, RequestContext context, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, string>
        {
            ["user"] = userName,
            ["when"] = context.Now.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
            ["address"] = context.IpAddress,
            ["device"] = notice.Device,
            ["link"] = link,
        };
        var message = new AddressedMessage(
            Identifiers.NewId(context.Now), email, TemplateKind.SecurityNotice.Name, values, languages, context.Now + lifetime)
        {
            Variant = notice.Name,
        };
        return outbox.AddAsync(transaction, AddressedMessage.Email, message, cancellationToken);
    }
}
