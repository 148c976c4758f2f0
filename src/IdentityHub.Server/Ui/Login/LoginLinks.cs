using System.Security.Cryptography;
using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Server.Settings;
using IdentityHub.Storage;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.PushedRequests;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Ui.Login;

/// <summary>What the link of a mail stands for: a code that need not be typed.</summary>
/// <param name="Email">The address that the code was sent to.</param>
/// <param name="Browser">The cookie of the browser that has asked for it.</param>
/// <param name="Ticket">Of the login; null for one for the hub itself.</param>
/// <param name="Remember">True when the user wants to stay signed in after the browser was closed.</param>
/// <param name="MakesAccounts">True where an address without an account gets one.</param>
/// <param name="Code">The code.</param>
internal sealed record LoginLink(string Email, string Browser, string? Ticket, bool Remember, bool MakesAccounts, string Code)
{
    /// <summary>Shows nothing of the code.</summary>
    public override string ToString() => nameof(LoginLink);
}

/// <summary>
/// Links that sign a user in, while <c>IdentityHub:Otp:LoginLinks</c> is on. What a link stands for is kept on the server, wrapped, as long
/// as its code lives, in the table of pushed requests; the link holds a reference only. The code decides about everything else: it is good
/// once, in the browser that has asked for it, and its tries are counted.
/// </summary>
internal sealed class LoginLinks(PushedRequestStore store, KeyProtector protector, IOptions<HubSettings> settings)
{
    /// <summary>The page that a link opens.</summary>
    public const string Path = "/login/link";

    // No request_uri and no other reference of the table can stand in its place.
    private const string HashPrefix = "login-link:";
    private const int ReferenceBytes = 32;

    /// <summary>Whether mails hold links.</summary>
    public bool AreOn => settings.Value.Otp.LoginLinks;

    /// <summary>Stores what a link stands for.</summary>
    /// <param name="clientId">The client that the user signs in for; empty: the hub itself.</param>
    /// <returns>The address of the link.</returns>
    public async Task<string> AddAsync(
        SqlTransaction transaction, LoginLink link, string clientId, DateTimeOffset now, DateTimeOffset expiresAt,
        CancellationToken cancellationToken)
    {
        var reference = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(ReferenceBytes));
        var request = new PushedRequest
        {
            RequestHash = TokenHash.Of(HashPrefix + reference),
            ClientId = clientId,
            WrappedParameters = protector.Wrap(PushedRequest.LoginLinkWrapPurpose, JsonSerializer.SerializeToUtf8Bytes(link)),
            CreatedAt = now,
            ExpiresAt = expiresAt,
        };
        await PushedRequestStore.InsertAsync(transaction, request, cancellationToken);
        return $"{settings.Value.Issuer}{Path}?token={reference}";
    }

    /// <summary>What a link stands for; null for one that is none, or whose code has expired.</summary>
    public async Task<LoginLink?> FindAsync(string? reference, DateTimeOffset now, CancellationToken cancellationToken) =>
        AreOn && reference is { Length: > 0 and < 128 }
            && await store.FindAsync(TokenHash.Of(HashPrefix + reference), cancellationToken) is { } stored && now < stored.ExpiresAt
            ? JsonSerializer.Deserialize<LoginLink>(protector.Unwrap(PushedRequest.LoginLinkWrapPurpose, stored.WrappedParameters))
            : null;
}
