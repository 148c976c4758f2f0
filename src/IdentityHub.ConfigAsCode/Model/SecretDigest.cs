using System.ComponentModel;
using System.Text.Json.Serialization;

namespace IdentityHub.ConfigAsCode;

/// <summary>A secret of a client or an API resource: what is left of it after reading.</summary>
[Description("A secret and the time in which it counts.")]
public sealed record SecretDigest
{
    /// <summary>SHA-256 of the UTF-8 bytes of the secret; 32 bytes.</summary>
    [Description("Where the secret comes from: env:NAME, file:PATH, sha256:BASE64, or plain:… in Development.")]
    [JsonPropertyName("value")]
    [JsonConverter(typeof(DigestJsonConverter))]
    public required byte[] Sha256 { get; init; }

    [Description("The secret counts from this time on.")]
    public DateTimeOffset? NotBefore { get; init; }

    [Description("The secret counts until this time.")]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Shows the times, never the digest: a digest of a weak secret can be reversed.</summary>
    public override string ToString() => $"SecretDigest {{ NotBefore = {NotBefore:O}, ExpiresAt = {ExpiresAt:O} }}";
}
