using System.Diagnostics.CodeAnalysis;

namespace IdentityHub.Cli.Import;

/// <summary>
/// Compares names of keys, tables and columns without regard to case and underscores: <c>ClientId</c>, <c>clientId</c> and
/// <c>client_id</c> are one.
/// </summary>
internal sealed class SourceNames : IEqualityComparer<string>
{
    public static SourceNames Comparer { get; } = new();

    public bool Equals(string? x, string? y) =>
        x is null || y is null ? x == y : string.Equals(Plain(x), Plain(y), StringComparison.OrdinalIgnoreCase);

    public int GetHashCode([DisallowNull] string obj) => StringComparer.OrdinalIgnoreCase.GetHashCode(Plain(obj));

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal);
}
