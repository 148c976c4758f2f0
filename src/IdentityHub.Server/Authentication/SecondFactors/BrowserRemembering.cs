using System.Buffers.Text;
using System.Security.Cryptography;
using IdentityHub.Protocol;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Settings;
using IdentityHub.Storage.Sessions;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Authentication.SecondFactors;

/// <summary>
/// Browsers in which a user is not asked for the second factor again, for 30 days. A browser is known by a random secret in its cookie, of
/// which the hash is stored for the user. It stands for the second factor where one is required, and is none: <c>amr</c> and <c>acr</c>
/// name what was proven (docs/decisions/0031).
/// </summary>
internal sealed class BrowserRemembering(
    RememberedBrowserStore store, ClientRegistry registry, AuditTrail audit, IOptions<HubSettings> settings)
{
    /// <summary>How long a browser is remembered; its use does not prolong it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private const int SecretBytes = 32;

    // A tree of the configuration has no circles; this bounds a fault.
    private const int MostOrganizations = 64;

    /// <summary>
    /// True where the installation, the client, the organization and those above it all let a browser stand for the second factor. It is
    /// read from the configuration in memory.
    /// </summary>
    /// <param name="organizationId">In which organization the session acts; null for none.</param>
    /// <param name="clientId">What the login is for; null for the installation itself.</param>
    public bool IsAllowed(string? organizationId, string? clientId)
    {
        var current = registry.Current;
        if (!settings.Value.SecondFactor.RememberBrowser
            || (clientId is not null && current.Find(clientId) is { RemembersBrowser: false }))
            return false;
        for (var i = 0; organizationId is not null && i < MostOrganizations; i++)
        {
            if (current.FindOrganization(organizationId) is not { } organization)
                break;
            if (!organization.RememberBrowser)
                return false;
            organizationId = organization.Parent;
        }

        return true;
    }

    /// <summary>Remembers a browser in which the user has just proven the second factor.</summary>
    /// <param name="sessionId">The session that the proof has started.</param>
    /// <param name="before">The secret that the browser had for this user; null for none.</param>
    /// <returns>The secret for its cookie; null when the session has ended meanwhile.</returns>
    public async Task<string?> AddAsync(
        Guid userId, Guid sessionId, string? before, RequestContext context, CancellationToken cancellationToken)
    {
        // Never one that the browser has brought: somebody else may have put it there.
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var browser = new RememberedBrowser
        {
            SecretHash = TokenHash.Of(secret),
            UserId = userId,
            UserAgent = context.UserAgent,
            CreatedAt = context.Now,
            LastUsedAt = context.Now,
            ExpiresAt = context.Now + Lifetime,
        };
        if (!await store.TryAddAsync(browser, sessionId, before is null ? null : TokenHash.Of(before), cancellationToken))
            return null;
        await audit.WriteAsync(context, AuditTypes.BrowserRemembered, userId, sessionId);
        return secret;
    }

    /// <summary>True when the secret is that of a browser which stands for the second factor of the user; notes its use.</summary>
    public Task<bool> TryUseAsync(Guid userId, string secret, RequestContext context, CancellationToken cancellationToken) =>
        store.TryUseAsync(userId, TokenHash.Of(secret), context.Now, cancellationToken);

    /// <summary>Those of a user, the one that was used last first.</summary>
    public Task<List<ListedBrowser>> OfUserAsync(Guid userId, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.OfUserAsync(userId, now, cancellationToken);

    /// <summary>Forgets one browser of the user, or all of them: the next login there asks for the second factor.</summary>
    /// <param name="secretHash">Names the browser; null: all.</param>
    public async Task ForgetAsync(
        Guid userId, Guid sessionId, byte[]? secretHash, RequestContext context, CancellationToken cancellationToken)
    {
        var forgotten = secretHash is null
            ? await store.ForgetAllAsync(userId, cancellationToken) > 0
            : await store.ForgetAsync(userId, secretHash, cancellationToken);
        if (forgotten)
            await audit.WriteAsync(
                context, AuditTypes.BrowserForgotten, userId, sessionId, detail: secretHash is null ? "every browser" : "one browser");
    }
}
