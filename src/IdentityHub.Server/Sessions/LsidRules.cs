using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Sessions;

/// <summary>How long login sessions live, as the configuration says, and what a new one begins with.</summary>
internal sealed class LsidRules(ClientRegistry registry)
{
    private static readonly LsidDialectDefinition Defaults = new();

    public LsidDialectDefinition Current => registry.Current.Document.Dialects.Lsid ?? Defaults;

    /// <summary>A session with an id, an LSID and times of its own.</summary>
    public (Session Session, string Lsid) New(Guid userId, Guid effectiveUserId, string? organizationId, string methods, Call call)
    {
        var lsid = OpaqueToken.Create(OpaqueTokenType.Session);
        var rules = Current;
        var session = new Session
        {
            Id = Identifiers.NewId(call.Now),
            HandleHash = TokenHash.Of(lsid),
            UserId = userId,
            EffectiveUserId = effectiveUserId,
            EffectiveOrganizationId = organizationId,
            Door = call.Door,
            AuthenticatedAt = call.Now,
            AuthenticationMethods = methods,
            CreatedAt = call.Now,
            LastSeenAt = call.Now,
            HandleExpiresAt = call.Now + rules.Lifetime,
            HandleIdleSeconds = (int)rules.IdleTimeout.TotalSeconds,
            ExpiresAt = call.Now + rules.Lifetime,
            IpAddress = call.IpAddress,
            UserAgent = call.UserAgent,
        };
        return (session, lsid);
    }
}
