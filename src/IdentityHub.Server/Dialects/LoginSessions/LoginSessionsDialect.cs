using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Dialects;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Dialects.LoginSessions.Passwords;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>Login sessions and their passwords. contracts/lsid-sessions.md.</summary>
internal sealed class LoginSessionsDialect : IDialect
{
    public IReadOnlyList<string> Names { get; } = [DialectNames.Lsid];

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<LsidRules>();
        services.AddSingleton<LsidStart>();
        services.AddSingleton<LsidCallers>();
        services.AddSingleton<SessionTargets>();
        services.AddSingleton<SessionClone>();
        services.AddSingleton<Impersonation>();
        services.AddSingleton<AuthenticateEndpoint>();
        services.AddSingleton<BlockEndpoint>();
        services.AddSingleton<SessionEndpoint>();
        services.AddSingleton<ActingEndpoint>();
        services.AddSingleton<CloneEndpoint>();
        services.AddSingleton<UserSessionsEndpoint>();
        services.AddSingleton<ResetRequestEndpoint>();
        services.AddSingleton<ResetEndpoint>();
        services.AddSingleton<PasswordEndpoint>();
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        AuthenticateEndpoint.Map(routes);
        BlockEndpoint.Map(routes);
        SessionEndpoint.Map(routes);
        ActingEndpoint.Map(routes);
        CloneEndpoint.Map(routes);
        UserSessionsEndpoint.Map(routes);
        routes.MapDialectNotFound(DialectNames.Lsid, "/authenticate", CodedErrors.WriteAsync);
        routes.MapDialectNotFound(DialectNames.Lsid, "/session", CodedErrors.WriteAsync);
        ResetRequestEndpoint.Map(routes);
        ResetEndpoint.Map(routes);
        PasswordEndpoint.Map(routes);
        routes.MapDialectNotFound(DialectNames.Lsid, "/password", CodedErrors.WriteAsync);
    }

    /// <summary>Calls in login sessions name no client, so that all of them together are a caller; each API key is another one.</summary>
    public DialectCallers ListCallers(string name, RegistrySnapshot snapshot, StoredCallers stored) =>
        new(
            DialectCallerKind.LoginSessions,
            stored.ApiKeys.Append(LsidCallers.Counted).Distinct(StringComparer.Ordinal)
                .ToDictionary(id => id, _ => true, StringComparer.Ordinal))
        {
            CountedTogether = LsidCallers.Counted,
        };

    public void UseBeforeRouting(WebApplication app) => app.UseUrlSecrets();
}
