using System.Text;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.PushedRequests;

namespace IdentityHub.Server.Grants.AuthorizationCode;

/// <summary>The parameters of a pushed request.</summary>
/// <param name="Hash">By which it is used up when a code is issued on it.</param>
internal sealed record ReadPushedRequest(byte[] Hash, Parameters Parameters);

/// <summary>
/// Authorization requests that were pushed: stored wrapped, found by a reference that only the client and the browser know. RFC 9126.
/// </summary>
internal sealed class PushedRequests(PushedRequestStore store, KeyProtector protector)
{
    /// <summary>What every reference begins with. RFC 9126 §2.2.</summary>
    public const string UriPrefix = "urn:ietf:params:oauth:request_uri:";

    /// <summary>Until then it must be opened; what the user does afterwards has the time of <see cref="ProlongAsync"/>.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Stores a request.</summary>
    /// <returns>Its <c>request_uri</c>.</returns>
    public async Task<string> PushAsync(
        Client client, Parameters parameters, TimeSpan lifetime, RequestContext context, CancellationToken cancellationToken)
    {
        var reference = OpaqueToken.Create(OpaqueTokenType.PushedRequest);
        await store.InsertAsync(
            new PushedRequest
            {
                RequestHash = TokenHash.Of(reference),
                ClientId = client.Id,
                WrappedParameters = protector.Wrap(PushedRequest.WrapPurpose, Encoding.UTF8.GetBytes(parameters.ToForm())),
                CreatedAt = context.Now,
                ExpiresAt = context.Now + lifetime,
            },
            cancellationToken);
        return UriPrefix + reference;
    }

    /// <summary>
    /// The user is sent to a page: a request that was opened in time lives as long as what the page was given. Later visits do not prolong
    /// it again, so that no reference lives on by being opened.
    /// </summary>
    public Task ProlongAsync(byte[] hash, TimeSpan lifetime, RequestContext context, CancellationToken cancellationToken) =>
        store.ProlongAsync(hash, context.Now - Lifetime, context.Now + lifetime, cancellationToken);

    /// <summary>What stands behind a <c>request_uri</c>; the refusal when it is unknown, another client's, used or expired.</summary>
    public async Task<Outcome<ReadPushedRequest>> ReadAsync(
        Client client, string requestUri, RequestContext context, CancellationToken cancellationToken)
    {
        if (!requestUri.StartsWith(UriPrefix, StringComparison.Ordinal))
            return AuthorizationRefusals.RequestUriNotSupported();
        var reference = requestUri[UriPrefix.Length..];
        if (!OpaqueToken.IsWellFormed(reference, OpaqueTokenType.PushedRequest))
            return AuthorizationRefusals.InvalidRequestUri(Reasons.RequestUriMalformed, "not a request_uri, or its checksum is wrong");

        var hash = TokenHash.Of(reference);
        if (await store.FindAsync(hash, cancellationToken) is not { } stored || stored.ClientId != client.Id)
            return AuthorizationRefusals.InvalidRequestUri(Reasons.RequestUriUnknown, "no such pushed request of this client");
        if (stored.ExpiresAt <= context.Now)
            return AuthorizationRefusals.InvalidRequestUri(Reasons.RequestUriExpired, "the pushed request has expired");
        if (stored.UsedAt is not null)
            return AuthorizationRefusals.InvalidRequestUri(Reasons.RequestUriUsed, "the pushed request was used before");
        var form = protector.Unwrap(PushedRequest.WrapPurpose, stored.WrappedParameters);
        return new ReadPushedRequest(hash, Parse(Encoding.UTF8.GetString(form)));
    }

    private static Parameters Parse(string form)
    {
        var parameters = new Parameters();
        foreach (var pair in form.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (parameters.Add(Uri.UnescapeDataString(pair[..equals]), Uri.UnescapeDataString(pair[(equals + 1)..])) is { } fault)
                throw new InvalidOperationException(fault.Reason);
        }

        return parameters;
    }
}
