using System.Text;

namespace IdentityHub.Storage.Users.Verifiers;

/// <summary>The base64 of crypt(3): another alphabet, and the lowest six bits first.</summary>
internal static class CryptBase64
{
    /// <summary>The characters, by their value.</summary>
    public const string Alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private const int BitsOfCharacter = 6;

    /// <summary>Encodes bytes in groups of three, the first of a group lowest.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        for (var i = 0; i < bytes.Length; i += 3)
        {
            var group = bytes[i..Math.Min(i + 3, bytes.Length)];
            var value = 0;
            for (var b = group.Length - 1; b >= 0; b--)
                value = (value << 8) | group[b];
            for (var c = 0; c <= group.Length; c++, value >>= BitsOfCharacter)
                text.Append(Alphabet[value & 0x3F]);
        }

        return text.ToString();
    }
}
