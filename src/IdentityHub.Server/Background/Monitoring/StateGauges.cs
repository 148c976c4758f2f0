using System.Diagnostics.Metrics;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Background.Service;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.Background.Monitoring;

/// <summary>Gauges of what this node has in memory. They are read when metrics are collected, and cost nothing otherwise.</summary>
internal sealed class StateGauges(
    HubMetrics metrics, HashingLimiter hashing, KeyRing keys, ClientRegistry registry, ServerCertificates certificates, TimeProvider time)
    : IHostedService
{
    // Secrets that end later are of no interest yet; those that ended earlier are no longer missed by anybody.
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(30);
    private static readonly TimeSpan Past = TimeSpan.FromDays(7);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        metrics.Observe("hashing.waiting", "{hash}", "Password hashes that wait for a core.", () => One(hashing.Waiting));
        metrics.Observe(
            "hashing.capacity", "{hash}", "Password hashes that may wait; one more is answered 503.", () => One(hashing.MostWaiting));
        metrics.Observe(
            "signing_keys.remaining", "s", "How long the signing keys that this node knows sign, for each algorithm.",
            () => keys.Ends().Select(line => Remaining(line.SignUntil, ("algorithm", line.Algorithm))));
        metrics.Observe(
            "secrets.remaining", "s",
            "How long a client or API key still has a secret that counts, where that is less than 30 days; negative for a week afterwards.",
            () => Secrets().Where(secret => IsSoon(secret.End)).Select(secret =>
                Remaining(secret.End, ("kind", secret.Kind), ("name", secret.Name))));
        metrics.Observe(
            "certificate.remaining", "s", "How long the certificates are valid that this node shows.",
            () => certificates.Ends().Select(end => Remaining(end.NotAfter, ("name", end.Name))));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // A secret that is replaced in time ends without harm: what counts is the last one.
    private IEnumerable<(string Kind, string Name, DateTimeOffset End)> Secrets()
    {
        var document = registry.Current.Document;
        foreach (var client in document.Clients.Where(client => client.Enabled && client.ClientSecrets.Count > 0))
            yield return ("client", client.ClientId, client.ClientSecrets.Max(secret => secret.ExpiresAt ?? DateTimeOffset.MaxValue));
        foreach (var key in document.ApiKeys.Where(key => key.Enabled))
            yield return ("api_key", key.Name, key.ExpiresAt ?? DateTimeOffset.MaxValue);
    }

    private bool IsSoon(DateTimeOffset end) => time.GetUtcNow() is var now && end < now + Ahead && end > now - Past;

    private static IEnumerable<Measurement<int>> One(int value) => [new(value)];

    private Measurement<double> Remaining(DateTimeOffset end, params (string Key, string Value)[] tags) => new(
        (end - time.GetUtcNow()).TotalSeconds, tags.Select(tag => KeyValuePair.Create(tag.Key, (object?)tag.Value)));
}
