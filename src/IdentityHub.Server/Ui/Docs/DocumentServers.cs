using IdentityHub.Server.Settings;

namespace IdentityHub.Server.Ui.Docs;

/// <summary>Where the calls of the documentation go. contracts/service-user-and-client-accounts.md.</summary>
internal static class DocumentServers
{
    /// <summary>This installation first: it is the one that calls are tried out on.</summary>
    public static IReadOnlyList<(string Url, string Description)> Of(HubSettings settings)
    {
        if (settings.PlatformId.Length == 0 || settings.IsDevelopment)
            return [(settings.Issuer, "This installation")];

        (string, string)[] installations =
        [
            ($"https://api.staging.{settings.PlatformId}.platform.io", "Staging"),
            ($"https://api.{settings.PlatformId}.platform.io", "Production"),
        ];
        return settings.IsProduction ? [.. installations.Reverse()] : installations;
    }

    /// <summary>Base address of this installation, without a slash at its end.</summary>
    public static string ThisOne(HubSettings settings) => Of(settings)[0].Url.TrimEnd('/');
}
