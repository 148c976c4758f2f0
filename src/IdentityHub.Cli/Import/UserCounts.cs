using System.Globalization;

namespace IdentityHub.Cli.Import;

/// <summary>Counts what users have and cannot have here, or have here in another form. The report says how many have it, not who.</summary>
internal sealed class UserCounts
{
    private const string LeftOut = "Users have no such value here. It was left out.";

    private readonly SortedDictionary<string, (int Count, string Advice)> _counts = new(StringComparer.Ordinal);

    /// <param name="advice">What became of it. The same for every user.</param>
    public void Add(string what, string advice = LeftOut) => _counts[what] = (_counts.GetValueOrDefault(what).Count + 1, advice);

    /// <summary>Adds an entry for each kind of value.</summary>
    public void AddTo(ImportReport report)
    {
        foreach (var (what, (count, advice)) in _counts)
            report.Add("users", what, Of(count), advice);
    }

    /// <summary>A number of users in words.</summary>
    public static string Of(int count) => string.Create(CultureInfo.InvariantCulture, $"{count} user{(count == 1 ? "" : "s")}");
}
