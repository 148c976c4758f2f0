using IdentityHub.Protocol;
using IdentityHub.Server.Rights;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Sessions;

/// <summary>Finds login sessions: by an LSID, which is the right to use one, or by an id, which is none.</summary>
internal sealed class LsidSessions(LoginSessionStore store, SeenSessions seen, ActingCheck acting)
{
    /// <summary>
    /// The live session of an LSID, seen at this moment; null when it is unknown, ended, expired, idle for too long, its user not admitted, or what it acts as
    /// is out of his reach by now. One read, for who acts as himself and at home.
    /// </summary>
    public async ValueTask<StoredLoginSession?> UseAsync(string lsid, DateTimeOffset now, CancellationToken cancellationToken) =>
        await FindAsync(lsid, now, cancellationToken) is { } session ? seen.Note(session, now) : null;

    /// <summary>The live session of an LSID, for somebody who asks about it.</summary>
    public async ValueTask<StoredLoginSession?> FindAsync(string lsid, DateTimeOffset now, CancellationToken cancellationToken) =>
        OpaqueToken.IsWellFormed(lsid, OpaqueTokenType.Session)
            ? await LiveAsync(await store.FindAsync(TokenHash.Of(lsid), cancellationToken), now, cancellationToken)
            : null;

    /// <summary>The live session with this id, whichever endpoint it came through.</summary>
    public async ValueTask<StoredLoginSession?> FindAsync(Guid sessionId, DateTimeOffset now, CancellationToken cancellationToken) =>
        await LiveAsync(await store.FindAsync(sessionId, cancellationToken), now, cancellationToken);

    private async ValueTask<StoredLoginSession?> LiveAsync(StoredLoginSession? session, DateTimeOffset now, CancellationToken cancellationToken) =>
        session is not null && session.Refusal(now) is null
        && (!session.ActsElsewhere || await acting.IsGoodAsync(session.UserId, session.EffectiveUserId, session.EffectiveOrganizationId, now, cancellationToken))
            ? session
            : null;
}
