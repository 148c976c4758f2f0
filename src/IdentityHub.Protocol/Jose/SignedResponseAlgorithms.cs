namespace IdentityHub.Protocol.Jose;

/// <summary>Algorithms for which the server keeps signing keys. RFC 7518 §3.1.</summary>
public static class SignedResponseAlgorithms
{
    public static IReadOnlyList<string> All { get; } = [JwsAlgorithms.ES256, JwsAlgorithms.RS256];
}
