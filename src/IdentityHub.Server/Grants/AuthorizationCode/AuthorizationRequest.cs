using System.Security.Cryptography;
using System.Text;
using IdentityHub.Protocol;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.Grants.AuthorizationCode;

/// <summary>Where an authorization answer goes: checked, so that a redirect there is safe.</summary>
/// <param name="RedirectUri">As it is registered, but for the port of a loopback URI.</param>
/// <param name="SentRedirectUri">As the request sent it; null when it sent none.</param>
/// <param name="State">Handed back as it came.</param>
/// <param name="ResponseMode">A value of <see cref="ResponseModes"/>.</param>
internal sealed record AuthorizationTarget(Client Client, string RedirectUri, string? SentRedirectUri, string? State, string ResponseMode);

/// <summary>An authorization request with nothing left to object to but its user. RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1.</summary>
internal sealed record AuthorizationRequest(AuthorizationTarget Target, IReadOnlyList<string> Scopes, PromptSet Prompt)
{
    public Client Client => Target.Client;

    /// <summary>What it was read from: those of its own parameters, or of the request object in it, that mean something.</summary>
    public required Parameters Parameters { get; init; }

    public string? CodeChallenge { get; init; }

    public string? Nonce { get; init; }

    /// <summary>The login may not be older.</summary>
    public TimeSpan? MaxAge { get; init; }

    public ClaimsRequest? Claims { get; init; }

    /// <summary>
    /// The login must reach this level (<see cref="AuthenticationContext"/>): an essential <c>acr</c> in the claims parameter. OpenID
    /// Connect Core §5.5.1.1.
    /// </summary>
    public int RequiredLevel { get; init; } = 1;

    /// <summary>The login reaches this level where the user can: <c>acr_values</c>. OpenID Connect Core §3.1.2.1.</summary>
    public int PreferredLevel { get; init; } = 1;

    /// <summary>The user that the client expects; null when the request names none.</summary>
    public ReadIdToken? Hint { get; init; }

    public string? LoginHint { get; init; }

    public string? UiLocales { get; init; }

    /// <summary>SHA-256 of the reference of a pushed request; null for one that came through the browser.</summary>
    public byte[]? PushedRequestHash { get; init; }

    /// <summary>What interactions of the user with this request are bound to: another request, however similar, has another.</summary>
    public required string Hash { get; init; }

    /// <summary>The hash of a request that was made of these parameters.</summary>
    public static string HashOf(Client client, Parameters parameters)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, client.Id);
        foreach (
            var (name, value) in parameters.Items.Where(item => item.Value.Length > 0).OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            Append(hash, name);
            Append(hash, value);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        hash.AppendData(BitConverter.GetBytes(utf8.Length));
        hash.AppendData(utf8);
    }
}

/// <summary>A refusal of an authorization request.</summary>
/// <param name="Target">Where it is told by redirect; null when nothing may be sent anywhere, and the user sees a page.</param>
internal sealed record AuthorizationRefusal(Refusal Error, AuthorizationTarget? Target)
{
    /// <summary>For the page in Development: the registered URI that is most like the one that came.</summary>
    public string? NearestRedirectUri { get; init; }
}
