using System.Text;

namespace IdentityHub.Server.Http;

/// <summary>Decodes what follows <c>Basic</c> in an Authorization header. RFC 7617 §2.</summary>
internal static class BasicCredentials
{
    /// <summary>The scheme and the blank behind it.</summary>
    public const string Scheme = "Basic ";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>True for a header of this scheme.</summary>
    public static bool AreIn(string authorization) => authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>User name, colon and password, as they were encoded.</summary>
    /// <param name="authorization">The whole header, which <see cref="AreIn"/> has accepted.</param>
    /// <param name="fault">What is wrong, as the end of a sentence about the header; null for nothing.</param>
    /// <returns>Null where something is wrong.</returns>
    public static string? Decode(string authorization, out string? fault)
    {
        fault = null;
        var encoded = authorization.AsSpan(Scheme.Length).Trim();
        var bytes = new byte[encoded.Length];
        try
        {
            if (Convert.TryFromBase64Chars(encoded, bytes, out var length))
                return StrictUtf8.GetString(bytes, 0, length);
            fault = "is not base64";
        }
        catch (DecoderFallbackException)
        {
            fault = "is not UTF-8";
        }

        return null;
    }
}
