namespace IdentityHub.Protocol.Jose;

/// <summary>
/// The signature algorithms of RFC 7518 §3.1 that a published key can check. <c>none</c> is not among them and neither is
/// any HMAC: a key that is published cannot be mistaken for a shared secret (RFC 8725 §2.1).
/// </summary>
public static class JwsAlgorithms
{
    public const string ES256 = "ES256";
    public const string ES384 = "ES384";
    public const string ES512 = "ES512";
    public const string RS256 = "RS256";
    public const string RS384 = "RS384";
    public const string RS512 = "RS512";
    public const string PS256 = "PS256";
    public const string PS384 = "PS384";
    public const string PS512 = "PS512";

    /// <summary>All of them, in the order in which discovery lists them.</summary>
    public static IReadOnlyList<string> Asymmetric { get; } = [.. JwsAlgorithm.All.Select(algorithm => algorithm.Name)];

    /// <summary>True for one of <see cref="Asymmetric"/>; names are case-sensitive.</summary>
    public static bool IsSupported(string algorithm) => JwsAlgorithm.Find(algorithm) is not null;
}
