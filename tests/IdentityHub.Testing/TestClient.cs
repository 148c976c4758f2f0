namespace IdentityHub.Testing;

/// <summary>
/// How a client presents itself in the body of a request: with its secret, or as a public client by its id alone. RFC 6749 §2.3.1, §3.2.1.
/// </summary>
/// <param name="Secret">Null for a public client.</param>
public readonly record struct TestClient(string Id, string? Secret)
{
    /// <summary>A client whose secret is its id and <c>-secret</c>, as in most configurations of tests.</summary>
    public static implicit operator TestClient(string id) => new(id, $"{id}-secret");

    /// <summary>A client without a secret.</summary>
    public static TestClient Public(string id) => new(id, null);

    internal IEnumerable<(string Name, string? Value)> Fields => [("client_id", Id), ("client_secret", Secret)];
}
