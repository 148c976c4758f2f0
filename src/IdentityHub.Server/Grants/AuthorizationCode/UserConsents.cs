using IdentityHub.Protocol;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.Consents;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Grants.AuthorizationCode;

/// <summary>What a user lets clients see: said on the consent page, taken back on the account page.</summary>
internal sealed class UserConsents(ConsentStore consents, AuditTrail audit)
{
    /// <summary>The user agrees to some of what was asked, or all of it.</summary>
    /// <param name="remember">True: the user is not asked again. Earlier consents that were not part of this question stay.</param>
    public async Task GrantAsync(
        StoredBrowserSession session, string clientId, IReadOnlyList<string> asked, IReadOnlyList<string> granted, bool remember,
        RequestContext context, CancellationToken cancellationToken)
    {
        // Where the session has ended meanwhile, no code is issued either.
        if (remember
            && !await consents.TrySaveAsync(session.UserId, session.Id, clientId, asked, granted, context.Now, cancellationToken))
            return;
        await audit.WriteAsync(
            context, AuditTypes.ConsentGranted, session.UserId, session.Id, remember ? "remembered" : "once", ScopeSet.Format(granted));
    }

    /// <summary>The clients that may see something of the user, the newest first.</summary>
    public Task<IReadOnlyList<ConnectedApplication>> ListAsync(
        StoredBrowserSession session, RequestContext context, CancellationToken cancellationToken) =>
        consents.ListAsync(session.UserId, context.Now, cancellationToken);

    /// <summary>
    /// Takes back all that a client may see, and ends what it has got. A JWT that an API checks by itself lives out its time.
    /// </summary>
    public async Task WithdrawAsync(
        StoredBrowserSession session, string clientId, RequestContext context, CancellationToken cancellationToken)
    {
        context.ClientId = clientId;
        if (await consents.WithdrawAsync(session.UserId, clientId, context.Now, cancellationToken))
            await audit.WriteAsync(context, AuditTypes.ConsentWithdrawn, session.UserId, session.Id);
    }

    /// <summary>The user agrees to nothing. That is not remembered: the client may ask again.</summary>
    public ValueTask DenyAsync(StoredBrowserSession session, IReadOnlyList<string> asked, RequestContext context) =>
        audit.WriteAsync(context, AuditTypes.ConsentDenied, session.UserId, session.Id, detail: ScopeSet.Format(asked));
}
