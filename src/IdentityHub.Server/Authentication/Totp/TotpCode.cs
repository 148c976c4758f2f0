using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace IdentityHub.Server.Authentication.Totp;

/// <summary>
/// Codes of authenticator apps: RFC 6238 with SHA-1, steps of 30 seconds and 6 digits, which every app knows. A code of the step before and
/// of the step after is taken too, for clocks that differ (§5.2).
/// </summary>
internal static class TotpCode
{
    public const int Digits = 6;
    public const int StepSeconds = 30;

    /// <summary>As long as the output of SHA-1. RFC 4226 §4, R6.</summary>
    public const int SecretBytes = 20;

    private const int Drift = 1;
    private const int Modulus = 1_000_000;
    private const int MaxTyped = 64;

    /// <summary>The time step of a moment.</summary>
    public static long StepAt(DateTimeOffset time) => time.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The code of a step.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "HMAC-SHA-1 is what RFC 6238 and the apps have.")]
    public static string Of(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(secret, counter, hash);

        // RFC 4226 §5.3.
        var offset = hash[^1] & 0x0F;
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[offset..]) & 0x7FFF_FFFF;
        return (number % Modulus).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>The steps around a moment whose code this is; empty for a wrong code. All are compared in any case.</summary>
    /// <param name="code">As <see cref="Read"/> gives it.</param>
    public static IReadOnlyList<long> StepsOf(ReadOnlySpan<byte> secret, string code, DateTimeOffset now)
    {
        var steps = new List<long>(1);
        var current = StepAt(now);
        for (var step = current - Drift; step <= current + Drift; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(AsciiOf(Of(secret, step)), AsciiOf(code)))
                steps.Add(step);
        }

        return steps;
    }

    /// <summary>
    /// The six digits of what was typed; null when it is no code. Blanks and hyphens are passed over, and digits of every script are read.
    /// </summary>
    public static string? Read(string typed)
    {
        if (typed.Length > MaxTyped)
            return null;
        Span<char> digits = stackalloc char[Digits];
        var count = 0;
        foreach (var c in typed)
        {
            if (char.IsWhiteSpace(c) || c == '-')
                continue;
            if (CharUnicodeInfo.GetDecimalDigitValue(c) is var value and >= 0 && count < Digits)
                digits[count++] = (char)('0' + value);
            else
                return null;
        }

        return count == Digits ? digits.ToString() : null;
    }

    private static byte[] AsciiOf(string digits) => System.Text.Encoding.ASCII.GetBytes(digits);
}
