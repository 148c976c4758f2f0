namespace IdentityHub.Cli.Import.Keycloak;

/// <summary>Addresses of clients. Keycloak takes wildcards, paths below a root address, and marks for "the same as".</summary>
internal static class KeycloakAddresses
{
    private const string Same = "+";
    private const string Separator = "##";

    /// <summary>Redirect URIs as whole addresses.</summary>
    public static IReadOnlyList<string> RedirectsOf(SourceObject source) => Whole(source, "redirectUris", source.Texts("redirectUris"));

    /// <summary>Where the browser may be sent after a logout.</summary>
    public static IReadOnlyList<string> PostLogoutOf(SourceObject source, SourceObject attributes, IReadOnlyList<string> redirects)
    {
        var given = attributes.Text("post.logout.redirect.uris")?.Split(Separator, StringSplitOptions.RemoveEmptyEntries) ?? [];
        return
        [
            .. Whole(source, "attributes.post.logout.redirect.uris", [.. given.Where(uri => uri is not (Same or "-"))])
                .Concat(given.Contains(Same) ? redirects : []).Distinct(StringComparer.Ordinal)
        ];
    }

    /// <summary>Origins from which a browser may call.</summary>
    public static IReadOnlyList<string> OriginsOf(SourceObject source, IReadOnlyList<string> redirects)
    {
        var origins = new List<string>();
        foreach (var origin in source.Texts("webOrigins"))
        {
            if (origin == Same)
                origins.AddRange(redirects.Where(uri => uri.StartsWith("http", StringComparison.Ordinal)
                    && Uri.TryCreate(uri, UriKind.Absolute, out _)).Select(uri => new Uri(uri).GetLeftPart(UriPartial.Authority)));
            else if (origin.Contains('*', StringComparison.Ordinal))
                source.Report("webOrigins", origin, "Origins have no wildcards: list each in allowed_cors_origins. It was left out.");
            else
                origins.Add(origin.TrimEnd('/'));
        }

        return [.. origins.Distinct(StringComparer.Ordinal)];
    }

    // An address that ends with /* stands for all below it; the one address that is written is one of them.
    private static IReadOnlyList<string> Whole(SourceObject source, string key, IReadOnlyList<string> uris)
    {
        var whole = new List<string>();
        var root = source.Text("rootUrl") is { } address && !address.Contains("${", StringComparison.Ordinal) ? address.TrimEnd('/') : null;
        foreach (var uri in uris)
        {
            var full = uri.StartsWith('/') ? root + uri : uri;
            if (full.StartsWith('/'))
                source.Report(key, uri, "It is a path without a root address. It was left out.");
            else if (full.EndsWith("/*", StringComparison.Ordinal) && full.IndexOf('*', StringComparison.Ordinal) == full.Length - 1)
            {
                source.Report(key, uri, $"Addresses have no wildcards: it is {full[..^1]} now. List every address that the client uses.");
                whole.Add(full[..^1]);
            }
            else if (full.Contains('*', StringComparison.Ordinal))
                source.Report(key, uri, "Addresses have no wildcards: list every address that the client uses. It was left out.");
            else
                whole.Add(full);
        }

        return [.. whole.Distinct(StringComparer.Ordinal)];
    }
}
