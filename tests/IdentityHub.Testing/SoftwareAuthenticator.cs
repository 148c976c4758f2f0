using System.Buffers.Binary;
using System.Buffers.Text;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IdentityHub.Testing;

/// <summary>
/// An authenticator in code, with one P-256 key, together with the browser that it is used in. What a good one never does can be set. It
/// knows nothing of the server's classes. WebAuthn Level 3.
/// </summary>
public sealed class SoftwareAuthenticator : IDisposable
{
    private const int Es256 = -7;
    private readonly ECDsa _key;

    public SoftwareAuthenticator()
        : this(ECDsa.Create(ECCurve.NamedCurves.nistP256), RandomNumberGenerator.GetBytes(32))
    {
    }

    private SoftwareAuthenticator(ECDsa key, byte[] credentialId) => (_key, CredentialId) = (key, credentialId);

    public byte[] CredentialId { get; set; }

    /// <summary>Of the page, as the browser writes it.</summary>
    public string Origin { get; set; } = Installation.Issuer;

    /// <summary>What is signed for in place of the site that the options name; null: that one.</summary>
    public string? OtherSite { get; set; }

    /// <summary>The type of the ceremony in place of the real one; null: the real one.</summary>
    public string? OtherType { get; set; }

    /// <summary>True: the page says that it is inside a page of another site.</summary>
    public bool IsFramed { get; set; }

    public bool IsUserVerified { get; set; } = true;

    /// <summary>True for a passkey that is copied to all devices of the user.</summary>
    public bool IsBackupEligible { get; set; } = true;

    public bool IsBackedUp { get; set; } = true;

    /// <summary>Goes up with each use; null for an authenticator that does not count.</summary>
    public uint? Counter { get; set; }

    /// <summary>The user's id, as the options of the enrolment name it.</summary>
    public byte[] UserHandle { get; set; } = [];

    public Guid Aaguid { get; set; } = Guid.Parse("2fc0579f-8113-47ea-b116-bb5a8db9202a");

    /// <summary>How a new credential proves its model.</summary>
    public AttestationKind Attestation { get; set; }

    /// <summary>True: the last byte of each signature is wrong.</summary>
    public bool SignsWrong { get; set; }

    /// <summary>The same key, id and counter in another device.</summary>
    public SoftwareAuthenticator Clone() => new(ECDsa.Create(_key.ExportParameters(includePrivateParameters: true)), CredentialId)
    {
        UserHandle = UserHandle,
        Counter = Counter,
        IsBackupEligible = IsBackupEligible,
        IsBackedUp = IsBackedUp,
    };

    /// <summary>Makes the credential, as the script of the pages sends it.</summary>
    /// <param name="options"><c>PublicKeyCredentialCreationOptionsJSON</c>.</param>
    public string Create(JsonElement options)
    {
        UserHandle = Base64Url.DecodeFromChars(options.GetProperty("user").GetProperty("id").GetString());
        var clientData = ClientData("webauthn.create", options);
        var authenticatorData = AuthenticatorData(OtherSite ?? options.GetProperty("rp").GetProperty("id").GetString()!, withKey: true);
        return Sent(
            ("clientDataJSON", clientData), ("attestationObject", AttestationObject(authenticatorData, SHA256.HashData(clientData))));
    }

    /// <summary>Signs a challenge, as the script of the pages sends it.</summary>
    /// <param name="options"><c>PublicKeyCredentialRequestOptionsJSON</c>.</param>
    public string Get(JsonElement options)
    {
        if (Counter is { } count)
            Counter = count + 1;
        var clientData = ClientData("webauthn.get", options);
        var authenticatorData = AuthenticatorData(OtherSite ?? options.GetProperty("rpId").GetString()!, withKey: false);
        var signature = Sign([.. authenticatorData, .. SHA256.HashData(clientData)]);
        return Sent(
            ("clientDataJSON", clientData), ("authenticatorData", authenticatorData), ("signature", signature), ("userHandle", UserHandle));
    }

    public void Dispose() => _key.Dispose();

    private byte[] ClientData(string type, JsonElement options)
    {
        var data = new JsonObject
        {
            ["type"] = OtherType ?? type,
            ["challenge"] = options.GetProperty("challenge").GetString(),
            ["origin"] = Origin,
            ["crossOrigin"] = IsFramed,
        };
        return Encoding.UTF8.GetBytes(data.ToJsonString());
    }

    private byte[] AuthenticatorData(string site, bool withKey)
    {
        var flags = 0x01 | (IsUserVerified ? 0x04 : 0) | (IsBackupEligible ? 0x08 : 0) | (IsBackedUp ? 0x10 : 0) | (withKey ? 0x40 : 0);
        var count = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(count, Counter ?? 0);
        byte[] data = [.. SHA256.HashData(Encoding.UTF8.GetBytes(site)), (byte)flags, .. count];
        if (!withKey)
            return data;
        var idLength = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(idLength, (ushort)CredentialId.Length);
        return [.. data, .. Aaguid.ToByteArray(bigEndian: true), .. idLength, .. CredentialId, .. CoseKey()];
    }

    // RFC 9052 §7, RFC 9053 §7.1.1.
    private byte[] CoseKey()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        var cbor = new CborWriter(CborConformanceMode.Ctap2Canonical);
        cbor.WriteStartMap(5);
        cbor.WriteInt32(1);
        cbor.WriteInt32(2);
        cbor.WriteInt32(3);
        cbor.WriteInt32(Es256);
        cbor.WriteInt32(-1);
        cbor.WriteInt32(1);
        cbor.WriteInt32(-2);
        cbor.WriteByteString(point.X!);
        cbor.WriteInt32(-3);
        cbor.WriteByteString(point.Y!);
        cbor.WriteEndMap();
        return cbor.Encode();
    }

    private byte[] AttestationObject(byte[] authenticatorData, byte[] clientDataHash)
    {
        var cbor = new CborWriter(CborConformanceMode.Ctap2Canonical);
        cbor.WriteStartMap(3);
        cbor.WriteTextString("fmt");
        cbor.WriteTextString(Attestation == AttestationKind.None ? "none" : "packed");
        cbor.WriteTextString("attStmt");
        byte[] signed = [.. authenticatorData, .. clientDataHash];
        switch (Attestation)
        {
            case AttestationKind.None:
                cbor.WriteStartMap(0);
                break;
            case AttestationKind.Self:
                cbor.WriteStartMap(2);
                WriteSignature(cbor, Sign(signed));
                break;
            default:
                cbor.WriteStartMap(3);
                using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
                using (var certificate = MakerCertificate(key))
                {
                    WriteSignature(cbor, key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
                    cbor.WriteTextString("x5c");
                    cbor.WriteStartArray(1);
                    cbor.WriteByteString(certificate.RawData);
                    cbor.WriteEndArray();
                }

                break;
        }

        cbor.WriteEndMap();
        cbor.WriteTextString("authData");
        cbor.WriteByteString(authenticatorData);
        cbor.WriteEndMap();
        return cbor.Encode();
    }

    private static void WriteSignature(CborWriter cbor, byte[] signature)
    {
        cbor.WriteTextString("alg");
        cbor.WriteInt32(Es256);
        cbor.WriteTextString("sig");
        cbor.WriteByteString(signature);
    }

    // WebAuthn Level 3 §8.2.1.
    private X509Certificate2 MakerCertificate(ECDsa key)
    {
        var request = new CertificateRequest(
            "CN=Software, OU=Authenticator Attestation, O=Example, C=DE", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(
            new X509Extension("1.3.6.1.4.1.45724.1.1.4", [0x04, 0x10, .. Aaguid.ToByteArray(bigEndian: true)], critical: false));
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
    }

    private byte[] Sign(byte[] data)
    {
        var signature = _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        if (SignsWrong)
            signature[^1] ^= 1;
        return signature;
    }

    private string Sent(params (string Name, byte[] Value)[] response) =>
        new JsonObject
        {
            ["id"] = Base64Url.EncodeToString(CredentialId),
            ["type"] = "public-key",
            ["transports"] = new JsonArray("internal", "hybrid"),
            ["response"] = new JsonObject(
                response.Select(part => KeyValuePair.Create(part.Name, (JsonNode?)Base64Url.EncodeToString(part.Value)))),
        }.ToJsonString();
}

/// <summary>How a new credential proves the model of its authenticator. WebAuthn Level 3 §6.5.</summary>
public enum AttestationKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>The credential signs for itself.</summary>
    Self,

    /// <summary>With a certificate of a maker.</summary>
    Maker,
}
