using IdentityHub.Protocol;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Settings;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Sessions;

/// <summary>
/// Makes the rows of sessions, and nothing else does: with a login that the policy has let through, or as the copy of a live session.
/// Nothing is stored yet. <c>LoginPathTests</c> checks both.
/// </summary>
internal static class SessionFactory
{
    /// <summary>The session of a login at a client, without a cookie or another handle.</summary>
    /// <param name="end">Nothing that is issued in it lives longer.</param>
    public static Session ForClient(AdmittedLogin login, string clientId, DateTimeOffset end, RequestContext context)
    {
        var session = New(login, end, context);
        session.ClientId = clientId;
        return session;
    }

    /// <summary>The session of a browser.</summary>
    /// <param name="remember">True when the user asked to stay signed in.</param>
    /// <returns>The session, and the value of its cookie.</returns>
    public static (Session Session, string Handle) ForBrowser(
        AdmittedLogin login, bool remember, SessionSettings settings, RequestContext context)
    {
        var end = context.Now + (remember ? settings.RememberedLifetime : settings.Lifetime);
        var session = New(login, end, context);
        session.HandleExpiresAt = end;
        session.IsPersistent = remember;
        return (session, AddHandle(session, OpaqueTokenType.BrowserSession));
    }

    /// <summary>A login session, which its user names by an LSID.</summary>
    /// <param name="idleTimeout">It ends when it is not used for this long.</param>
    /// <returns>The session, and its LSID.</returns>
    public static (Session Session, string Lsid) ForLsid(
        AdmittedLogin login, TimeSpan lifetime, TimeSpan idleTimeout, RequestContext context)
    {
        var session = New(login, context.Now + lifetime, context);
        return (session, AddLsid(session, idleTimeout));
    }

    /// <summary>
    /// A login session like another one: the same login with its user, <c>amr</c> and <c>auth_time</c>, the same effective user and
    /// organization; an id, an LSID and an end of its own.
    /// </summary>
    /// <param name="parent">A live session, whose login the policy has let through.</param>
    /// <returns>The session, and its LSID.</returns>
    public static (Session Session, string Lsid) CloneOf(
        StoredLoginSession parent, TimeSpan lifetime, TimeSpan idleTimeout, RequestContext context)
    {
        var session = New(
            parent.UserId, parent.EffectiveUserId, parent.EffectiveOrganizationId, parent.AuthenticationMethods, parent.AuthenticatedAt,
            context.Now + lifetime, context);
        return (session, AddLsid(session, idleTimeout));
    }

    private static Session New(AdmittedLogin login, DateTimeOffset end, RequestContext context)
    {
        var session = New(login.UserId, login.UserId, login.OrganizationId, login.Methods, login.AuthenticatedAt, end, context);
        session.HasRememberedFactor = login.IsRemembered;
        return session;
    }

    private static Session New(
        Guid userId, Guid effectiveUserId, string? organizationId, string methods, DateTimeOffset authenticatedAt, DateTimeOffset end,
        RequestContext context) => new()
        {
            Id = Identifiers.NewId(context.Now),
            UserId = userId,
            EffectiveUserId = effectiveUserId,
            EffectiveOrganizationId = organizationId,
            Endpoint = context.Endpoint,
            AuthenticatedAt = authenticatedAt,
            AuthenticationMethods = methods,
            CreatedAt = context.Now,
            LastSeenAt = context.Now,
            ExpiresAt = end,
            IpAddress = context.IpAddress,
            UserAgent = context.UserAgent,
        };

    private static string AddLsid(Session session, TimeSpan idleTimeout)
    {
        session.HandleExpiresAt = session.ExpiresAt;
        session.HandleIdleSeconds = (int)idleTimeout.TotalSeconds;
        return AddHandle(session, OpaqueTokenType.Session);
    }

    private static string AddHandle(Session session, OpaqueTokenType type)
    {
        var handle = OpaqueToken.Create(type);
        session.HandleHash = TokenHash.Of(handle);
        return handle;
    }
}
