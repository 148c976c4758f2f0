using System.Security.Cryptography;
using System.Text.Json;

namespace IdentityHub.Protocol.Jose;

/// <summary>The checks of <see cref="JsonWebKey.TryParse"/>: RFC 7517 §4, RFC 7518 §6.2.1 and §6.3.1.</summary>
internal static class JsonWebKeyReader
{
    // RFC 7518 §6.2.2, §6.3.2, §6.4.1.
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    /// <summary>The key, or null and the reason.</summary>
    public static JsonWebKey? Read(JsonElement json, out string fault)
    {
        try
        {
            return ReadObject(json, out fault);
        }
        catch (CryptographicException)
        {
            fault = "The numbers are not a valid public key.";
            return null;
        }
        catch (InvalidOperationException)
        {
            fault = "The key holds text that is not Unicode.";
            return null;
        }
    }

    /// <summary>The name of a private member of the object; null for none.</summary>
    public static string? FindPrivateMember(JsonElement json) => Array.Find(PrivateMembers, name => json.TryGetProperty(name, out _));

    private static JsonWebKey? ReadObject(JsonElement json, out string fault)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return Refuse("The key is not a JSON object.", out fault);
        if (HasRepeatedName(json))
            return Refuse("The key names a member twice.", out fault);
        if (FindPrivateMember(json) is { } secret)
            return Refuse($"The key holds the private member '{secret}'; only its public half may be given.", out fault);
        if (!TryGetText(json, "kid", out var kid) || !TryGetText(json, "alg", out var alg) || !TryGetText(json, "use", out var use))
            return Refuse("'kid', 'alg' and 'use' are strings.", out fault);
        if (use is not (null or "sig") || !AllowsVerify(json))
            return Refuse("The key is not for signatures.", out fault);

        if (!TryGetText(json, "kty", out var kty) || kty is not (JsonWebKey.EllipticCurve or JsonWebKey.Rsa))
            return Refuse("'kty' is neither EC nor RSA.", out fault);
        var key = kty == JsonWebKey.Rsa ? ReadRsa(json, kid, alg, out fault) : ReadEllipticCurve(json, kid, alg, out fault);
        if (key is not null && alg is not null && !key.Fits(alg))
            return Refuse("'alg' is not a supported signature algorithm of this type of key.", out fault);
        return key;
    }

    private static JsonWebKey? ReadEllipticCurve(JsonElement json, string? kid, string? alg, out string fault)
    {
        if (!TryGetText(json, "crv", out var crv) || EcCurve.Find(crv) is not { } curve)
            return Refuse("'crv' is none of P-256, P-384, P-521.", out fault);
        if (ReadBytes(json, "x") is not { } x || x.Length != curve.CoordinateLength ||
            ReadBytes(json, "y") is not { } y || y.Length != curve.CoordinateLength)
            return Refuse($"'x' and 'y' are base64url of {curve.CoordinateLength} bytes each.", out fault);

        fault = "";
        return JsonWebKey.FromParameters(new ECParameters { Curve = curve.Parameters, Q = new ECPoint { X = x, Y = y } }, kid, alg);
    }

    private static JsonWebKey? ReadRsa(JsonElement json, string? kid, string? alg, out string fault)
    {
        // A leading zero byte would give one key two thumbprints; RFC 7518 §2 (Base64urlUInt) forbids it.
        if (ReadBytes(json, "n") is not { } n || n[0] == 0 || ReadBytes(json, "e") is not { } e || e[0] == 0)
            return Refuse("'n' and 'e' are base64url of numbers without leading zero bytes.", out fault);
        if (!RsaKeySize.Allows(BitLength(n)))
            return Refuse($"'n' has {RsaKeySize.MinBits} to {RsaKeySize.MaxBits} bits.", out fault);
        if (IsEven(n) || IsEven(e) || e.Length > 4 || e is [1])
            return Refuse("'n' is odd, and 'e' is odd, from 3 to 2^32 - 1.", out fault);

        fault = "";
        return JsonWebKey.FromParameters(new RSAParameters { Modulus = n, Exponent = e }, kid, alg);
    }

    private static JsonWebKey? Refuse(string reason, out string fault)
    {
        fault = reason;
        return null;
    }

    private static bool HasRepeatedName(JsonElement json)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        return json.EnumerateObject().Any(member => !names.Add(member.Name));
    }

    // RFC 7517 §4.3.
    private static bool AllowsVerify(JsonElement json) =>
        !json.TryGetProperty("key_ops", out var operations)
        || (operations.ValueKind == JsonValueKind.Array
            && operations.EnumerateArray().Any(name => name.ValueKind == JsonValueKind.String && name.ValueEquals("verify")));

    /// <summary>True where the member is a string or absent (null).</summary>
    private static bool TryGetText(JsonElement json, string name, out string? text)
    {
        text = null;
        if (!json.TryGetProperty(name, out var value))
            return true;
        if (value.ValueKind != JsonValueKind.String)
            return false;
        text = value.GetString();
        return true;
    }

    private static byte[]? ReadBytes(JsonElement json, string name) =>
        TryGetText(json, name, out var text) && StrictBase64Url.TryDecode(text, out var bytes) ? bytes : null;

    private static int BitLength(byte[] number) => (number.Length * 8) - byte.LeadingZeroCount(number[0]);

    private static bool IsEven(byte[] number) => (number[^1] & 1) == 0;
}
