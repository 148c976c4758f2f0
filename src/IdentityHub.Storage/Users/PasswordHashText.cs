using IdentityHub.Storage.Users.Verifiers;

namespace IdentityHub.Storage.Users;

/// <summary>Writes hashes of other systems, taken apart, in a form that <see cref="UserPasswordHasher"/> reads.</summary>
public static class PasswordHashText
{
    /// <summary>A hash of PBKDF2.</summary>
    /// <param name="algorithm"><c>sha1</c>, <c>sha256</c> or <c>sha512</c>.</param>
    public static string Pbkdf2(string algorithm, int iterations, byte[] salt, byte[] digest) =>
        Pbkdf2Verifier.Write(algorithm, iterations, salt, digest);

    /// <summary>A hash of Argon2.</summary>
    /// <param name="type"><c>id</c>, <c>i</c> or <c>d</c>.</param>
    /// <param name="version">16 or 19.</param>
    public static string Argon2(string type, int version, int memoryKiB, int passes, int lanes, byte[] salt, byte[] digest) =>
        Argon2Verifier.Write(type, version, memoryKiB, passes, lanes, salt, digest);
}
