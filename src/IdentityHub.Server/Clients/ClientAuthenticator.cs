using System.Security.Cryptography;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Limits;

namespace IdentityHub.Server.Clients;

/// <summary>
/// Proves who the client is, before anything observable happens. RFC 6749 §2.3, RFC 7523 §3.
/// Guesses are counted before they are evaluated (ASSURANCE B9), except for a client that has authenticated from the same address on
/// this node since its last failure: its requests cost no database statement.
/// </summary>
internal sealed class ClientAuthenticator(
    ClientRegistry registry, ClientAssertionCheck assertions, ClientSecretUses uses, AttemptGuard attempts)
{
    private static readonly AttemptRefusals Refusals = new(
        "too many clients failing from this address",
        "too many secrets of this client_id are being checked",
        _ => Refusal.InvalidClient(Reasons.AttemptsExhausted, "too many failed secrets for this client_id"));

    private static readonly byte[] NoDigest = new byte[TokenHash.Length];
    private readonly TrustedAddresses _trusted = new(most: 100_000);

    /// <summary>
    /// The client that <paramref name="presented"/> proves to be; sets <see cref="RequestContext.ClientId"/> and
    /// <see cref="RequestContext.ClientAuthenticated"/>.
    /// </summary>
    public async ValueTask<Outcome<Client>> AuthenticateAsync(
        PresentedClient presented, RequestContext context, CancellationToken cancellationToken)
    {
        context.ClientId = presented.ClientId;

        if (presented is { Method: PresentedClient.HashAndSecret, ClientId: { } hash })
        {
            // From here on a hash is the client that it stands for, so that guesses at either count as one; no client_id holds a blank.
            // A client that may not use this endpoint is treated as unknown: its refusal costs what that of an unknown hash costs.
            var meant =
                registry.Current.FindByHash(hash) is { } found && (presented.Dialect is null || found.Dialects.Contains(presented.Dialect))
                    ? found
                    : null;
            presented = presented with { ClientId = meant?.Id ?? $"hash {hash}" };
            context.ClientId = meant?.Id ?? hash;
        }

        var outcome = presented.Method switch
        {
            ClientAuthMethods.PrivateKeyJwt => await assertions.CheckAsync(presented, registry.Current, context, cancellationToken),
            ClientAuthMethods.None => CheckPublic(presented),
            _ => await CheckSecretAsync(presented, context, cancellationToken),
        };

        context.ClientAuthenticated = outcome.Succeeded;
        if (outcome.Succeeded)
            context.Generation = outcome.Value.Registry.Label;
        if (outcome.Succeeded && presented.Method != ClientAuthMethods.None)
            context.BackEnd = outcome.Value.BackEndName;
        return outcome;
    }

    private Outcome<Client> CheckPublic(PresentedClient presented)
    {
        if (presented.ClientId is null)
            return Refusal.InvalidClient(Reasons.ClientMissing, "the request names no client");
        if (registry.Current.Find(presented.ClientId) is not { } client)
            return Refusal.InvalidClient(Reasons.ClientUnknown, "no such client");
        if (client.AuthMethod != ClientAuthMethods.None)
            return Refusal.InvalidClient(
                Reasons.ClientAuthenticationMissing, $"the client is registered for {client.AuthMethod} and presented nothing");
        return Admitted(client);
    }

    private async ValueTask<Outcome<Client>> CheckSecretAsync(
        PresentedClient presented, RequestContext context, CancellationToken cancellationToken)
    {
        if (presented is not { ClientId: { } id, Secret: { } secret })
            return Refusal.InvalidClient(Reasons.ClientSecretMissing, "client_id or client_secret is missing");

        if (!_trusted.Contains(id, context.IpAddress))
            return await CheckCountedAsync(id, secret, presented.Method, context, cancellationToken);
        var known = Compare(id, secret, presented.Method, context.Now);
        return known.Succeeded ? known : await DistrustAsync(id, known, context, cancellationToken);
    }

    private async Task<Outcome<Client>> CheckCountedAsync(
        string id, string secret, string method, RequestContext context, CancellationToken cancellationToken)
    {
        var wasTrusted = false;
        var outcome = await attempts.RunAsync<Client>(
            AttemptKind.ClientSecret, new AttemptSubject(id), Refusals,
            attempt =>
            {
                wasTrusted = attempt.Verdict == AttemptVerdict.Trusted;
                return new(Compare(id, secret, method, context.Now));
            },
            context,
            cancellationToken,
            isTrusted: () => _trusted.Contains(id, context.IpAddress),
            remember: () => _trusted.Add(id, context.IpAddress));
        return wasTrusted && !outcome.Succeeded ? await DistrustAsync(id, outcome, context, cancellationToken) : outcome;
    }

    // It was evaluated uncounted: it is counted now, and the next ones are counted first.
    private async Task<Outcome<Client>> DistrustAsync(
        string id, Outcome<Client> refused, RequestContext context, CancellationToken cancellationToken)
    {
        _trusted.Remove(id, context.IpAddress);
        await attempts.CountFailureAsync(AttemptKind.ClientSecret, new AttemptSubject(id), context, cancellationToken);
        return refused;
    }

    // Every digest is compared, and one is compared for an unknown client too: the time says nothing.
    private Outcome<Client> Compare(string clientId, string secret, string method, DateTimeOffset now)
    {
        Span<byte> presented = stackalloc byte[TokenHash.Length];
        TokenHash.Write(secret, presented);

        var client = registry.Current.Find(clientId);
        var live = -1;
        var isOutsideItsTime = false;
        var secrets = client?.Secrets ?? [];
        for (var index = 0; index < secrets.Count; index++)
        {
            var digest = secrets[index];
            var equal = digest.Matches(secret, presented);
            var inTime = !(digest.NotBefore > now) && !(digest.ExpiresAt <= now);
            live = equal && inTime ? index : live;
            isOutsideItsTime |= equal && !inTime;
        }

        if (client is null)
        {
            CryptographicOperations.FixedTimeEquals(presented, NoDigest);
            return Refusal.InvalidClient(Reasons.ClientUnknown, "no such client");
        }

        if (client.AuthMethod is not (ClientAuthMethods.Basic or ClientAuthMethods.Post) && method != PresentedClient.HashAndSecret)
            return Refusal.InvalidClient(
                Reasons.ClientAuthenticationMethod, $"the client is registered for {client.AuthMethod} and presented a secret");
        if (live < 0)
            return isOutsideItsTime
                ? Refusal.InvalidClient(Reasons.ClientSecretExpired, "right secret, but outside its not_before and expires_at")
                : Refusal.InvalidClient(Reasons.ClientSecretWrong, "wrong client secret");
        if (client.IsUseNew(live, now))
            uses.Note(new ClientSecretKey(client.Id, client.Secrets[live].Fingerprint), now);
        return Admitted(client);
    }

    private static Outcome<Client> Admitted(Client client) =>
        client.Enabled ? client : Refusal.InvalidClient(Reasons.ClientDisabled, "the client is disabled");
}
