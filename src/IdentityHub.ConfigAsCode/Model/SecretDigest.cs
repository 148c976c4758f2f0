using System.ComponentModel;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using IdentityHub.Protocol;

namespace IdentityHub.ConfigAsCode;

/// <summary>A secret of a client or an API resource: what is left of it after reading.</summary>
[Description("A secret and the time in which it counts.")]
public sealed record SecretDigest
{
    /// <summary>SHA-256 or SHA-512 of the UTF-8 bytes of the secret: 32 or 64 bytes.</summary>
    [Description("Where the secret comes from: env:NAME, file:PATH, sha256:BASE64, sha512:BASE64, or plain:… in Development.")]
    [JsonPropertyName("value")]
    [JsonConverter(typeof(DigestJsonConverter))]
    [TakesSha512]
    public required byte[] Digest { get; init; }

    [Description("The secret counts from this time on.")]
    public DateTimeOffset? NotBefore { get; init; }

    [Description("The secret counts until this time.")]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Tells the secrets of a client apart where the digest must not be shown: 16 bytes of its SHA-256, in hexadecimal.</summary>
    [JsonIgnore]
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Digest).AsSpan(0, 16));

    /// <summary>
    /// True when this is the digest of a secret. The time that it takes depends on the kind of digest, never on what is in it.
    /// </summary>
    /// <param name="sha256">SHA-256 of the secret, which most digests are held against: made once for all of them.</param>
    public bool Matches(string secret, ReadOnlySpan<byte> sha256)
    {
        if (Digest.Length == TokenHash.Length)
            return CryptographicOperations.FixedTimeEquals(sha256, Digest);
        Span<byte> sha512 = stackalloc byte[SHA512.HashSizeInBytes];
        SHA512.HashData(Encoding.UTF8.GetBytes(secret), sha512);
        return CryptographicOperations.FixedTimeEquals(sha512, Digest);
    }

    /// <summary>Shows the times, never the digest: a digest of a weak secret can be reversed.</summary>
    public override string ToString() => $"SecretDigest {{ NotBefore = {NotBefore:O}, ExpiresAt = {ExpiresAt:O} }}";
}
