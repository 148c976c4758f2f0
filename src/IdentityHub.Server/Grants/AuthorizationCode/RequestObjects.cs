using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Jose;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Grants.AuthorizationCode;

/// <summary>
/// Signed request objects by value: RFC 9101. Only what stands in the object counts; it must be signed by a registered key of the client,
/// made by it for this server, and be of now.
/// </summary>
internal sealed class RequestObjects(IOptions<HubSettings> settings)
{
    // Claims of the JWT itself, which are no parameters of the request.
    private static readonly string[] JwtClaims = ["iss", "aud", "exp", "nbf", "iat", "jti", "sub"];

    /// <summary>The parameters in the object, <c>client_id</c> included.</summary>
    public Outcome<Parameters> Read(Client client, string requestObject, RequestContext context)
    {
        if (!Jwt.TryParse(requestObject, out var jwt, out _))
            return Refused(Reasons.RequestObjectMalformed, "the request object is no signed JWT");
        if (jwt.Type is not (null or "JWT" or "jwt" or "oauth-authz-req+jwt"))
            return Refused(Reasons.RequestObjectType, "typ of the request object is not oauth-authz-req+jwt");
        if (!ClientAssertionCheck.Algorithms.Contains(jwt.Algorithm, StringComparer.Ordinal))
            return Refused(Reasons.RequestObjectAlgorithm, "the request object is signed with an algorithm that is not accepted");
        if (JwtVerifier.FindSigningKey(jwt, client.Keys) is null)
            return Refused(Reasons.RequestObjectSignature, "no registered key of the client has signed the request object");

        if (jwt.Payload.TryGetProperty("iss", out _) && jwt.GetString("iss") != client.Id)
            return Refused(Reasons.RequestObjectIssuer, "iss of the request object is not the client");

        // What is made to authenticate a client must not be taken for what it asks for. RFC 9101 §10.8.
        if (jwt.GetString("sub") == client.Id)
            return Refused(Reasons.RequestObjectSubject, "sub of the request object is the client: a client assertion is no request");
        if (!jwt.GetAudiences().Contains(settings.Value.Issuer, StringComparer.Ordinal))
            return Refused(Reasons.RequestObjectAudience, "aud of the request object is not this server's issuer");
        if (jwt.Payload.TryGetProperty("exp", out _) && !(jwt.GetTime("exp") > context.Now - ClientAssertionCheck.Skew))
            return Refused(Reasons.RequestObjectExpired, "exp of the request object is past, or no time");
        if (jwt.IsAfter("nbf", context.Now + ClientAssertionCheck.Skew) || jwt.IsAfter("iat", context.Now + ClientAssertionCheck.Skew))
            return Refused(Reasons.RequestObjectNotYetValid, "nbf or iat of the request object is in the future");

        var parameters = Parameters(jwt);
        if (!parameters.Succeeded)
            return parameters.Error;
        if (parameters.Value["client_id"] is { } named && named != client.Id)
            return Refused(Reasons.RequestObjectClient, "client_id of the request object is another client");

        // §4: objects do not nest.
        return parameters.Value["request"] is not null || parameters.Value["request_uri"] is not null
            ? Refused(Reasons.RequestObjectNested, "the request object holds another request or request_uri")
            : parameters;
    }

    private static Outcome<Parameters> Parameters(Jwt jwt)
    {
        var parameters = new Parameters();
        foreach (var claim in jwt.Payload.EnumerateObject().Where(claim => !JwtClaims.Contains(claim.Name, StringComparer.Ordinal)))
        {
            // Several resources are an array. RFC 8707 §2.
            IEnumerable<JsonElement> values = claim is { Name: "resource", Value.ValueKind: JsonValueKind.Array }
                ? claim.Value.EnumerateArray()
                : [claim.Value];
            foreach (var value in values)
            {
                if (TextOf(value) is { } text && parameters.Add(claim.Name, text) is { } fault)
                    return Refused(Reasons.RequestObjectMalformed, fault.Detail);
            }
        }

        return parameters;
    }

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number or JsonValueKind.Object or JsonValueKind.Array => value.GetRawText(),
        _ => null,
    };

    private static Refusal Refused(string reason, string detail) => AuthorizationRefusals.InvalidRequestObject(reason, detail);
}
