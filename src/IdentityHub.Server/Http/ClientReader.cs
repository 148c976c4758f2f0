using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;

namespace IdentityHub.Server.Http;

/// <summary>Finds out how a request says who its client is: in the header, in the body, by an assertion, or by name only.</summary>
internal static class ClientReader
{
    /// <summary>
    /// What was presented; the refusal when it was presented twice (RFC 6749 §2.3) or the header is malformed; null when nothing was.
    /// </summary>
    public static Outcome<PresentedClient>? Read(HttpRequest request, Parameters parameters)
    {
        var header = request.Headers.Authorization;
        if (header.Count > 1)
            return Refusal.InvalidRequest("There are several Authorization headers.", Reasons.ClientPresentedTwice);

        // The extension grant presents its client by hash and secret. contracts/hash-secret.md.
        if (parameters["grant_type"] == GrantTypes.HashSecret)
            return Hashed(parameters, header.Count > 0);

        // An empty value is none (RFC 6749 §3.2): libraries send an empty client_secret for public clients.
        var inBody = parameters["client_secret"] is not null;
        var byAssertion = parameters["client_assertion"] is not null || parameters["client_assertion_type"] is not null;
        if (header is [{ Length: > 0 } authorization])
        {
            // So is an empty password in the header, which libraries send for public clients too: it names the client and proves nothing.
            var named = Basic(authorization, parameters["client_id"]);
            if (named is { Succeeded: true, Value: { Secret: "", ClientId: var id } })
                return byAssertion || inBody
                    ? InBody(parameters, id, inBody, byAssertion)
                    : new PresentedClient(ClientAuthMethods.None, id);
            return inBody || byAssertion
                ? Refusal.InvalidRequest(
                    "Multiple client authentication methods were used: the header and the body. Use one.", Reasons.ClientPresentedTwice)
                : named;
        }

        return InBody(parameters, parameters["client_id"], inBody, byAssertion);
    }

    private static Outcome<PresentedClient>? InBody(Parameters parameters, string? clientId, bool inBody, bool byAssertion)
    {
        if (inBody && byAssertion)
            return Refusal.InvalidRequest(
                "Multiple client authentication methods were used: a secret and an assertion. Use one.", Reasons.ClientPresentedTwice);
        if (byAssertion)
        {
            return parameters["client_assertion_type"] == ClientAssertionCheck.AssertionType
                ? new PresentedClient(ClientAuthMethods.PrivateKeyJwt, clientId, Assertion: parameters["client_assertion"])
                : Refusal.InvalidRequest(
                    $"Parameter 'client_assertion_type' must be {ClientAssertionCheck.AssertionType}.", Reasons.AssertionType);
        }

        if (inBody)
            return new PresentedClient(ClientAuthMethods.Post, clientId, parameters["client_secret"]);
        return clientId is null ? null : (Outcome<PresentedClient>?)new PresentedClient(ClientAuthMethods.None, clientId);
    }

    private static Outcome<PresentedClient>? Hashed(Parameters parameters, bool hasHeader)
    {
        if (hasHeader
            || parameters["client_id"] is not null
            || parameters["client_secret"] is not null
            || parameters["client_assertion"] is not null)
            return Refusal.InvalidRequest(
                "Multiple client authentication methods were used: 'hash' with 'secret', and another. Use one.",
                Reasons.ClientPresentedTwice);
        if (parameters["hash"] is not { } hash)
            return Refusal.InvalidRequest("Parameter 'hash' is missing.", Reasons.HashMissing);
        return parameters["secret"] is { } secret
            ? PresentedClient.ByHash(hash, secret)
            : Refusal.InvalidRequest("Parameter 'secret' is missing.", Reasons.SecretMissing);
    }

    // RFC 6749 §2.3.1: both halves are form-encoded before they are joined.
    private static Outcome<PresentedClient> Basic(string authorization, string? idInBody)
    {
        if (!BasicCredentials.AreIn(authorization))
            return Refusal.InvalidClient(Reasons.AuthorizationScheme, "the Authorization header is not Basic");

        if (BasicCredentials.Decode(authorization, out var fault) is not { } pair)
            return Refusal.InvalidClient(Reasons.AuthorizationMalformed, $"the Authorization header {fault}");

        var colon = pair.IndexOf(':');
        if (colon <= 0)
            return Refusal.InvalidClient(Reasons.AuthorizationMalformed, "the Authorization header names no client");
        var id = FormDecode(pair[..colon]);
        if (id.Any(char.IsControl))
            return Refusal.InvalidClient(
                Reasons.AuthorizationMalformed, "the client_id of the Authorization header has a control character");
        return idInBody is null || idInBody == id
            ? new PresentedClient(ClientAuthMethods.Basic, id, FormDecode(pair[(colon + 1)..]))
            : Refusal.InvalidRequest("Parameter 'client_id' is not the client of the Authorization header.", Reasons.ClientPresentedTwice);
    }

    // A percent sign that begins no escape stays as it is: clients that do not encode their secret work as long as it holds no escape and
    // no plus. It proves nothing by itself: the secret is compared as a whole.
    private static string FormDecode(string text) =>
        text.AsSpan().IndexOfAny('%', '+') < 0 ? text : Uri.UnescapeDataString(text.Replace('+', ' '));
}
