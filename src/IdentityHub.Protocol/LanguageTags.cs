namespace IdentityHub.Protocol;

/// <summary>Language tags as requests carry them. BCP 47.</summary>
public static class LanguageTags
{
    /// <summary>Tags that are looked at; who sends more has named enough.</summary>
    public const int Most = 8;

    /// <summary>
    /// Longest tag in characters. RFC 5646 §4.4.1: no registered language, script, region and variant together need more.
    /// </summary>
    public const int MaxLength = 35;

    /// <summary>
    /// The tag, then what is left without its last subtag, and so on: <c>de-CH</c> is <c>de</c> where there is no <c>de-CH</c>. RFC 4647
    /// §3.4.
    /// </summary>
    /// <param name="tag">Null, and what is longer than <see cref="MaxLength"/>, names no language.</param>
    public static IEnumerable<string> RangesOf(string? tag)
    {
        if (tag is not { Length: > 0 and <= MaxLength })
            yield break;
        yield return tag;
        for (var end = tag.LastIndexOf('-'); end > 0; end = tag.LastIndexOf('-', end - 1))
            yield return tag[..end];
    }

    /// <summary>The first <see cref="Most"/> tags of a list that is separated by blanks, in its order.</summary>
    /// <param name="tags">Null for none.</param>
    public static IReadOnlyList<string> Split(string? tags)
    {
        var found = new List<string>();
        for (var rest = tags.AsSpan().TrimStart(' '); rest.Length > 0 && found.Count < Most; rest = rest.TrimStart(' '))
        {
            var end = rest.IndexOf(' ') is var at and >= 0 ? at : rest.Length;
            if (end <= MaxLength)
                found.Add(rest[..end].ToString());
            rest = rest[end..];
        }

        return found;
    }
}
