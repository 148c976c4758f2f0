using IdentityHub.Storage.Users.Verifiers;

namespace IdentityHub.Storage.Users;

/// <summary>What the Firebase console shows as "password hash parameters" of a project. https://github.com/firebase/scrypt.</summary>
/// <param name="SignerKey"><c>base64_signer_key</c>, decoded. Nothing of it is stored.</param>
/// <param name="SaltSeparator"><c>base64_salt_separator</c>, decoded.</param>
/// <param name="Rounds"><c>rounds</c>: scrypt's r.</param>
/// <param name="MemCost"><c>mem_cost</c>: the logarithm of scrypt's N.</param>
public sealed record FirebaseParameters(byte[] SignerKey, byte[] SaltSeparator, int Rounds, int MemCost)
{
    /// <summary>Shows no key.</summary>
    public override string ToString() => nameof(FirebaseParameters);
}

/// <summary>Makes what is stored of an exported Firebase hash.</summary>
public static class FirebaseHash
{
    /// <summary>The value to store; null when hash or salt are not base64 of the right length.</summary>
    /// <param name="hash">As exported: base64.</param>
    /// <param name="salt">As exported: base64.</param>
    public static string? ToStored(string hash, string salt, FirebaseParameters parameters)
    {
        if (!Digests.TryDecode(Standard(hash), out var encrypted)
            || !Digests.TryDecode(Standard(salt), out var saltBytes)
            || encrypted.Length != parameters.SignerKey.Length)
            return null;
        byte[] stream = [.. encrypted.Zip(parameters.SignerKey, (left, right) => (byte)(left ^ right))];
        return FirebaseScryptVerifier.Write(parameters.MemCost, parameters.Rounds, [.. saltBytes, .. parameters.SaltSeparator], stream);
    }

    // The command line exports base64, the API of the project base64url.
    private static string Standard(string base64) => base64.Replace('-', '+').Replace('_', '/');
}
