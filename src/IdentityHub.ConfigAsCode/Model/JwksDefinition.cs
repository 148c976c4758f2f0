using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using IdentityHub.Protocol.Jose;

namespace IdentityHub.ConfigAsCode;

/// <summary>The public keys of a client. RFC 7517 §5.</summary>
[Description("A JSON Web Key Set of public keys. RFC 7517 §5.")]
public sealed record JwksDefinition
{
    [Description("One or several; a kid names each where there are several.")]
    [NotEmpty]
    public required IReadOnlyList<JwkDefinition> Keys { get; init; }
}

/// <summary>One public key. RFC 7517 §4, RFC 7518 §6.</summary>
[Description("A public key, EC or RSA.")]
[RefusedKeys(
    "part of a private or symmetric key; the server needs only the public key, and this one has to be replaced now",
    "d", "p", "q", "dp", "dq", "qi", "oth", "k")]
public sealed record JwkDefinition
{
    [Description("Key type.")]
    [OneOf(typeof(JwkKeyTypes))]
    public required string Kty { get; init; }

    [Description("Names the key within the set.")]
    [Length(1, 200)]
    public string? Kid { get; init; }

    [Description("What the key is for; only sig has a meaning here.")]
    public string? Use { get; init; }

    [Description("RFC 7517 §4.3.")]
    public IReadOnlyList<string>? KeyOps { get; init; }

    [Description("The one algorithm that the key is used with; any that fits the key where it is left out.")]
    [OneOf(typeof(ClientAssertionAlgorithms))]
    public string? Alg { get; init; }

    [Description("EC: the curve.")]
    public string? Crv { get; init; }

    [Description("EC: base64url.")]
    public string? X { get; init; }

    [Description("EC: base64url.")]
    public string? Y { get; init; }

    [Description("RSA modulus: base64url.")]
    public string? N { get; init; }

    [Description("RSA exponent: base64url, AQAB as a rule.")]
    public string? E { get; init; }

    [Description("Accepted and not used.")]
    public bool? Ext { get; init; }

    [Description("Accepted and not used: the key itself is what is trusted.")]
    [JsonPropertyName("x5c")]
    public IReadOnlyList<string>? CertificateChain { get; init; }

    [Description("Accepted and not used.")]
    [JsonPropertyName("x5t")]
    public string? CertificateSha1 { get; init; }

    [Description("Accepted and not used.")]
    [JsonPropertyName("x5t#S256")]
    public string? CertificateSha256 { get; init; }

    /// <summary>The key that checks signatures; null, and why, when it is not fit for that.</summary>
    public JsonWebKey? ToKey(out string? fault) =>
        JsonWebKey.TryParse(JsonSerializer.SerializeToElement(this, ConfigJson.Default.JwkDefinition), out var key, out fault) ? key : null;
}
