using IdentityHub.Storage.Users.Verifiers;
using Microsoft.AspNetCore.Identity;

namespace IdentityHub.Storage.Users;

/// <summary>
/// How passwords are hashed: <c>wrapped$sha256$</c> and ASP.NET Core Identity's version 3 format (PBKDF2-HMAC-SHA512, salt and iteration
/// count inside) of what a client would send as <see cref="ClientSentHash"/>. So one verifier serves both ways of logging in, by a password
/// and by its hash, whichever of the two it was made of. Hashes of older systems are checked too, one class a format under
/// <c>Verifiers/</c>, and said to need another one.
/// </summary>
public sealed class UserPasswordHasher : IPasswordHasher<User>
{
    /// <summary>OWASP's minimum for PBKDF2-HMAC-SHA512 (2026).</summary>
    public const int MinIterations = 220_000;

    /// <summary>Most iterations of a hash from elsewhere: more would let one login hold a core for seconds.</summary>
    public const int MaxIterations = 5_000_000;

    /// <summary>Longest password in UTF-8 bytes; a longer one is refused before any work.</summary>
    public const int MaxPasswordBytes = 1024;

    // What can be read does not depend on how much work a new hash is.
    private static readonly IReadOnlyList<IPasswordVerifier> Readers = ChainOf(new IdentityVerifier(MinIterations));
    private readonly IdentityVerifier _own;
    private readonly WrappedDigestVerifier _wrapped;
    private readonly IReadOnlyList<IPasswordVerifier> _chain;

    /// <param name="iterations">Of the hashes that are made.</param>
    public UserPasswordHasher(int iterations)
    {
        _own = new IdentityVerifier(iterations);
        _wrapped = new WrappedDigestVerifier(_own);
        _chain = ChainOf(_own);
    }

    public string HashPassword(User user, string password) =>
        HashClientSent(ClientSentHash.Sha256, ClientSentHash.Of(ClientSentHash.Sha256, password));

    /// <summary>The verifier of a hash that a client has sent in place of a password.</summary>
    /// <param name="kind">One of <see cref="ClientSentHash.Kinds"/>.</param>
    /// <param name="sent">As <see cref="ClientSentHash.Normalize"/> makes it.</param>
    public string HashClientSent(string kind, string sent) => WrappedDigestVerifier.Mark(kind) + _own.Hash(sent);

    /// <summary>The part of a verifier that a client-sent hash is compared with; null when it is none of that kind.</summary>
    public static string? ForClientSent(string? verifier, string kind) =>
        verifier is not null && verifier.StartsWith(WrappedDigestVerifier.Mark(kind), StringComparison.Ordinal)
            ? verifier[WrappedDigestVerifier.Mark(kind).Length..]
            : null;

    /// <summary>What is stored of a bare digest: the slow hash of it.</summary>
    /// <param name="digest">Hexadecimal, in any case; of the right length (see <see cref="BareDigest"/>).</param>
    public string Wrap(BareDigest algorithm, string digest) => _wrapped.Wrap(algorithm, digest);

    /// <summary>True for what <see cref="VerifyHashedPassword"/> can check. Never throws.</summary>
    public static bool IsReadable(string hash) => Read(Readers, hash) is { Fault: null };

    /// <summary>
    /// Why no password can be checked against this, as the end of a sentence that begins with "it"; null where one can. What would cost too
    /// much work or memory is refused, here and at each login. Never throws.
    /// </summary>
    public static string? FaultOf(string hash) =>
        Read(Readers, hash) is { } read ? read.Fault : "is in none of the formats that can be checked";

    /// <summary>
    /// Checks a password. Every answer costs at least as much work as one new hash. A hash that costs less costs a new one in addition, so
    /// that response times do not tell it from the others.
    /// </summary>
    /// <returns>
    /// <see cref="PasswordVerificationResult.SuccessRehashNeeded"/> for a right password whose hash is not of today's format and cost.
    /// </returns>
    public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
    {
        var verified = Read(_chain, hashedPassword)?.Matches(providedPassword) ?? false;
        var isWrapped = _wrapped.IsCurrent(hashedPassword);
        if (!isWrapped && !_own.IsCurrent(hashedPassword))
            _ = _own.Hash(providedPassword);
        if (!verified)
            return PasswordVerificationResult.Failed;
        return isWrapped && ForClientSent(hashedPassword, ClientSentHash.Sha256) is not null
            ? PasswordVerificationResult.Success
            : PasswordVerificationResult.SuccessRehashNeeded;
    }

    private static StoredHash? Read(IReadOnlyList<IPasswordVerifier> chain, string hash)
    {
        foreach (var verifier in chain)
        {
            if (verifier.Read(hash) is { } read)
                return read;
        }

        return null;
    }

    private static IReadOnlyList<IPasswordVerifier> ChainOf(IdentityVerifier own) =>
    [
        own, new WrappedDigestVerifier(own), new Pbkdf2Verifier(), new BcryptVerifier(), new Argon2Verifier(), new ScryptVerifier(),
        new FirebaseScryptVerifier(),
        new PhpassVerifier(), new ShaCryptVerifier(), new SaltedDigestVerifier(),
    ];
}
