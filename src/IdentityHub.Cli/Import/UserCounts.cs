using System.Globalization;

namespace IdentityHub.Cli.Import;

/// <summary>Counts what users have and cannot have here. The report says how many have it, not who.</summary>
internal sealed class UserCounts
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public void Add(string what) => _counts[what] = _counts.GetValueOrDefault(what) + 1;

    /// <summary>Adds an entry for each kind of value.</summary>
    public void AddTo(ImportReport report)
    {
        foreach (var (what, count) in _counts)
            report.Add("users", what, Of(count), "Users have no such value here. It was left out.");
    }

    /// <summary>A number of users in words.</summary>
    public static string Of(int count) => string.Create(CultureInfo.InvariantCulture, $"{count} user{(count == 1 ? "" : "s")}");
}
