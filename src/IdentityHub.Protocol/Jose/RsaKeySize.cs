namespace IdentityHub.Protocol.Jose;

/// <summary>Bounds of an RSA modulus in bits: RFC 7518 §3.3 sets the lower one; above the upper one a check costs too much.</summary>
internal static class RsaKeySize
{
    public const int MinBits = 2048;
    public const int MaxBits = 8192;

    public static bool Allows(int bits) => bits is >= MinBits and <= MaxBits;
}
