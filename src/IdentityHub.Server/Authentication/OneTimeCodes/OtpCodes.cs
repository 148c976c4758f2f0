using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Otp;

namespace IdentityHub.Server.Authentication.OneTimeCodes;

/// <summary>What a code can be used for: by which client, and in which browser.</summary>
/// <param name="ClientId">The client that had the code sent; empty: the hub itself.</param>
/// <param name="Browser">Ties it to a login page in one browser; empty: it is for the token endpoint.</param>
internal sealed record OtpPurpose(string ClientId, string Browser = "")
{
    /// <summary>True: the code makes an account. A user who has one already is told so, and is not signed in.</summary>
    public bool IsForNewUsers { get; init; }
}

/// <summary>
/// Draws codes and hashes them for the database: keyed with the installation's key, because six digits are found out of a plain hash at
/// once.
/// </summary>
internal sealed class OtpCodes(KeyProtector protector)
{
    private const string Digits = "0123456789";
    private readonly byte[] _key = protector.DeriveKey("one-time-password");

    /// <summary>A fresh code from the system's CSPRNG.</summary>
    public static string Draw(int digits) => RandomNumberGenerator.GetString(Digits, digits);

    /// <summary>
    /// The code that a user meant with what they typed on a page: blanks and hyphens are passed over, and digits of every script are read.
    /// Everything else stays, so that it is wrong.
    /// </summary>
    public static string Read(string? typed)
    {
        var code = new StringBuilder();
        foreach (var c in typed ?? "")
        {
            if (char.IsWhiteSpace(c) || c == '-')
                continue;
            code.Append(CharUnicodeInfo.GetDecimalDigitValue(c) is var value and >= 0 ? (char)('0' + value) : c);
        }

        return code.ToString();
    }

    /// <summary>True for what may be a code of so many digits, by its form.</summary>
    public static bool IsCode(string typed, int digits) => typed.Length == digits && typed.All(char.IsAsciiDigit);

    /// <summary>Under which the newest code for an address is kept; 32 bytes.</summary>
    public byte[] SlotOf(OtpAddress address, OtpPurpose purpose) =>
        Hash(address.IsEmail ? "email" : "phone", address.Key, purpose.ClientId, purpose.Browser);

    /// <summary>What is stored of a code; 32 bytes.</summary>
    /// <param name="id">Of the row.</param>
    public byte[] HashOf(Guid id, string code) => Hash("code", id.ToString("N"), code);

    /// <summary>Compares a code that was typed, in constant time and for an address without a code too.</summary>
    /// <param name="tried">What to compare with; null where there is no live code.</param>
    /// <param name="slot">That of the address and purpose.</param>
    /// <returns>The refusal; null for the right code, and then <paramref name="tried"/> is not null.</returns>
    public Refusal? RefusalOf(TriedOneTimePassword? tried, byte[] slot, string code)
    {
        var isCorrect = CryptographicOperations.FixedTimeEquals(tried?.CodeHash ?? slot, HashOf(tried?.Id ?? Guid.Empty, code));
        if (tried is null)
            return Refusal.InvalidOneTimePassword(Reasons.OtpUnknown, "no live code for this address, or its tries are used up");
        return isCorrect ? null : Refusal.InvalidOneTimePassword(Reasons.OtpWrong, "wrong code");
    }

    // The lengths keep neighbours apart.
    private byte[] Hash(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return hash.GetHashAndReset();
    }
}
