using IdentityHub.Server.Clients;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>A scope in words.</summary>
/// <param name="Title">What it lets a client do.</param>
/// <param name="More">A second line; null for none.</param>
internal sealed record ScopeText(string Name, string Title, string? More)
{
    /// <summary>
    /// What the texts say of it (those of the theme too); else what the configuration says; else its name. Scopes about the user come
    /// first.
    /// </summary>
    public static IReadOnlyList<ScopeText> Describe(IEnumerable<string> scopes, RegistrySnapshot snapshot, Texts texts) =>
        [
            .. scopes
                .Select(scope => Describe(scope, snapshot, texts))
                .OrderBy(scope => RegistrySnapshot.IdentityScopes.Contains(scope.Name) ? 0 : 1)
        ];

    private static ScopeText Describe(string scope, RegistrySnapshot snapshot, Texts texts)
    {
        var key = ThemeTexts.ScopePrefix + scope;
        if (texts.Find(key) is { } title)
            return new ScopeText(scope, title, texts.Find(key + ".more"));
        var definition = snapshot.FindScope(scope);
        return new ScopeText(scope, definition?.DisplayName ?? scope, definition?.Description);
    }
}
