using System.Reflection;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Settings;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace IdentityHub.Server.Ui.Docs;

/// <summary>The parts of the document in addition to its operations: title, servers, how callers authenticate.</summary>
internal sealed class HubDocument(HubSettings settings, DescribedAudience audience) : IOpenApiDocumentTransformer
{
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = audience == DescribedAudience.Public ? "IdentityHub" : "IdentityHub: administration",
            Version = Assembly.GetExecutingAssembly().GetName().Version!.ToString(3),
            Description =
                audience == DescribedAudience.Public
                    ? "The endpoints of this installation: the standard one (OAuth 2.x, OpenID Connect) and the older dialects that are "
                        + "switched on."
                    : "The administration of this installation. Refusals are problem details (RFC 9457). Changes need `If-Match` "
                        + "(RFC 9110); a POST may carry an `Idempotency-Key`. Each credential has 300 calls a minute at each endpoint.",
        };
        document.Servers = [.. Servers().Select(server => new OpenApiServer { Url = server.Url, Description = server.Description })];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = SecuritySchemes.All();
        return Task.CompletedTask;
    }

    // This installation comes first: it is the one that calls are tried out on.
    private IEnumerable<(string Url, string Description)> Servers()
    {
        if (settings.PlatformId.Length == 0 || settings.IsDevelopment)
            return [(settings.Issuer, "This installation")];

        (string, string)[] installations =
        [
            ($"https://api.staging.{settings.PlatformId}.platform.io", "Staging"),
            ($"https://api.{settings.PlatformId}.platform.io", "Production")
        ];
        return settings.IsProduction ? installations.Reverse() : installations;
    }
}
