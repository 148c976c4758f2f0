using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Server.Dialects.HashSecret;

/// <summary>Hash and secret for a short-lived token. contracts/hash-secret.md.</summary>
internal sealed class HashSecretDialect : IDialect
{
    public IReadOnlyList<string> Names { get; } = [DialectNames.HashSecret];

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<HashSecretTokenEndpoint>();
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        HashSecretTokenEndpoint.Map(routes);
    }
}
