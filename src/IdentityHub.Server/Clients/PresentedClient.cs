namespace IdentityHub.Server.Clients;

/// <summary>How a request says who its client is. RFC 6749 §2.3, RFC 7523 §2.2.</summary>
/// <param name="Method">A value of <see cref="Protocol.ClientAuthMethods"/>: how it was presented, not what is registered.</param>
/// <param name="ClientId">As presented; null where an assertion is to name it.</param>
/// <param name="Secret">For Basic and post.</param>
/// <param name="Assertion">For <c>private_key_jwt</c>.</param>
/// <param name="Dialect">
/// With a hash: the dialect that its client must be allowed, else the hash is treated as unknown; null for none.
/// </param>
internal sealed record PresentedClient(
    string Method, string? ClientId, string? Secret = null, string? Assertion = null, string? Dialect = null)
{
    /// <summary>
    /// <see cref="Method"/> of the hash-secret dialect: <see cref="ClientId"/> is a <c>hash_alias</c>, and the secret is checked whatever
    /// else the client is registered for. contracts/hash-secret.md.
    /// </summary>
    public const string HashAndSecret = "hash_and_secret";

    /// <summary>A client that was given a hash and a secret.</summary>
    public static PresentedClient ByHash(string hash, string secret, string? dialect = null) =>
        new(HashAndSecret, hash, secret, Dialect: dialect);

    public override string ToString() => $"{nameof(PresentedClient)} {{ Method = {Method} }}";
}
