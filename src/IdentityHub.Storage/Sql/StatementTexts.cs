namespace IdentityHub.Storage.Sql;

/// <summary>
/// Compares the texts of statements. The hash looks at a few characters only: most statements are constants of the program, found again by
/// their reference, and some are a thousand characters long.
/// </summary>
internal sealed class StatementTexts : IEqualityComparer<string>
{
    public static readonly StatementTexts Comparer = new();

    public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

    public int GetHashCode(string text) =>
        text.Length == 0
            ? 0
            : HashCode.Combine(text.Length, text[text.Length / 4], text[text.Length / 2], text[text.Length * 3 / 4], text[^1]);
}
