namespace IdentityHub.Storage.SecondFactors;

/// <summary>Base32 as secrets of authenticator apps are written. RFC 4648 §6.</summary>
public static class Base32
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The bytes; null where the text is no base32. Blanks, hyphens and padding are passed over, case does not matter.</summary>
    public static byte[]? Read(string text)
    {
        var bytes = new List<byte>(text.Length * 5 / 8);
        var (bits, count) = (0, 0);
        foreach (var c in text.TrimEnd('='))
        {
            if (c is ' ' or '-')
                continue;
            var value = Letters.IndexOf(char.ToUpperInvariant(c), StringComparison.Ordinal);
            if (value < 0)
                return null;
            bits = (bits << 5) | value;
            count += 5;
            if (count < 8)
                continue;
            count -= 8;
            bytes.Add((byte)(bits >> count));
            bits &= (1 << count) - 1;
        }

        return [.. bytes];
    }

    /// <summary>The text of bytes, without padding.</summary>
    public static string Write(ReadOnlySpan<byte> bytes)
    {
        var text = new List<char>((bytes.Length * 8 + 4) / 5);
        var (bits, count) = (0, 0);
        foreach (var one in bytes)
        {
            bits = (bits << 8) | one;
            for (count += 8; count >= 5; count -= 5)
                text.Add(Letters[(bits >> (count - 5)) & 31]);
            bits &= (1 << count) - 1;
        }

        if (count > 0)
            text.Add(Letters[(bits << (5 - count)) & 31]);
        return new string([.. text]);
    }
}
