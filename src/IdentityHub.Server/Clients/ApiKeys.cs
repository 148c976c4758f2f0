using System.Security.Cryptography;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Limits;
using IdentityHub.Storage.ApiKeys;
using IdentityHub.Storage.Counters;

namespace IdentityHub.Server.Clients;

/// <summary>
/// Checks the keys of integrated systems. Keys of the configuration files are chosen by an administrator; guesses at them are counted
/// before they are evaluated. Keys that the hub has issued (<c>ihk_</c>) cannot be guessed. ASSURANCE B9.
/// </summary>
internal sealed class ApiKeys(ClientRegistry registry, ApiKeyStore store, ApiKeyUses uses, AttemptGuard attempts)
{
    private static readonly AttemptRefusals Refusals = new(
        "too many wrong API keys from this address", "too many uses of this API key are being checked", _ => Unknown());

    private readonly TrustedAddresses _trusted = new(most: 10_000);

    /// <summary>The stored key; the refusal when the key is unknown or no longer valid.</summary>
    public async ValueTask<Outcome<StoredApiKey>> CheckAsync(string presented, RequestContext context, CancellationToken cancellationToken)
    {
        var hash = TokenHash.Of(presented);
        var key = OpaqueToken.IsWellFormed(presented, OpaqueTokenType.ApiKey)
            ? Configured(hash, context.Now) ?? await store.FindAsync(hash, context.Now, cancellationToken)
            : null;
        if (key is null)
        {
            var configured = await CheckConfiguredAsync(hash, context, cancellationToken);
            if (!configured.Succeeded)
                return configured.Error;
            key = configured.Value;
        }

        if (!IsEnabled(key.OrganizationId))
            return Refused(Reasons.OrganizationDisabled, $"the organization of API key '{key.Name}' is disabled");
        uses.Note(key.Name, context.Now);
        context.ClientId = key.Name;
        context.ClientAuthenticated = true;
        context.BackEnd = LimitNames.BackEndOfApiKey(key.Name);
        return key;
    }

    private async ValueTask<Outcome<StoredApiKey>> CheckConfiguredAsync(
        byte[] hash, RequestContext context, CancellationToken cancellationToken)
    {
        if (Trusted() is { } known)
            return known;

        return await attempts.RunAsync<StoredApiKey>(
            AttemptKind.ApiKey, new AttemptSubject(Convert.ToHexString(hash)), Refusals,
            _ => ValueTask.FromResult<Outcome<StoredApiKey>>(Configured(hash, context.Now) is { } key ? key : Unknown()),
            context, cancellationToken, isTrusted: () => Trusted() is not null, remember: Remember);

        void Remember()
        {
            if (Configured(hash, context.Now) is { } right)
                _trusted.Add(right.Name, context.IpAddress);
        }

        StoredApiKey? Trusted() =>
            Configured(hash, context.Now) is { } right && _trusted.Contains(right.Name, context.IpAddress) ? right : null;
    }

    // Every digest is compared: the time says nothing.
    private StoredApiKey? Configured(byte[] hash, DateTimeOffset now)
    {
        ApiKeyDefinition? found = null;
        foreach (var key in registry.Current.Document.ApiKeys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, key.Sha256)
                && key.Enabled
                && !(key.NotBefore > now)
                && !(key.ExpiresAt <= now))
                found = key;
        }

        return found is null ? null : new StoredApiKey(found.Name, found.Organization, found.Permissions);
    }

    private bool IsEnabled(string? organizationId)
    {
        var organizations = registry.Current.Document.Organizations;
        for (var id = organizationId; id is not null;)
        {
            if (organizations.FirstOrDefault(known => known.Id == id) is not { Enabled: true } organization)
                return false;
            id = organization.Parent;
        }

        return true;
    }

    private static Refusal Unknown() => Refused(Reasons.ApiKeyUnknown, "no such API key");

    private static Refusal Refused(string reason, string detail) =>
        new(RefusalKind.InvalidToken, "The API key is invalid, expired or revoked.", reason, detail);
}
