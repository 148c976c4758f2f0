using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Tokens;

/// <summary>What an <c>id_token</c> says. OpenID Connect Core §2.</summary>
/// <param name="AuthenticationMethods"><c>amr</c>, separated by one space.</param>
/// <param name="ContextClass"><c>acr</c>.</param>
/// <param name="AccessToken">Issued together with it, for <c>at_hash</c>.</param>
/// <param name="Nonce">As the request sent it; null for none, and at a refresh (§12.2).</param>
/// <param name="Claims">User claims that the request asked for by name, or that the client gets with its scopes.</param>
internal sealed record IdTokenRequest(
    Client Client,
    Guid UserId,
    Guid SessionId,
    DateTimeOffset AuthenticatedAt,
    string AuthenticationMethods,
    string ContextClass,
    string AccessToken,
    string? Nonce,
    IReadOnlyList<KeyValuePair<string, object>> Claims)
{
    public override string ToString() => $"{nameof(IdTokenRequest)} {{ Client = {Client.Id}, SessionId = {SessionId} }}";
}

/// <summary>Makes <c>id_token</c>s, signed as the client is registered for: RS256 unless it says otherwise.</summary>
internal sealed class IdTokenIssuer(KeyRing keys, IOptions<HubSettings> settings)
{
    /// <summary>The claims about the login in every <c>id_token</c>, in addition to the protocol's own.</summary>
    public static readonly IReadOnlyList<string> LoginClaims = ["auth_time", "acr", "amr", "sid"];

    private readonly JsonEncodedText _issuer = JsonEncodedText.Encode(settings.Value.Issuer);

    /// <summary>The signed token.</summary>
    public string Issue(IdTokenRequest request, DateTimeOffset now)
    {
        var payload = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(payload))
        {
            json.WriteStartObject();
            json.WriteString("iss"u8, _issuer);
            json.WriteString("sub"u8, request.UserId);
            json.WriteString("aud"u8, request.Client.Id);
            json.WriteNumber("iat"u8, now.ToUnixTimeSeconds());
            json.WriteNumber("exp"u8, (now + request.Client.IdTokenLifetime).ToUnixTimeSeconds());
            json.WriteNumber("auth_time"u8, request.AuthenticatedAt.ToUnixTimeSeconds());
            json.WriteString("acr"u8, request.ContextClass);
            json.WriteStartArray("amr"u8);
            foreach (var method in request.AuthenticationMethods.Split(' '))
                json.WriteStringValue(method);
            json.WriteEndArray();
            json.WriteString("sid"u8, request.SessionId);
            if (request.Nonce is { } nonce)
                json.WriteString("nonce"u8, nonce);
            WriteAccessTokenHash(json, request.AccessToken);
            ClaimJson.Write(json, request.Client.OwnIdTokenClaims);
            ClaimJson.Write(json, request.Claims);
            json.WriteEndObject();
        }

        return keys.Signer(request.Client.IdTokenAlgorithm).CreateJwt(JwtTypes.IdToken, payload.WrittenSpan);
    }

    // The left half of the hash that the signature uses: SHA-256 for all of RS256, PS256 and ES256. §3.1.3.6.
    private static void WriteAccessTokenHash(Utf8JsonWriter json, string accessToken)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.ASCII.GetBytes(accessToken), hash);
        Span<byte> text = stackalloc byte[Base64Url.GetEncodedLength(SHA256.HashSizeInBytes / 2)];
        Base64Url.EncodeToUtf8(hash[..(SHA256.HashSizeInBytes / 2)], text);
        json.WriteString("at_hash"u8, text);
    }
}
