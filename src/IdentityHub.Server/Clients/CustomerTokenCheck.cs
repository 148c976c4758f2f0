using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Jose;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Settings;
using IdentityHub.Storage.Referrals;
using IdentityHub.Storage.Replay;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Clients;

/// <summary>A JWT that a tenant has signed for one of its users, read and believed.</summary>
/// <param name="AccountId">Of the user.</param>
/// <param name="UserId">The user's id within the account.</param>
/// <param name="User">What was signed of the user: an object with <c>id</c> and <c>accountId</c>, and more in a write token.</param>
/// <param name="ExpiresAt">Null where it does not end, which the tenant may allow.</param>
/// <param name="EarliestUse">It cannot have been accepted before; the default where it may be presented many times.</param>
/// <param name="UseOnce">SHA-256 of tenant and <c>jti</c>; null: it may be presented many times.</param>
internal sealed record CustomerToken(
    string AccountId, string UserId, JsonElement User, DateTimeOffset? ExpiresAt, DateTimeOffset EarliestUse, byte[]? UseOnce)
{
    /// <summary>
    /// When the tenant has logged the user in (<c>auth_time</c>), or has signed the token (<c>iat</c>), whichever is earlier; null where it
    /// says neither.
    /// </summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary>True for a write token: one that carries <c>email</c> and <c>firstName</c>. contracts/open-endpoints.md.</summary>
    public bool MayWrite => HasText("email") && HasText("firstName");

    public override string ToString() => nameof(CustomerToken);

    private bool HasText(string name) =>
        User.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString()!.Length > 0;
}

/// <summary>
/// Checks JWTs that customers sign for their own users: HS256 and nothing else, with a key of this tenant that is live. A header that names
/// or brings a key (<c>kid</c>, <c>jku</c>, <c>jwk</c>) changes nothing. A <c>jti</c> says that the token is to be used once, at whichever
/// endpoint, on whichever node; such a token has to end within <see cref="MaxLifetime"/>, so that the memory of used ones stays bounded.
/// ASSURANCE C1 to C3, R7.
/// </summary>
internal sealed class CustomerTokenCheck(UsedIdentifierStore used, IOptions<HubSettings> settings)
{
    /// <summary>How far ahead <c>exp</c> may lie where it must be there.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(24);

    private static readonly TimeSpan Skew = ClientAssertionCheck.Skew;
    private const int MaxJtiLength = 256;

    /// <summary>The token; the refusal of one that this tenant has not signed, or that does not count now.</summary>
    /// <param name="isLogin">
    /// True: it is presented as a login. It must have an <c>exp</c> within <see cref="MaxLifetime"/>, whatever the tenant allows, and an
    /// <c>auth_time</c> that is there must be a time: else each presentation would be a fresh login.
    /// </param>
    public Outcome<CustomerToken> Read(Tenant tenant, string presented, bool isLogin, DateTimeOffset now)
    {
        if (!Jwt.TryParse(presented, out var jwt, out _))
            return Refused(Reasons.CustomerTokenMalformed, "the customer's token is no JWT");
        if (jwt.Algorithm != Jwt.SharedSecretAlgorithm)
            return Refused(Reasons.CustomerTokenAlgorithm, "the customer's token is not signed with HS256");
        if (!IsSigned(jwt, tenant, now))
            return Refused(Reasons.CustomerTokenSignature, "no live key of the tenant has signed the token");

        var hasJti = jwt.Payload.TryGetProperty("jti", out var jti);
        if (TimeFault(jwt, tenant.RequireExp, isLogin || hasJti, now) is { } late)
            return late;
        if (isLogin && jwt.IsAfter("auth_time", now + Skew))
            return Refused(Reasons.CustomerTokenNotYetValid, "auth_time of the customer's token is unreadable or in the future");
        if (jwt.Payload.TryGetProperty("aud", out _) && !jwt.GetAudiences().Any(IsThisServer))
            return Refused(Reasons.CustomerTokenAudience, "aud of the customer's token is not this server");
        if (hasJti && (jti.ValueKind != JsonValueKind.String || jti.GetString()!.Length is 0 or > MaxJtiLength))
            return Refused(Reasons.CustomerTokenJti, $"jti of the customer's token is no text of 1 to {MaxJtiLength} characters");
        if (!jwt.Payload.TryGetProperty("user", out var user)
            || user.ValueKind != JsonValueKind.Object
            || IdOf(user, "id") is not { } id
            || IdOf(user, "accountId") is not { } accountId)
            return Refused(Reasons.CustomerTokenUser, "the customer's token names no user with id and accountId");

        var (issued, ends) = (jwt.GetTime("iat"), jwt.GetTime("exp"));
        var earliestUse = hasJti ? ClientAssertionCheck.EarliestUse(issued ?? jwt.GetTime("nbf") ?? ends!.Value - MaxLifetime) : default;
        return new CustomerToken(accountId, id, user, ends, earliestUse, hasJti ? HashOf(tenant, jti.GetString()!) : null)
        {
            AuthenticatedAt = new[] { jwt.GetTime("auth_time"), issued }.Min(),
        };
    }

    /// <summary>
    /// Uses up a token that has a <c>jti</c>. Last of all checks, because it changes state; a forged copy never comes this far.
    /// </summary>
    /// <returns>The refusal when it was used before; else null.</returns>
    public async ValueTask<Refusal?> UseAsync(CustomerToken token, CancellationToken cancellationToken)
    {
        if (token.UseOnce is not { } identifier
            || await used.TryUseAsync(identifier, token.EarliestUse, token.ExpiresAt!.Value + Skew, cancellationToken))
            return null;
        return await used.IsBeforeRestoreAsync(token.EarliestUse, cancellationToken)
            ? Refused(Reasons.CustomerTokenBeforeRestore, "the customer's token may have been used before the database was restored")
            : Refused(Reasons.CustomerTokenReplayed, "the jti of the customer's token was used before");
    }

    // Every live key is tried, so that the time does not tell which one it was.
    private static bool IsSigned(Jwt jwt, Tenant tenant, DateTimeOffset now)
    {
        var signed = false;
        foreach (var key in tenant.LiveKeys(now))
            signed |= jwt.IsSignedWith(key.Span);
        return signed;
    }

    private static Refusal? TimeFault(Jwt jwt, bool needsEnd, bool endsSoon, DateTimeOffset now)
    {
        if (jwt.Payload.TryGetProperty("exp", out _) || needsEnd || endsSoon)
        {
            if (jwt.GetTime("exp") is not { } expires || expires <= now - Skew)
                return Refused(Reasons.CustomerTokenExpired, "exp of the customer's token is missing, unreadable or past");
            if (endsSoon && expires > now + MaxLifetime + Skew)
                return Refused(
                    Reasons.CustomerTokenLifetime, $"exp of the customer's token is more than {MaxLifetime.TotalHours} hours ahead");
        }

        return jwt.IsAfter("nbf", now + Skew) || jwt.IsAfter("iat", now + Skew)
            ? Refused(Reasons.CustomerTokenNotYetValid, "nbf or iat of the customer's token is unreadable or in the future")
            : null;
    }

    // RFC 7523 §3; RFC 7519 §4.1.3 where there is one at all.
    private bool IsThisServer(string audience) => audience == settings.Value.Issuer || audience == settings.Value.Issuer + "/connect/token";

    private static string? IdOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { } text
        && TenantUser.IsId(text)
            ? text
            : null;

    private static byte[] HashOf(Tenant tenant, string jti) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"customer-token\n{tenant.Alias}\n{jti}"));

    private static Refusal Refused(string reason, string detail) =>
        new(RefusalKind.InvalidToken, "The token is invalid, expired or was used before.", reason, detail);
}
