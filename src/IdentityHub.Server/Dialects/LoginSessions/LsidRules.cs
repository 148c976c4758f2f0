using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Sessions;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>How long login sessions live, as the configuration says, and what a new one begins with.</summary>
internal sealed class LsidRules(ClientRegistry registry)
{
    private static readonly LsidDialectDefinition Defaults = new();

    public LsidDialectDefinition Current => registry.Current.Document.Dialects.Lsid ?? Defaults;

    /// <summary>The session of a login, and its LSID.</summary>
    public (Session Session, string Lsid) New(AdmittedLogin login, RequestContext context)
    {
        var rules = Current;
        return SessionFactory.ForLsid(login, rules.Lifetime, rules.IdleTimeout, context);
    }

    /// <summary>A session like another one, and its LSID.</summary>
    public (Session Session, string Lsid) CloneOf(StoredLoginSession parent, RequestContext context)
    {
        var rules = Current;
        return SessionFactory.CloneOf(parent, rules.Lifetime, rules.IdleTimeout, context);
    }
}
