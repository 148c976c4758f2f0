using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using IdentityHub.Storage.KeyProtection;

namespace IdentityHub.Server.Authentication.OneTimeCodes;

/// <summary>What a code can be used for: by which client, and in which browser.</summary>
/// <param name="ClientId">The client that had the code sent; empty: the hub itself.</param>
/// <param name="Browser">Ties it to a login page in one browser; empty: it is for the token endpoint.</param>
internal sealed record OtpPurpose(string ClientId, string Browser = "");

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

    /// <summary>True for what may be a code of so many digits, by its form.</summary>
    public static bool IsCode(string typed, int digits) => typed.Length == digits && typed.All(char.IsAsciiDigit);

    /// <summary>Under which the newest code for an address is kept; 32 bytes.</summary>
    public byte[] SlotOf(OtpAddress address, OtpPurpose purpose) =>
        Hash(address.IsEmail ? "email" : "phone", address.Key, purpose.ClientId, purpose.Browser);

    /// <summary>What is stored of a code; 32 bytes.</summary>
    /// <param name="id">Of the row.</param>
    public byte[] HashOf(Guid id, string code) => Hash("code", id.ToString("N"), code);

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
