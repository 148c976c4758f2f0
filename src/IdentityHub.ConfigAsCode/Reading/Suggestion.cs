namespace IdentityHub.ConfigAsCode;

/// <summary>Finds what somebody probably meant to write.</summary>
internal static class Suggestion
{
    /// <summary>The nearest of <paramref name="known"/>, when few enough letters differ; null otherwise.</summary>
    public static string? For(string written, IEnumerable<string> known)
    {
        // Longer than any key or value of the format: not a slip of the pen.
        if (written.Length > 100)
            return null;

        var normal = Normal(written);
        string? nearest = null;
        var least = int.MaxValue;
        foreach (var candidate in known)
        {
            var distance = Distance(normal, Normal(candidate));
            if (distance < least)
                (nearest, least) = (candidate, distance);
        }

        return nearest is not null && least <= Math.Max(1, nearest.Length / 3) ? nearest : null;
    }

    /// <summary>The end of a message: <c>; did you mean 'x'?</c>, or the list of what is known.</summary>
    public static string Hint(string written, IReadOnlyCollection<string> known) =>
        For(written, known) is { } meant ? $"; did you mean '{meant}'?" : $"; known here: {string.Join(", ", known)}";

    private static string Normal(string name) => name.ToLowerInvariant().Replace('-', '_');

    /// <summary>Levenshtein distance, two neighbours swapped counting one.</summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            rows[0, j] = j;

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                rows[i, j] = Math.Min(replace, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[a.Length, b.Length];
    }
}
