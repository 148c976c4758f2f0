namespace IdentityHub.Cli.Import;

/// <summary>Something that has no counterpart, or is another thing here.</summary>
/// <param name="Object">What it belongs to, e.g. <c>clients/web</c>.</param>
/// <param name="Key">As the source names it; empty for the whole object.</param>
/// <param name="Value">Its value; null for none. Never a secret.</param>
/// <param name="Advice">What became of it, and what to do.</param>
internal sealed record ReportEntry(string Object, string Key, string? Value, string Advice);

/// <summary>Gathers what an import could not bring along.</summary>
internal sealed class ImportReport
{
    private const int MaxValueLength = 120;

    // What keys of secrets have in their names.
    private static readonly string[] Secret =
    [
        "secret", "password", "passwd", "salt", "privatekey", "signingkey", "encryptionkey", "apikey", "registrationaccesstoken",
        "connectionstring",
    ];

    private readonly List<ReportEntry> _entries = [];

    public IReadOnlyList<ReportEntry> Entries => _entries;

    /// <summary>Adds an entry. The value is shortened, and left out where the key sounds like that of a secret.</summary>
    public void Add(string owner, string key, string? value, string advice)
    {
        var name = key[(key.LastIndexOf('.') + 1)..].Replace("_", "", StringComparison.Ordinal);
        if (value is not null && Array.Exists(Secret, part => name.Contains(part, StringComparison.OrdinalIgnoreCase))
            && !IsHarmless(value))
            value = "***";
        _entries.Add(new(owner, key, value?.Length > MaxValueLength ? value[..MaxValueLength] + "…" : value, advice));
    }

    private static bool IsHarmless(string value) => value is "true" or "false" || (value.Length <= 10 && value.All(char.IsAsciiDigit));
}
