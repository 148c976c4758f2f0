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
            License = new OpenApiLicense { Name = "Apache License 2.0", Identifier = "Apache-2.0" },
            Version = Assembly.GetExecutingAssembly().GetName().Version!.ToString(3),
            Description =
                audience == DescribedAudience.Public
                    ? "The endpoints of this installation: the standard one (OAuth 2.x, OpenID Connect) and the older dialects that are "
                        + "switched on."
                    : "The administration of this installation. Refusals are problem details (RFC 9457). Changes need `If-Match` "
                        + "(RFC 9110); a POST may carry an `Idempotency-Key`. Each credential has 300 calls a minute at each endpoint.",
        };
        document.Servers =
        [
            .. new DocumentServers(settings).All.Select(server => new OpenApiServer { Url = server.Url, Description = server.Description }),
        ];
        foreach (var tag in document.Tags ?? new HashSet<OpenApiTag>())
            tag.Description = Guide.LeadOf(tag.Name!);
        var used = UsedSchemes(document).ToHashSet(StringComparer.Ordinal);
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = SecuritySchemes.All().Where(scheme => used.Contains(scheme.Key)).ToDictionary();
        return Task.CompletedTask;
    }

    private static IEnumerable<string> UsedSchemes(OpenApiDocument document) =>
        from path in document.Paths.Values
        from operation in path.Operations?.Values ?? Enumerable.Empty<OpenApiOperation>()
        from requirement in operation.Security ?? []
        from scheme in requirement.Keys
        select scheme.Reference.Id!;
}
