namespace IdentityHub.Protocol.Jose;

/// <summary>Key types of clients. RFC 7518 §6.1.</summary>
public static class JwkKeyTypes
{
    public static IReadOnlyList<string> All { get; } = [JsonWebKey.EllipticCurve, JsonWebKey.Rsa];
}
