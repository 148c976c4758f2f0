using System.Security.Cryptography;
using System.Text;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Server.Clients;

/// <summary>A tenant of the open endpoints. Immutable; made once per configuration generation.</summary>
internal sealed class Tenant
{
    private readonly TenantSecret[] _secrets;

    private Tenant(TenantDefinition definition)
    {
        Alias = definition.Alias;
        RequireExp = definition.RequireExp;
        _secrets =
        [
            .. definition.ApiKeys.Select(key => new TenantSecret(Encoding.UTF8.GetBytes(key.Value.Reveal()), key.NotBefore, key.ExpiresAt))
        ];
    }

    public string Alias { get; }

    /// <summary>True: a token without <c>exp</c> is refused.</summary>
    public bool RequireExp { get; }

    /// <summary>
    /// What its calls go by in the audit trail and in the count of who uses the dialect; and the client that its API key authenticates.
    /// </summary>
    public string ClientId => ClientIdOf(Alias);

    /// <summary><see cref="ClientId"/> of the tenant with this alias.</summary>
    public static string ClientIdOf(string alias) => $"tenant {alias}";

    public static Tenant Of(TenantDefinition definition) => new(definition);

    /// <summary>
    /// The tenant as a client, for the checks and counters of its API key. It has no grant.
    /// No client of the files can have its id, which holds a blank.
    /// </summary>
    public static Client ClientOf(TenantDefinition definition) => new(new ClientDefinition
    {
        ClientId = ClientIdOf(definition.Alias),
        ClientName = definition.Alias,
        Enabled = definition.Enabled,
        ClientSecrets = [.. definition.ApiKeys.Select(DigestOf)],
        Dialects = [DialectNames.OpenEndpoints],
    });

    /// <summary>The HS256 keys that count at <paramref name="now"/>; while one is replaced there are two.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> LiveKeys(DateTimeOffset now)
    {
        foreach (var secret in _secrets)
        {
            if (!(secret.NotBefore > now) && !(secret.ExpiresAt <= now))
                yield return secret.Key;
        }
    }

    public override string ToString() => $"{nameof(Tenant)} {{ Alias = {Alias} }}";

    private static SecretDigest DigestOf(TenantKeyDefinition key) => new()
    {
        Digest = SHA256.HashData(Encoding.UTF8.GetBytes(key.Value.Reveal())),
        NotBefore = key.NotBefore,
        ExpiresAt = key.ExpiresAt,
    };

    private sealed record TenantSecret(byte[] Key, DateTimeOffset? NotBefore, DateTimeOffset? ExpiresAt)
    {
        public override string ToString() => nameof(TenantSecret);
    }
}
