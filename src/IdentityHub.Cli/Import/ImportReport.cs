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
        "secret", "password", "passwd", "salt", "privatekey", "privkey", "signingkey", "encryptionkey", "apikey", "licensekey",
        "registrationaccesstoken", "connectionstring",
    ];

    // What texts that hold a password have in them, whatever their keys.
    private static readonly string[] Telltale = ["password=", "pwd=", "BEGIN PRIVATE KEY", "BEGIN RSA PRIVATE KEY"];

    private readonly List<ReportEntry> _entries = [];

    public IReadOnlyList<ReportEntry> Entries => _entries;

    /// <summary>
    /// Adds an entry. The value is shortened, and left out where any part of the key sounds like that of a secret, except in the items of a
    /// list of secrets, each of which says by its own keys what it holds.
    /// </summary>
    public void Add(string owner, string key, string? value, string advice)
    {
        var name = new string([.. key[(key.LastIndexOf(']') + 1)..].Where(char.IsAsciiLetterOrDigit)]);
        if (value is not null
            && ((Has(name, Secret) && !IsHarmless(name, value)) || Has(value, Telltale)))
            value = "***";
        _entries.Add(new(owner, key, value?.Length > MaxValueLength ? value[..MaxValueLength] + "…" : value, advice));
    }

    private static bool Has(string text, string[] parts) =>
        Array.Exists(parts, part => text.Contains(part, StringComparison.OrdinalIgnoreCase));

    // A switch, or a time in seconds.
    private static bool IsHarmless(string name, string value) =>
        value is "true" or "false"
        || ((name.EndsWith("lifetime", StringComparison.OrdinalIgnoreCase) || name.EndsWith("time", StringComparison.OrdinalIgnoreCase))
            && value.Length <= 10
            && value.All(char.IsAsciiDigit));
}
