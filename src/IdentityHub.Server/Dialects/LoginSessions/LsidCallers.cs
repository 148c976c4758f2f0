using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Rights;
using IdentityHub.Server.Sessions;
using Microsoft.Extensions.Primitives;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>
/// Finds out who calls: by an LSID (matrix parameter, or <c>Authorization: Bearer</c>) or by an API key (<c>apiKey</c> of the query,
/// <c>X-API-Key</c>, or <c>Authorization: Bearer</c>). Two that differ are refused. Counts the call for the credential, once it is proven.
/// </summary>
internal sealed class LsidCallers(LsidSessions sessions, ApiKeys keys, DialectUsage usage, CallLimits limits)
{
    /// <summary>Under this name calls in login sessions are counted: they name no client.</summary>
    public const string Counted = "login-sessions";

    /// <summary>The caller; the refusal (401) when nothing was presented, or it is not valid; 429 when there were too many calls.</summary>
    /// <param name="ofProven">By which the calls of proven callers are counted; null: the ordinary rule.</param>
    public async ValueTask<Outcome<SessionCaller>> ReadAsync(HttpContext http, RequestContext context, CallRule? ofProven = null)
    {
        var caller = await IdentifyAsync(http, context);
        var session = caller.Succeeded ? caller.Value.Session : null;
        var credential = session is not null ? $"session:{session.Id}" : context.BackEnd;
        var rule = credential is null ? null : ofProven;
        if (await limits.CountAsync(http, context, rule ?? EndpointLimits.OrdinaryRule, credential) is { } full)
            return full;

        // A call over the limit keeps no idle session alive.
        return session is null ? caller : new SessionCaller(sessions.Note(session, context.Now), null);
    }

    /// <summary>The refusal of an unauthenticated request.</summary>
    public static Refusal Unauthorized(string reason, string description) => Refusal.Of(RefusalKind.InvalidToken, description, reason);

    private async ValueTask<Outcome<SessionCaller>> IdentifyAsync(HttpContext http, RequestContext context)
    {
        var url = UrlSecrets.Of(http);
        var header = BearerReader.Read(http.Request, form: null);
        if (header is { Succeeded: false } twice)
            return twice.Error;
        var keyHeader = http.Request.Headers["X-API-Key"];
        if (keyHeader.Count > 1)
            return Several();

        var bearer = header?.Value;
        var bearerIsLsid = bearer is not null && bearer.StartsWith(UrlSecrets.LsidPrefix, StringComparison.Ordinal);
        var lsid = url.Lsid ?? (bearerIsLsid ? bearer : null);
        var key = url.ApiKey ?? NonEmpty(keyHeader) ?? (bearerIsLsid ? null : bearer);
        if (Differ([url.Lsid, url.ApiKey, NonEmpty(keyHeader), bearer]))
            return Several();

        if (lsid is not null)
        {
            if (await sessions.FindAsync(lsid, context.Now, http.RequestAborted) is not { } session)
                return Unauthorized(Reasons.LsidDead, "The login session is invalid.");
            usage.Count(DialectNames.Lsid, Counted, context.Now);
            context.UserId = session.UserId;
            return new SessionCaller(session, null);
        }

        if (key is null)
            return Unauthorized(Reasons.CredentialMissing, "A login session or an API key is needed.");
        var known = await keys.CheckAsync(key, context, http.RequestAborted);
        return known.Succeeded
            ? new SessionCaller(null, HeldRights.OfKey(known.Value.OrganizationId, known.Value.Permissions))
            : known.Error;
    }

    private static bool Differ(ReadOnlySpan<string?> presented)
    {
        string? first = null;
        foreach (var credential in presented)
        {
            if (first is not null && credential is not null && credential != first)
                return true;
            first ??= credential;
        }

        return false;
    }

    private static string? NonEmpty(StringValues values) => values is [{ Length: > 0 } value] ? value : null;

    private static Refusal Several() =>
        Refusal.InvalidRequest("Multiple login sessions or API keys were sent; send one.", Reasons.CredentialsPresentedTwice);
}
