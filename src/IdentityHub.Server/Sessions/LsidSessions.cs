using IdentityHub.Protocol;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Sessions;

/// <summary>Finds login sessions: by an LSID, which is the right to use one, or by an id, which is none.</summary>
internal sealed class LsidSessions(LoginSessionStore store, SeenSessions seen, RightsStore rights)
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

    /// <summary>The live session with this id, whichever door it came through.</summary>
    public async ValueTask<StoredLoginSession?> FindAsync(Guid sessionId, DateTimeOffset now, CancellationToken cancellationToken) =>
        await LiveAsync(await store.FindAsync(sessionId, cancellationToken), now, cancellationToken);

    private async ValueTask<StoredLoginSession?> LiveAsync(StoredLoginSession? session, DateTimeOffset now, CancellationToken cancellationToken) =>
        session is null || session.Refusal(now) is not null || (session.ActsElsewhere && !await MayStillActAsync(session, now, cancellationToken)) ? null : session;

    // Rights change while a session lives: what was judged when it was chosen is judged again. ASSURANCE S2.
    private async Task<bool> MayStillActAsync(StoredLoginSession session, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var actor = await rights.FindAsync(session.UserId, cancellationToken);
        var effective = session.IsAssumed ? await rights.FindAsync(session.EffectiveUserId, cancellationToken) : actor;
        if (actor is null || effective is null || AssumePolicy.Decide(actor, effective, now).Reason is not null)
            return false;
        return session.EffectiveOrganizationId is not { } organization
            || AssumePolicy.RefusalIn(await rights.FindPathAsync(organization, cancellationToken), actor, effective) is null;
    }
}
