using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Sessions.Logout;
using IdentityHub.Storage;
using IdentityHub.Storage.RefreshTokens;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Sessions;

/// <summary>
/// Ends sessions before their time. Everything that depends on them is invalid on all nodes when this returns; the clients that want to
/// know are told through the outbox, written in the same transaction. OpenID Connect Back-Channel Logout §2.3.
/// </summary>
internal sealed class SessionEnd(SessionStore sessions, LogoutNotices notices, ClientRegistry registry, AuditTrail audit)
{
    /// <summary>
    /// Ends one session. After a logout (<see cref="SessionEndReasons.IsLogout"/>) what was granted with <c>offline_access</c> stays valid,
    /// except for clients that are set to end it; any other reason ends all of it.
    /// </summary>
    /// <param name="reason">One of <see cref="SessionEndReasons"/>.</param>
    /// <returns>Null when there is no such live session.</returns>
    public async Task<EndedSession?> EndAsync(Guid sessionId, string reason, RequestContext context, CancellationToken cancellationToken)
    {
        SessionsEndedCallback onEnded = SessionEndReasons.IsLogout(reason)
            ? (transaction, ended, ct) => RevokeAsync(transaction, ended, reason, context.Now, ct)
            : notices.WriteAsync;
        var ended = await sessions.EndAsync(sessionId, reason, context.Now, onEnded, cancellationToken);
        if (ended is not null)
            await AnnounceAsync([ended], reason, context);
        return ended;
    }

    private async Task RevokeAsync(
        SqlTransaction transaction, IReadOnlyList<EndedSession> ended, string reason, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        foreach (var session in ended)
        {
            foreach (var clientId in session.ClientIds.Where(id => registry.Current.Find(id) is { RevokeOfflineAccessAtLogout: true }))
                await RefreshTokenStore.RevokeOfSessionAsync(transaction, session.SessionId, clientId, reason, now, cancellationToken);
        }

        await notices.WriteAsync(transaction, ended, cancellationToken);
    }

    /// <summary>Ends one session of this user, and of no other, with all that was granted in it.</summary>
    /// <returns>Null when the user has no such live session.</returns>
    public async Task<EndedSession?> EndOfUserAsync(
        Guid userId, Guid sessionId, string reason, RequestContext context, CancellationToken cancellationToken)
    {
        var ended = await sessions.EndOfUserAsync(userId, sessionId, reason, context.Now, notices.WriteAsync, cancellationToken);
        if (ended is not null)
            await AnnounceAsync([ended], reason, context);
        return ended;
    }

    /// <summary>Ends every session of a user but one, with all that was granted in them, <c>offline_access</c> included.</summary>
    /// <param name="except">The session that stays; null for none.</param>
    public async Task<IReadOnlyList<EndedSession>> EndAllOfUserAsync(
        Guid userId, Guid? except, string reason, RequestContext context, CancellationToken cancellationToken)
    {
        var ended = await sessions.EndAllOfUserAsync(userId, except, reason, context.Now, notices.WriteAsync, cancellationToken);
        await AnnounceAsync(ended, reason, context);
        return ended;
    }

    /// <summary>Writes the notices about ended sessions, in the transaction that ends them.</summary>
    public Task WriteNoticesAsync(SqlTransaction transaction, IReadOnlyList<EndedSession> ended, CancellationToken cancellationToken) =>
        notices.WriteAsync(transaction, ended, cancellationToken);

    /// <summary>Records that a transaction of its own has set a password.</summary>
    /// <param name="sessionId">The session in which it was done; null where that has ended, or is none.</param>
    public ValueTask AnnouncePasswordAsync(string type, Guid userId, Guid? sessionId, string? detail, RequestContext context) =>
        audit.WriteAsync(context, type, userId, sessionId, detail: detail);

    /// <summary>Tells what a transaction of its own has ended, once that has committed.</summary>
    public async Task AnnounceAsync(IReadOnlyList<EndedSession> ended, string reason, RequestContext context)
    {
        notices.Signal();
        foreach (var session in ended)
            await audit.WriteAsync(context, AuditTypes.SessionEnded, session.UserId, session.SessionId, reason);
    }
}
