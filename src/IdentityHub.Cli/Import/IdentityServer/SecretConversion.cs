using System.Security.Cryptography;
using IdentityHub.ConfigAsCode;

namespace IdentityHub.Cli.Import.IdentityServer;

/// <summary>What is left of the secrets of a client or an API.</summary>
/// <param name="Digests">Of shared secrets.</param>
/// <param name="Keys">Public keys for private_key_jwt.</param>
internal sealed record ConvertedSecrets(IReadOnlyList<SecretDigest> Digests, IReadOnlyList<JwkDefinition> Keys);

/// <summary>
/// Turns secrets of IdentityServer into digests and public keys. A shared secret is stored there as the base64 of its SHA-256 or SHA-512.
/// </summary>
internal static class SecretConversion
{
    /// <param name="key">The list of secrets.</param>
    public static ConvertedSecrets Convert(SourceObject holder, string key, DateTimeOffset now)
    {
        var (digests, keys) = (new List<SecretDigest>(), new List<JwkDefinition>());
        foreach (var secret in holder.Objects(key))
        {
            secret.Skip("Id", "ClientId", "ApiResourceId", "Created", "Value", "Type");
            if (secret.Text("Description") is { } description)
                secret.Report("Description", description, "Secrets have no description. It is a comment for the file.");
            if (secret.Time("Expiration", out var isFaulty) is { } end && end <= now)
                secret.Report("Expiration", $"{end:O}", "The secret has expired. It was left out.");
            else if (isFaulty)
                secret.Report("Expiration", secret.Text("Expiration"), "It is no time, so that the secret was left out.");
            else
                Convert(secret, secret.Time("Expiration", out _), digests, keys);
            secret.ReportRest("There is no counterpart. It was left out.");
        }

        return new(digests, PublicKeys.WithNames(holder, key, keys));
    }

    private static void Convert(SourceObject secret, DateTimeOffset? end, List<SecretDigest> digests, List<JwkDefinition> keys)
    {
        var (type, value) = (secret.Text("Type") ?? "SharedSecret", secret.Text("Value"));
        switch (type)
        {
            case "SharedSecret" when DigestOf(value) is { } digest:
                digests.Add(new SecretDigest { Digest = digest, ExpiresAt = end });
                return;
            case "SharedSecret":
                secret.Report(
                    "Value", "***",
                    "It is no base64 of a SHA-256 or SHA-512 digest, so that it was left out. Where it is the secret itself, put it "
                        + "into a file or a variable and add 'value: file:PATH' or 'value: env:NAME' to client_secrets.");
                return;
            case "JWK" when PublicKeys.OfJwk(value, out var isPrivate) is { } key:
                if (isPrivate)
                    secret.Report("Value", "***", PublicKeys.PrivateAdvice);
                keys.Add(key);
                break;
            case "X509CertificateBase64" when PublicKeys.OfCertificate(value) is { } key:
                keys.Add(key);
                break;
            case "JWK" or "X509CertificateBase64":
                secret.Report("Value", "***", $"It holds no public key that can be used ({type}). It was left out.");
                return;
            default:
                secret.Report(
                    "Type", type,
                    "Secrets of this type cannot be checked: the secret was left out. Clients with certificates can use private_key_jwt.");
                return;
        }

        if (end is not null)
            secret.Report("Expiration", $"{end:O}", "Keys of a client have no end: remove the key from jwks at that time.");
    }

    private static byte[]? DigestOf(string? value)
    {
        var bytes = new byte[value?.Length ?? 0];
        return value is not null && System.Convert.TryFromBase64String(value, bytes, out var length)
            && length is SHA256.HashSizeInBytes or SHA512.HashSizeInBytes
            ? bytes[..length]
            : null;
    }
}
