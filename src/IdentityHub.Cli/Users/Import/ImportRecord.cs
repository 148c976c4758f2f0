namespace IdentityHub.Cli.Users.Import;

/// <summary>One record of a file: a value for each column that it has.</summary>
/// <param name="Line">On which it begins, counted from 1.</param>
/// <param name="Values">By column. An empty value means none and is left out.</param>
/// <param name="Fault">Why it cannot be read; null when it can.</param>
internal sealed record ImportRecord(long Line, IReadOnlyDictionary<string, string> Values, string? Fault = null)
{
    /// <summary>Nothing but what is wrong with it.</summary>
    public static ImportRecord Unreadable(long line, string fault) => new(line, new Dictionary<string, string>(), fault);

    /// <summary>Never prints values: they hold hashes of passwords.</summary>
    public override string ToString() => $"{nameof(ImportRecord)} {{ Line = {Line} }}";
}
