namespace IdentityHub.Server.Audit;

/// <summary>What a caller sent, as text that every database takes: cut, and without control characters and surrogates.</summary>
internal static class StoredText
{
    /// <param name="length">Longest result, in UTF-16 code units.</param>
    public static string? Of(string? text, int length)
    {
        if (text is null)
            return null;
        if (text.Length > length)
            text = text[..length];
        return text.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0 && text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0
            ? text
            : string.Create(text.Length, text, static (clean, dirty) =>
            {
                for (var i = 0; i < clean.Length; i++)
                    clean[i] = char.IsControl(dirty[i]) || char.IsSurrogate(dirty[i]) ? '\uFFFD' : dirty[i];
            });
    }
}
