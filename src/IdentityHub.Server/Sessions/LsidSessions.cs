using IdentityHub.Protocol;
using IdentityHub.Server.Rights;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Sessions;

/// <summary>Finds login sessions: by an LSID, which is the right to use one, or by an id, which is none.</summary>
internal sealed class LsidSessions(LoginSessionStore store, SeenSessions seen, ActingCheck acting)
{
    /// <summary>The live session of an LSID, noted as seen now; null as of the search for it.</summary>
    public async ValueTask<StoredLoginSession?> UseAsync(string lsid, DateTimeOffset now, CancellationToken cancellationToken) =>
        await FindAsync(lsid, now, cancellationToken) is { } session ? Note(session, now) : null;

    /// <summary>Notes a session as seen now: a request uses it.</summary>
    public StoredLoginSession Note(StoredLoginSession session, DateTimeOffset now) => seen.Note(session, now);

    /// <summary>
    /// The live session of an LSID, for a request that does not use it, or not yet. Null when it is unknown, ended, expired or idle for
    /// too long, when its user is not admitted, or when the user may no longer act as the session does. Takes one read for a user who
    /// acts as themselves in their own organization.
    /// </summary>
    public async ValueTask<StoredLoginSession?> FindAsync(string lsid, DateTimeOffset now, CancellationToken cancellationToken) =>
        OpaqueToken.IsWellFormed(lsid, OpaqueTokenType.Session)
            ? await LiveAsync(await store.FindAsync(TokenHash.Of(lsid), cancellationToken), now, cancellationToken)
            : null;

    /// <summary>The live session with this id, whichever endpoint it came through.</summary>
    public async ValueTask<StoredLoginSession?> FindAsync(Guid sessionId, DateTimeOffset now, CancellationToken cancellationToken) =>
        await LiveAsync(await store.FindAsync(sessionId, cancellationToken), now, cancellationToken);

    private async ValueTask<StoredLoginSession?> LiveAsync(
        StoredLoginSession? session, DateTimeOffset now, CancellationToken cancellationToken) =>
        session is not null && session.Refusal(now) is null
        && (
            !session.ActsElsewhere
            || await acting.IsGoodAsync(session.UserId, session.EffectiveUserId, session.EffectiveOrganizationId, now, cancellationToken))
            ? session
            : null;
}
