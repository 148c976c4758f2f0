using IdentityHub.Protocol;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Sessions;

/// <summary>Finds login sessions: by an LSID, which is the right to use one, or by an id, which is none.</summary>
internal sealed class LsidSessions(LoginSessionStore store, SeenSessions seen)
{
    /// <summary>The live session of an LSID, seen at this moment; null when it is unknown, ended, expired, idle for too long, or its user not admitted. One read.</summary>
    public async ValueTask<StoredLoginSession?> UseAsync(string lsid, DateTimeOffset now, CancellationToken cancellationToken) =>
        await FindAsync(lsid, now, cancellationToken) is { } session ? seen.Note(session, now) : null;

    /// <summary>The live session of an LSID, for somebody who asks about it.</summary>
    public async ValueTask<StoredLoginSession?> FindAsync(string lsid, DateTimeOffset now, CancellationToken cancellationToken) =>
        OpaqueToken.IsWellFormed(lsid, OpaqueTokenType.Session)
            ? Live(await store.FindAsync(TokenHash.Of(lsid), cancellationToken), now)
            : null;

    /// <summary>The live session with this id, whichever door it came through.</summary>
    public async ValueTask<StoredLoginSession?> FindAsync(Guid sessionId, DateTimeOffset now, CancellationToken cancellationToken) =>
        Live(await store.FindAsync(sessionId, cancellationToken), now);

    private static StoredLoginSession? Live(StoredLoginSession? session, DateTimeOffset now) => session?.Refusal(now) is null ? session : null;
}
