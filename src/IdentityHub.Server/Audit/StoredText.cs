namespace IdentityHub.Server.Audit;

/// <summary>
/// What a caller sent, as text that every database takes and every reader shows on one line: cut, without control characters, ends of lines
/// and surrogates.
/// </summary>
internal static class StoredText
{
    /// <param name="length">Longest result, in UTF-16 code units.</param>
    public static string? Of(string? text, int length)
    {
        if (text is null)
            return null;
        if (text.Length > length)
            text = text[..length];

        // Nearly all that comes: nothing of it is looked at one by one.
        return !text.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? text
            : string.Create(text.Length, text, static (clean, dirty) =>
            {
                for (var i = 0; i < clean.Length; i++)
                    clean[i] = IsRefused(dirty[i]) ? '\uFFFD' : dirty[i];
            });
    }

    private static bool IsRefused(char c) => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029';
}
