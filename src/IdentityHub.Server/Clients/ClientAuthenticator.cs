using System.Collections.Concurrent;
using System.Security.Cryptography;
using IdentityHub.Protocol;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Limits;

namespace IdentityHub.Server.Clients;

/// <summary>
/// Proves who the client is, before anything observable happens. RFC 6749 §2.3, RFC 7523 §3.
/// Guesses are counted before they are evaluated (ASSURANCE B9), except for a client that has authenticated from the same address on
/// this node since its last failure: its requests cost no database statement.
/// </summary>
internal sealed class ClientAuthenticator(ClientRegistry registry, ClientAssertionCheck assertions, AttemptGuard attempts)
{
    private static readonly AttemptKind Kind = AttemptKind.ClientSecret;
    private const int MaxTrusted = 100_000;
    private static readonly byte[] NoDigest = new byte[TokenHash.Length];
    private readonly ConcurrentDictionary<(string ClientId, string IpAddress), bool> _trusted = new();

    /// <summary>The client that <paramref name="presented"/> proves to be; sets <see cref="RequestContext.ClientId"/> and <see cref="RequestContext.ClientAuthenticated"/>.</summary>
    public async ValueTask<Outcome<Client>> AuthenticateAsync(PresentedClient presented, RequestContext context, CancellationToken cancellationToken)
    {
        context.ClientId = presented.ClientId;

        if (presented is { Method: PresentedClient.HashAndSecret, ClientId: { } hash })
        {
            // From here on a hash is the client that it stands for, so that guesses at either count as one; no client_id holds a blank.
            // A client that may not come to this endpoint is nobody here: its refusal costs what that of an unknown hash costs.
            var meant = registry.Current.FindByHash(hash) is { } found && (presented.Dialect is null || found.Dialects.Contains(presented.Dialect)) ? found : null;
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
        if (outcome.Succeeded && presented.Method != ClientAuthMethods.None)
            context.BackEnd = outcome.Value.BackEndName;
        return outcome;
    }

    private Outcome<Client> CheckPublic(PresentedClient presented)
    {
        if (presented.ClientId is null)
            return OAuthError.InvalidClient("client_missing", "the request names no client");
        if (registry.Current.Find(presented.ClientId) is not { } client)
            return OAuthError.InvalidClient("client_unknown", "no such client");
        if (client.AuthMethod != ClientAuthMethods.None)
            return OAuthError.InvalidClient("client_authentication_missing", $"the client is registered for {client.AuthMethod} and presented nothing");
        return Admitted(client);
    }

    private async ValueTask<Outcome<Client>> CheckSecretAsync(PresentedClient presented, RequestContext context, CancellationToken cancellationToken)
    {
        if (presented is not { ClientId: { } id, Secret: { } secret })
            return OAuthError.InvalidClient("client_secret_missing", "client_id or client_secret is missing");

        var origin = (id, context.IpAddress);
        if (!_trusted.ContainsKey(origin))
        {
            using var attempt = await attempts.BeginAsync(Kind, new AttemptSubject(id), context, cancellationToken, isTrusted: () => _trusted.ContainsKey(origin));
            if (attempt.Verdict != AttemptVerdict.Trusted)
                return await EvaluateAsync(attempt, origin, secret, presented.Method, context);
        }

        var known = Compare(id, secret, presented.Method, context.Now);
        if (known.Succeeded)
            return known;

        // It was looked at uncounted; count it now, and count first from here on.
        _trusted.TryRemove(origin, out _);
        using var late = await attempts.BeginAsync(Kind, new AttemptSubject(id), context, cancellationToken);
        return known;
    }

    private async ValueTask<Outcome<Client>> EvaluateAsync(Attempt attempt, (string Id, string Address) origin, string secret, string method, RequestContext context)
    {
        if (attempt.Verdict == AttemptVerdict.RefuseAddress)
            return OAuthError.TooManyRequests("address_blocked", "too many clients failing from this address", attempt.RetryAfter);
        if (attempt.Verdict == AttemptVerdict.Busy)
            return OAuthError.TemporarilyUnavailable("attempts_under_way", "too many secrets of this client_id are being checked", attempt.RetryAfter);
        if (attempt.Verdict != AttemptVerdict.Evaluate)
            return OAuthError.InvalidClient("attempts_exhausted", "too many failed secrets for this client_id");

        var outcome = Compare(origin.Id, secret, method, context.Now);
        if (!outcome.Succeeded)
            return outcome;

        // To its end even when nobody waits for the answer any more: a right secret is not held against its owner.
        await attempts.SucceededAsync(attempt, context, CancellationToken.None);
        if (_trusted.Count >= MaxTrusted)
            _trusted.Clear();
        _trusted.TryAdd(origin, true);
        return outcome;
    }

    // Every digest is compared, and one is compared for an unknown client too: the time says nothing.
    private Outcome<Client> Compare(string clientId, string secret, string method, DateTimeOffset now)
    {
        Span<byte> presented = stackalloc byte[TokenHash.Length];
        TokenHash.Write(secret, presented);

        var client = registry.Current.Find(clientId);
        var live = false;
        var dead = false;
        foreach (var digest in client?.Secrets ?? [])
        {
            var equal = digest.Matches(secret, presented);
            var inTime = !(digest.NotBefore > now) && !(digest.ExpiresAt <= now);
            live |= equal && inTime;
            dead |= equal && !inTime;
        }

        if (client is null)
        {
            CryptographicOperations.FixedTimeEquals(presented, NoDigest);
            return OAuthError.InvalidClient("client_unknown", "no such client");
        }

        if (client.AuthMethod is not (ClientAuthMethods.Basic or ClientAuthMethods.Post) && method != PresentedClient.HashAndSecret)
            return OAuthError.InvalidClient("client_authentication_method", $"the client is registered for {client.AuthMethod} and presented a secret");
        if (!live)
            return dead
                ? OAuthError.InvalidClient("client_secret_expired", "right secret, but outside its not_before and expires_at")
                : OAuthError.InvalidClient("client_secret_wrong", "wrong client secret");
        return Admitted(client);
    }

    private static Outcome<Client> Admitted(Client client) =>
        client.Enabled ? client : OAuthError.InvalidClient("client_disabled", "the client is disabled");
}
