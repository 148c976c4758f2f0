using System.Security.Cryptography;
using System.Text;
using IdentityHub.Protocol;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Limits;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.PushedRequests;
using Microsoft.AspNetCore.WebUtilities;

namespace IdentityHub.Server.Http.Interactions;

/// <summary>An address of a client in a ticket. One of the two is null.</summary>
/// <param name="Text">The address itself.</param>
/// <param name="Reference">Of one that is kept on the server: <see cref="KeptAddresses"/>.</param>
internal sealed record TicketAddress(string? Text, string? Reference = null);

/// <summary>
/// Addresses of clients that are too long to travel in a ticket, because a <c>state</c> of up to 8 KB belongs to them. They are kept on the
/// server, wrapped, as long as a ticket lives. They share the table of pushed requests; a reference to one is no <c>request_uri</c>.
/// </summary>
internal sealed class KeptAddresses(PushedRequestStore store, KeyProtector protector, AnonymousRowLimit limit)
{
    /// <summary>Longest address in characters that stays in its ticket: encrypted it fits into the headers that a proxy takes.</summary>
    public const int MaxLengthInTicket = 1500;

    private const int ReferenceBytes = 32;

    /// <summary>
    /// Makes an address fit into a ticket. Beyond the limit of anonymous rows it stays in the ticket, and the ticket goes into a page
    /// (<see cref="RefreshPage"/>): a logout is not refused because of its <c>state</c>.
    /// </summary>
    public async Task<TicketAddress> KeepAsync(
        string clientId, TicketAddress address, RequestContext context, CancellationToken cancellationToken)
    {
        if (address.Text is not { Length: > MaxLengthInTicket } text || await limit.CountAsync(context, cancellationToken) is not null)
            return address;
        var reference = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(ReferenceBytes));
        await store.InsertAsync(
            new PushedRequest
            {
                RequestHash = TokenHash.Of(reference),
                ClientId = clientId,
                WrappedParameters = protector.Wrap(PushedRequest.AddressWrapPurpose, Encoding.UTF8.GetBytes(text)),
                CreatedAt = context.Now,
                ExpiresAt = context.Now + Tickets.Lifetime,
            },
            cancellationToken);
        return new TicketAddress(null, reference);
    }

    /// <summary>The address in full; null when it is kept no longer.</summary>
    public async Task<string?> FindAsync(TicketAddress address, RequestContext context, CancellationToken cancellationToken)
    {
        if (address.Reference is not { } reference)
            return address.Text;
        return await store.FindAsync(TokenHash.Of(reference), cancellationToken) is { } stored && context.Now < stored.ExpiresAt
            ? Encoding.UTF8.GetString(protector.Unwrap(PushedRequest.AddressWrapPurpose, stored.WrappedParameters))
            : null;
    }
}
