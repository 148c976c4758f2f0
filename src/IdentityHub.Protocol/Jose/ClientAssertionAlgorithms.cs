namespace IdentityHub.Protocol.Jose;

/// <summary>Algorithms that a client's assertion may be signed with, in the order in which discovery lists them. RFC 7518 §3.1.</summary>
public static class ClientAssertionAlgorithms
{
    public static IReadOnlyList<string> All { get; } = [JwsAlgorithms.PS256, JwsAlgorithms.ES256, JwsAlgorithms.RS256];
}
