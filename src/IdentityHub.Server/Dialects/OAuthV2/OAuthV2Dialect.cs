using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Dialects;
using IdentityHub.Server.Clients;

namespace IdentityHub.Server.Dialects.OAuthV2;

/// <summary>The token endpoint with JSON bodies, and one-time passwords. contracts/oauth-v2-and-otp.md.</summary>
internal sealed class OAuthV2Dialect : IDialect
{
    public IReadOnlyList<string> Names { get; } = [DialectNames.OAuthV2, DialectNames.Otp];

    // Codes are sent for clients whose own switch is on, too.
    public DialectCallers ListCallers(string name, RegistrySnapshot snapshot, StoredCallers stored) =>
        DialectCallers.OfClients(name, snapshot, name == DialectNames.Otp ? client => client.Otp is { Enabled: true } : null);

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<OAuthV2TokenEndpoint>();
        services.AddSingleton<OtpSendEndpoint>();
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        OAuthV2TokenEndpoint.Map(routes);
        OtpSendEndpoint.Map(routes);
    }
}
