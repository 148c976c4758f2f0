using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Sessions;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>A session that the path names, and the caller.</summary>
/// <param name="Id">As the caller named it.</param>
internal sealed record SessionTarget(SessionCaller Caller, StoredLoginSession Session, string Id)
{
    public override string ToString() => $"{nameof(SessionTarget)} {{ SessionId = {Session.Id} }}";
}

/// <summary>
/// Finds the session of <c>/session/{sessionId}</c>: by an LSID or by the public id. A session that the caller may not access is answered
/// as one that does not exist, and so is every unauthenticated request.
/// </summary>
internal sealed class SessionTargets(LsidCallers callers, LsidSessions sessions, CallerRights rights)
{
    /// <summary>The caller's own session, and no other, be it of the same user: what it acts as, its holder decides.</summary>
    public async ValueTask<Outcome<SessionTarget>> FindOwnAsync(HttpContext http, RequestContext context)
    {
        var caller = await ReadCallerAsync(http, context);
        if (!caller.Succeeded)
            return caller.Error;
        return caller.Value.Session is { } session && Names(http, session) is { } id
            ? new SessionTarget(caller.Value, session, id)
            : LsidRefusals.NoSession(Reasons.SessionNotOwn);
    }

    /// <summary>The caller's own session, another one of the same user, or one that the caller's permission reaches.</summary>
    /// <param name="permission">Of <see cref="Permissions"/>.</param>
    /// <param name="ofProven">As for <see cref="LsidCallers.ReadAsync"/>.</param>
    public async ValueTask<Outcome<SessionTarget>> FindAsync(
        HttpContext http, string permission, RequestContext context, CallRule? ofProven = null)
    {
        var caller = await ReadCallerAsync(http, context, ofProven);
        if (!caller.Succeeded)
            return caller.Error;
        if (caller.Value.Session is { } own && Names(http, own) is { } ownId)
            return new SessionTarget(caller.Value, own, ownId);

        var id = IdOf(http);
        var session = UrlSecrets.Of(http).SessionInPath is { } lsid ? await sessions.FindAsync(lsid, context.Now, http.RequestAborted)
            : Guid.TryParseExact(id, "D", out var sessionId) ? await sessions.FindAsync(sessionId, context.Now, http.RequestAborted)
            : null;
        if (session is not null && session.UserId == caller.Value.UserId)
            return new SessionTarget(caller.Value, session, id);

        // Asked of one that there is not as well: the time does not tell it from a foreign one.
        var isReached = await rights.ReachAsync(caller.Value, permission, session?.UserId ?? Guid.Empty, http.RequestAborted);
        return session is null ? LsidRefusals.NoSession(Reasons.SessionUnknown)
            : isReached ? new SessionTarget(caller.Value, session, id)
            : LsidRefusals.NoSession(Reasons.SessionForeign);
    }

    private async ValueTask<Outcome<SessionCaller>> ReadCallerAsync(HttpContext http, RequestContext context, CallRule? ofProven = null)
    {
        var caller = await callers.ReadAsync(http, context, ofProven);
        return caller.Error is { Kind: RefusalKind.InvalidToken } refusal ? LsidRefusals.NoSession(refusal.Reason) : caller;
    }

    // The id under which the path names the caller's own session; null when it names another.
    private static string? Names(HttpContext http, StoredLoginSession session)
    {
        var id = IdOf(http);
        if (UrlSecrets.Of(http).SessionInPath is null)
            return Guid.TryParseExact(id, "D", out var named) && named == session.Id ? id : null;
        return id == UrlSecrets.Of(http).Lsid || TokenHash.Of(id).AsSpan().SequenceEqual(session.HandleHash) ? id : null;
    }

    private static string IdOf(HttpContext http) =>
        UrlSecrets.Of(http).SessionInPath ?? http.Request.RouteValues["sessionId"]?.ToString() ?? "";
}
