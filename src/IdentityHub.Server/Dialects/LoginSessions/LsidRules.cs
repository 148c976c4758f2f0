using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>How long login sessions live, as the configuration says, and what a new one begins with.</summary>
internal sealed class LsidRules(ClientRegistry registry)
{
    private static readonly LsidDialectDefinition Defaults = new();

    public LsidDialectDefinition Current => registry.Current.Document.Dialects.Lsid ?? Defaults;

    /// <summary>A session with an id, an LSID and times of its own.</summary>
    public (Session Session, string Lsid) New(Guid userId, Guid effectiveUserId, string? organizationId, string methods, RequestContext context)
    {
        var lsid = OpaqueToken.Create(OpaqueTokenType.Session);
        var rules = Current;
        var session = new Session
        {
            Id = Identifiers.NewId(context.Now),
            HandleHash = TokenHash.Of(lsid),
            UserId = userId,
            EffectiveUserId = effectiveUserId,
            EffectiveOrganizationId = organizationId,
            Endpoint = context.Endpoint,
            AuthenticatedAt = context.Now,
            AuthenticationMethods = methods,
            CreatedAt = context.Now,
            LastSeenAt = context.Now,
            HandleExpiresAt = context.Now + rules.Lifetime,
            HandleIdleSeconds = (int)rules.IdleTimeout.TotalSeconds,
            ExpiresAt = context.Now + rules.Lifetime,
            IpAddress = context.IpAddress,
            UserAgent = context.UserAgent,
        };
        return (session, lsid);
    }
}
