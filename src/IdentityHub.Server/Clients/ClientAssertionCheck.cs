using System.Security.Cryptography;
using System.Text;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Jose;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Settings;
using IdentityHub.Storage.Replay;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Clients;

/// <summary>
/// Client authentication by <c>private_key_jwt</c>: a JWT of the client about itself, for this server only, short-lived, used once.
/// RFC 7523 §3, OpenID Connect Core §9. Signed with PS256, ES256 or RS256.
/// </summary>
internal sealed class ClientAssertionCheck(UsedIdentifierStore used, IOptions<HubSettings> settings)
{
    /// <summary>The only value of <c>client_assertion_type</c>.</summary>
    public const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <inheritdoc cref="ClientAssertionAlgorithms"/>
    public static readonly IReadOnlyList<string> Algorithms = ClientAssertionAlgorithms.All;

    /// <summary>How far the clocks of client and server may be apart.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private const int MaxJtiLength = 256;

    /// <summary>The client whose key has signed the assertion.</summary>
    public async ValueTask<Outcome<Client>> CheckAsync(
        PresentedClient presented, RegistrySnapshot registry, RequestContext context, CancellationToken cancellationToken)
    {
        if (presented.Assertion is null || !Jwt.TryParse(presented.Assertion, out var jwt, out var fault))
            return Refused(Reasons.AssertionMalformed, "the client assertion is no JWT");

        var issuer = jwt.GetString("iss");
        context.ClientId ??= issuer;
        if (issuer is null || jwt.GetString("sub") != issuer || (presented.ClientId is { } named && named != issuer))
            return Refused(Reasons.AssertionIssuer, "iss, sub and client_id of the assertion differ");
        if (registry.Find(issuer) is not { } client)
            return Refused(Reasons.ClientUnknown, "no such client");
        if (client.AuthMethod != ClientAuthMethods.PrivateKeyJwt)
            return Refused(
                Reasons.ClientAuthenticationMethod, $"the client is registered for {client.AuthMethod} and presented an assertion");
        if (!Algorithms.Contains(jwt.Algorithm, StringComparer.Ordinal))
            return Refused(Reasons.AssertionAlgorithm, "the assertion is signed with an algorithm that is not accepted");
        if (JwtVerifier.FindSigningKey(jwt, client.Keys) is null)
            return Refused(Reasons.AssertionSignature, "no registered key of the client has signed the assertion");
        if (!client.Enabled)
            return Refused(Reasons.ClientDisabled, "the client is disabled");

        // This server must be the only audience: an assertion for several servers could be replayed by one of them at another.
        if (jwt.GetAudiences() is not { Count: > 0 } audiences || !audiences.All(audience => IsThisServer(audience, context)))
            return Refused(
                Reasons.AssertionAudience,
                "aud of the assertion names something else than this server's issuer and the endpoints at which clients authenticate");
        if (jwt.GetTime("exp") is not { } expires || expires <= context.Now - Skew)
            return Refused(Reasons.AssertionExpired, "exp of the assertion is missing or past");
        if (expires > context.Now + settings.Value.ClientAssertions.MaxLifetime + Skew)
            return Refused(
                Reasons.AssertionLifetime,
                $"exp of the assertion is more than {settings.Value.ClientAssertions.MaxLifetime.TotalMinutes} minutes ahead");
        if (jwt.IsAfter("nbf", context.Now + Skew) || jwt.IsAfter("iat", context.Now + Skew))
            return Refused(Reasons.AssertionNotYetValid, "nbf or iat of the assertion is in the future");
        if (jwt.GetString("jti") is not { Length: > 0 and <= MaxJtiLength } jti)
            return Refused(Reasons.AssertionJti, $"jti of the assertion is missing or longer than {MaxJtiLength} characters");

        // Last, because it uses the jti up; a forged copy never comes this far.
        var identifier = SHA256.HashData(Encoding.UTF8.GetBytes($"client-assertion\n{issuer}\n{jti}"));
        var issued = jwt.GetTime("iat") ?? jwt.GetTime("nbf") ?? expires - settings.Value.ClientAssertions.MaxLifetime;
        var earliestUse = EarliestUse(issued);
        if (await used.TryUseAsync(identifier, earliestUse, expires + Skew, cancellationToken))
            return client;
        return await used.IsBeforeRestoreAsync(earliestUse, cancellationToken)
            ? Refused(Reasons.AssertionBeforeRestore, "the assertion may have been used before the database was restored")
            : Refused(Reasons.AssertionReplayed, "the jti of the assertion was used before");
    }

    /// <summary>
    /// Before this moment a token cannot have been accepted: its issue, less <see cref="Skew"/>. A time before 1970 counts as 1970.
    /// </summary>
    /// <param name="issued">When the token says that it was issued: any time that can be represented.</param>
    internal static DateTimeOffset EarliestUse(DateTimeOffset issued) =>
        (issued > DateTimeOffset.UnixEpoch ? issued : DateTimeOffset.UnixEpoch) - Skew;

    // RFC 7523 §3, RFC 9126 §2: the issuer, an endpoint at which clients authenticate, or the one that is called, whichever it is.
    private bool IsThisServer(string audience, RequestContext context)
    {
        var issuer = settings.Value.Issuer;
        if (!audience.StartsWith(issuer, StringComparison.Ordinal))
            return false;
        var path = audience.AsSpan(issuer.Length);
        return path
                is ""
                    or "/connect/token"
                    or "/connect/par"
                    or "/connect/introspect"
                    or "/connect/revocation"
                    or "/connect/deviceauthorization"
            || (path is ['/', .. var endpoint] && endpoint.SequenceEqual(context.Endpoint));
    }

    private static Refusal Refused(string reason, string detail) => Refusal.InvalidClient(reason, detail);
}
