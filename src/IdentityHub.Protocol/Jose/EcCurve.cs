using System.Security.Cryptography;

namespace IdentityHub.Protocol.Jose;

/// <summary>A curve of RFC 7518 §6.2.1.1.</summary>
/// <param name="Name">The <c>crv</c> value.</param>
/// <param name="Parameters">The framework's name for it.</param>
/// <param name="CoordinateLength">Bytes of one coordinate, and of each half of a signature.</param>
internal sealed record EcCurve(string Name, ECCurve Parameters, int CoordinateLength)
{
    public static readonly EcCurve P256 = new("P-256", ECCurve.NamedCurves.nistP256, 32);
    public static readonly EcCurve P384 = new("P-384", ECCurve.NamedCurves.nistP384, 48);
    public static readonly EcCurve P521 = new("P-521", ECCurve.NamedCurves.nistP521, 66);

    private static readonly EcCurve[] All = [P256, P384, P521];

    public static EcCurve? Find(string? name) => Array.Find(All, curve => curve.Name == name);

    /// <summary>By object identifier: other curves have the same key sizes.</summary>
    public static EcCurve? Find(ECCurve parameters) =>
        parameters.IsNamed ? Array.Find(All, curve => curve.Parameters.Oid.Value == parameters.Oid.Value) : null;
}
