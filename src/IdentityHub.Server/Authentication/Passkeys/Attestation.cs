using System.Formats.Cbor;

namespace IdentityHub.Server.Authentication.Passkeys;

/// <summary>What an attestation object says of its own kind. WebAuthn Level 3 §6.5.</summary>
internal static class Attestation
{
    private const string Statement = "attStmt";
    private const string Certificates = "x5c";

    /// <summary>
    /// True when the attestation was signed with a certificate of a maker. With self attestation the credential signs for itself, and an
    /// authenticator could call itself what it likes.
    /// </summary>
    /// <param name="attestationObject">One that was verified.</param>
    public static bool HasCertificates(byte[] attestationObject)
    {
        var reader = new CborReader(attestationObject, CborConformanceMode.Lax);
        return Find(reader, Statement) && Find(reader, Certificates);
    }

    // Leaves the reader at the value of the member.
    private static bool Find(CborReader reader, string member)
    {
        if (reader.PeekState() != CborReaderState.StartMap)
            return false;
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            if (reader.PeekState() != CborReaderState.TextString)
                reader.SkipValue();
            else if (reader.ReadTextString() == member)
                return true;
            reader.SkipValue();
        }

        return false;
    }
}
