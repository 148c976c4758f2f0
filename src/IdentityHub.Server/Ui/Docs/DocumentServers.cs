using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Settings;

namespace IdentityHub.Server.Ui.Docs;

/// <summary>
/// Where the calls of the documentation go. The platform's addresses are those of the older APIs
/// (contracts/service-user-and-client-accounts.md). Everything else is at the issuer: a client compares it with the `issuer` of the
/// discovery document (OpenID Connect Discovery §4.3).
/// </summary>
internal sealed class DocumentServers(HubSettings settings)
{
    /// <summary>Those of the older APIs. This installation first: it is the one that calls are tried out on.</summary>
    public IReadOnlyList<(string Url, string Description)> All { get; } = Of(settings);

    /// <summary>The issuer, as tokens and the discovery document name it.</summary>
    public string Issuer { get; } = settings.Issuer;

    /// <summary>Base address of the older APIs of this installation, without a slash at its end.</summary>
    public string Older => All[0].Url.TrimEnd('/');

    /// <summary>Base address of an endpoint on this installation, without a slash at its end.</summary>
    public string Of(EndpointDescription endpoint) => endpoint.Dialect is null ? Issuer.TrimEnd('/') : Older;

    private static (string Url, string Description)[] Of(HubSettings settings)
    {
        if (settings.PlatformId.Length == 0 || settings.IsDevelopment)
            return [(settings.Issuer, "This installation")];

        var staging = ($"https://api.staging.{settings.PlatformId}.platform.io", "Staging");
        var production = ($"https://api.{settings.PlatformId}.platform.io", "Production");
        return settings.IsProduction ? [production, staging] : [staging, production];
    }
}
