using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Server.Dialects.OAuthV2;

/// <summary>The token endpoint with JSON bodies, and one-time passwords. contracts/oauth-v2-and-otp.md.</summary>
internal sealed class OAuthV2Dialect : IDialect
{
    public IReadOnlyList<string> Names { get; } = [DialectNames.OAuthV2, DialectNames.Otp];

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
