using System.Security.Cryptography;
using System.Text;
using IdentityHub.Storage.KeyProtection;

namespace IdentityHub.Storage.SecondFactors;

/// <summary>Reads recovery codes, and makes of them what is stored.</summary>
public sealed class RecoveryCodeHasher(KeyProtector protector)
{
    /// <summary>Letters and digits of a code.</summary>
    public const int Length = 10;

    /// <summary>What codes are made of, without letters that look like others: Crockford's base 32.</summary>
    public const string Letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private const int MaxTyped = 64;

    private readonly byte[] _key = protector.DeriveKey("recovery-code");

    /// <summary>What is stored of a code; 32 bytes.</summary>
    /// <param name="code">As <see cref="Read"/> gives it.</param>
    public byte[] HashOf(Guid userId, string code)
    {
        Span<byte> input = stackalloc byte[16 + Length];
        userId.TryWriteBytes(input);
        Encoding.ASCII.GetBytes(code, input[16..]);
        return HMACSHA256.HashData(_key, input);
    }

    /// <summary>
    /// The code that was typed; null when it is none. Blanks and hyphens are passed over, case does not matter, and letters that look like
    /// a digit are read as it.
    /// </summary>
    public static string? Read(string typed)
    {
        if (typed.Length > MaxTyped)
            return null;
        var code = new StringBuilder(Length);
        foreach (var c in typed)
        {
            if (char.IsWhiteSpace(c) || c == '-')
                continue;

            // Letters and digits of full width too: U+FF01 to U+FF5E are ASCII, moved.
            var letter = char.ToUpperInvariant(c is >= '\uFF01' and <= '\uFF5E' ? (char)(c - 0xFEE0) : c) switch
            {
                'O' => '0',
                'I' or 'L' => '1',
                var other => other,
            };
            if (!Letters.Contains(letter) || code.Length == Length)
                return null;
            code.Append(letter);
        }

        return code.Length == Length ? code.ToString() : null;
    }
}
