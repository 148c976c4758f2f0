using System.Net;
using System.Security.Authentication;
using System.Text.Json;
using IdentityHub.Storage.SigningKeys;

namespace IdentityHub.Cli.Doctor;

/// <summary>Whether a server of this installation answers at the issuer, and knows that it is reached over https.</summary>
/// <param name="keys">The keys that the database publishes now; null where the database cannot be used.</param>
internal sealed class IssuerChecks(HttpClient http, IReadOnlyList<SigningKey>? keys, DateTimeOffset now)
{
    private const string Issuer = "issuer";
    private const string Keys = "signing keys";
    private const string Proxy = "proxy headers";
    private const string CheckAddress =
        "Check IdentityHub:Issuer, the name server, the firewall, the certificate, and whether a server runs.";

    /// <param name="issuer">As the settings have it.</param>
    public async Task<IReadOnlyList<Finding>> CheckAsync(Uri issuer, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(issuer, cancellationToken);
        }
        catch (Exception failure)
            when (failure is HttpRequestException or JsonException or InvalidOperationException or KeyNotFoundException
                || (failure is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var why =
                failure is HttpRequestException { InnerException: AuthenticationException tls } ? tls.Message
                : failure is HttpRequestException http ? http.Message
                : failure is TaskCanceledException ? "it did not answer in time"
                : "the answer is no discovery document";
            return [Finding.Fault(Issuer, $"no server of this installation answers at {issuer}: {why}", CheckAddress)];
        }
    }

    private async Task<IReadOnlyList<Finding>> AskAsync(Uri issuer, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(new Uri($"{issuer.OriginalString}/.well-known/openid-configuration"), cancellationToken);
        if (answer.StatusCode != HttpStatusCode.OK)
            return [Finding.Fault(Issuer, $"{issuer} answers {(int)answer.StatusCode} in place of its discovery document", CheckAddress)];
        using var discovery = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
        var named = discovery.RootElement.GetProperty("issuer").GetString();
        if (named != issuer.OriginalString)
            return
            [
                Finding.Fault(
                    Issuer, $"the server at {issuer.OriginalString} says that it is {named}",
                    "Give every node and every tool the same IdentityHub:Issuer.")
            ];

        return
        [
            Finding.Ok(Issuer, $"answers at {issuer.OriginalString}"),
            await CheckKeysAsync(new Uri(discovery.RootElement.GetProperty("jwks_uri").GetString()!), cancellationToken),
            .. CheckProxy(issuer, answer),
        ];
    }

    private async Task<Finding> CheckKeysAsync(Uri address, CancellationToken cancellationToken)
    {
        if (keys is null)
            return Finding.Skipped(Keys, "not compared: the database cannot be used");
        using var jwks = JsonDocument.Parse(await http.GetStringAsync(address, cancellationToken));
        var served = jwks.RootElement.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()).ToHashSet();
        var signing = keys.Where(key => key.NotBefore <= now && key.SignUntil > now).ToList();
        var missing = signing.Where(key => !served.Contains(key.KeyId)).ToList();
        if (missing.Count == 0)
            return Finding.Ok(Keys, signing.Count == 0 ? "none in the database yet" : $"all {signing.Count} that sign are in the JWKS");
        return missing.Count == signing.Count
            ? Finding.Fault(
                Keys, "the JWKS at the issuer has none of the keys of this database",
                "The server at the issuer has another database: compare ConnectionStrings:IdentityHub.")
            : Finding.Fault(
                Keys, $"the JWKS lacks {string.Join(", ", missing.Select(key => $"{key.KeyId} ({key.Algorithm})"))}, which sign",
                "Restart the server, or wait an hour: nodes read the keys hourly.");
    }

    // The server sends this header where it knows that it was reached over https, and the host is not this machine.
    private static IEnumerable<Finding> CheckProxy(Uri issuer, HttpResponseMessage answer)
    {
        if (issuer.Scheme != Uri.UriSchemeHttps || issuer.IsLoopback)
            return [];
        return
        [
            answer.Headers.Contains("Strict-Transport-Security")
                ? Finding.Ok(Proxy, "the server knows that it is reached over https")
                : Finding.Warning(
                    Proxy, "the answer has no Strict-Transport-Security: the server does not know that it is reached over https",
                    "Name the proxy in IdentityHub:TrustedProxies, and let it send X-Forwarded-Proto and X-Forwarded-For."),
        ];
    }
}
