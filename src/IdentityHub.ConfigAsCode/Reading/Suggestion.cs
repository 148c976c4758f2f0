using IdentityHub.Protocol;

namespace IdentityHub.ConfigAsCode;

/// <summary>Finds what the author probably meant to write.</summary>
public static class Suggestion
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
            var distance = EditDistance.Between(normal, Normal(candidate));
            if (distance < least)
                (nearest, least) = (candidate, distance);
        }

        return nearest is not null && least <= Math.Max(1, nearest.Length / 3) ? nearest : null;
    }

    /// <summary>The end of a message: <c>; did you mean 'x'?</c>, or the list of what is known.</summary>
    public static string Hint(string written, IReadOnlyCollection<string> known) =>
        For(written, known) is { } meant ? $"; did you mean '{meant}'?" : $"; known here: {string.Join(", ", known)}";

    private static string Normal(string name) => name.ToLowerInvariant().Replace('-', '_');
}
