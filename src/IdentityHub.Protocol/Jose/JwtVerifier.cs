namespace IdentityHub.Protocol.Jose;

/// <summary>Finds, among keys that the caller trusts for one issuer, the one that signed a token.</summary>
public static class JwtVerifier
{
    /// <summary>Most keys that are tried on one token, so that a large key set does not make a forged token costly.</summary>
    public const int MaxKeysTried = 16;

    /// <summary>
    /// The key that signed the token, or null. A token with a <c>kid</c> is checked with the keys of that <see cref="JsonWebKey.Kid"/>
    /// and no others (several issuers' tools give two keys one id); one without is checked with every key that fits its algorithm.
    /// </summary>
    public static JsonWebKey? FindSigningKey(Jwt jwt, IEnumerable<JsonWebKey> keys) => keys
        .Where(key => (jwt.KeyId is null || string.Equals(key.Kid, jwt.KeyId, StringComparison.Ordinal)) && key.Fits(jwt.Algorithm))
        .Take(MaxKeysTried)
        .FirstOrDefault(jwt.IsSignedBy);
}
