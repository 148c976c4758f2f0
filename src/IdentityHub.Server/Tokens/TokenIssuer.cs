using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Jose;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Users;
using IdentityHub.Storage.AccessTokens;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Tokens;

/// <summary>
/// Makes access tokens: a JWT (RFC 9068), which costs one signature and no statement, or an opaque one, which costs one statement.
/// </summary>
internal sealed class TokenIssuer(
    KeyRing keys, AccessTokenStore store, UserClaims claims, IOptions<HubSettings> settings)
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? writer;

    private readonly JsonEncodedText _issuer = JsonEncodedText.Encode(settings.Value.Issuer);

    /// <summary>Makes the token that <paramref name="request"/> asks for; it lives from <paramref name="now"/> on.</summary>
    public ValueTask<(string Token, TimeSpan Lifetime)> IssueAsync(
        AccessTokenRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var snapshot = request.Client.Registry;
        var lifetime = request.Client.AccessTokenLifetime ?? request.Endpoint.DefaultLifetime;
        if (lifetime > request.Endpoint.MaxLifetime)
            lifetime = request.Endpoint.MaxLifetime;
        if (request.NotAfter is { } end && now + lifetime > end)
            lifetime = end - now;
        if ((request.Endpoint.Format ?? request.Client.AccessTokenFormat ?? request.Endpoint.DefaultFormat) == AccessTokenFormat.Reference)
            return IssueReferenceAsync(request, snapshot, now, lifetime, cancellationToken);

        var userClaims = request.User is null ? [] : snapshot.ClaimsOf(request.Scopes, request.Audiences);
        return userClaims.Count == 0
            ? new((WriteJwt(request, snapshot, now, lifetime, []), lifetime))
            : IssueWithClaimsAsync(request, snapshot, userClaims, now, lifetime, cancellationToken);
    }

    private async ValueTask<(string Token, TimeSpan Lifetime)> IssueReferenceAsync(
        AccessTokenRequest request, RegistrySnapshot snapshot, DateTimeOffset now, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var token = OpaqueToken.Create(OpaqueTokenType.AccessToken);
        var row = new AccessToken
        {
            TokenHash = TokenHash.Of(token),
            ClientId = request.Client.Id,
            UserId = request.User?.UserId,
            SessionId = request.User?.SessionId,
            FamilyId = request.User?.FamilyId,
            Scopes = ScopeSet.Format(request.Scopes),
            Audiences = ScopeSet.Format(request.Audiences ?? snapshot.AudiencesOf(request.Scopes)),
            IssuedAt = now,
            ExpiresAt = now + lifetime,
            Actor = request.User?.Actor?.ToJson(),
        };
        await store.InsertAsync(row, cancellationToken);
        return (token, lifetime);
    }

    private async ValueTask<(string Token, TimeSpan Lifetime)> IssueWithClaimsAsync(
        AccessTokenRequest request, RegistrySnapshot snapshot, IReadOnlyList<ConfiguredClaim> wanted, DateTimeOffset now, TimeSpan lifetime,
        CancellationToken cancellationToken)
    {
        var user = request.User!;
        var values = await claims.ReadForTokenAsync(user.UserId, user.OrganizationId, wanted, cancellationToken);
        return (WriteJwt(request, snapshot, now, lifetime, values), lifetime);
    }

    private string WriteJwt(
        AccessTokenRequest request, RegistrySnapshot snapshot, DateTimeOffset now, TimeSpan lifetime,
        IReadOnlyList<KeyValuePair<string, object>> userClaims)
    {
        var payload = buffer ??= new ArrayBufferWriter<byte>(1024);
        payload.ResetWrittenCount();
        var json = writer ??= new Utf8JsonWriter(payload, new JsonWriterOptions { SkipValidation = true });
        json.Reset(payload);

        json.WriteStartObject();
        json.WriteString("iss"u8, _issuer);
        json.WriteNumber("iat"u8, now.ToUnixTimeSeconds());
        json.WriteNumber("exp"u8, (now + lifetime).ToUnixTimeSeconds());
        WriteAudience(json, request.Audiences ?? snapshot.AudiencesOf(request.Scopes));
        if (request.User is { } user)
            WriteUser(json, user);
        else
            json.WriteString("sub"u8, request.Client.Id);
        json.WriteString("client_id"u8, request.Client.Id);
        WriteTokenId(json);
        if (request.Scopes.Count > 0)
            json.WriteString("scope"u8, request.Scopes.Count == 1 ? request.Scopes[0] : ScopeSet.Format(request.Scopes));
        ClaimJson.Write(json, request.Claims);
        ClaimJson.Write(json, request.Client.AccessTokenClaims);
        ClaimJson.Write(json, userClaims);
        json.WriteEndObject();
        json.Flush();

        var token = keys.Signer(request.Client.AccessTokenAlgorithm).CreateJwt(JwtTypes.AccessToken, payload.WrittenSpan);
        return token.Length <= Jwt.MaxLength
            ? token
            : throw new InvalidOperationException(
                $"The access token of client '{request.Client.Id}' is longer than {Jwt.MaxLength} characters: no API would accept it.");
    }

    // Without a resource of its own the token is for this server: userinfo and introspection. RFC 9068 §3 asks for an audience always.
    private void WriteAudience(Utf8JsonWriter json, IReadOnlyList<string> audiences)
    {
        if (audiences.Count == 0)
        {
            json.WriteString("aud"u8, _issuer);
            return;
        }

        if (audiences.Count == 1)
        {
            json.WriteString("aud"u8, audiences[0]);
            return;
        }

        json.WriteStartArray("aud"u8);
        foreach (var audience in audiences)
            json.WriteStringValue(audience);
        json.WriteEndArray();
    }

    private static void WriteUser(Utf8JsonWriter json, TokenUser user)
    {
        json.WriteString("sub"u8, user.UserId);
        json.WriteString("sid"u8, user.SessionId);
        json.WriteNumber("auth_time"u8, user.AuthenticatedAt.ToUnixTimeSeconds());
        if (user.ContextClass is { } contextClass)
            json.WriteString("acr"u8, contextClass);
        if (user.FamilyId is { } family)
            json.WriteString(JwtTypes.GrantIdClaim, family);
        if (user.OrganizationId is { } organization)
            json.WriteString("org_id"u8, organization);
        if (user.Actor is { } actor)
        {
            json.WritePropertyName("act"u8);
            json.WriteRawValue(actor.ToJson());
        }
    }

    // 128 bits from the CSPRNG.
    private static void WriteTokenId(Utf8JsonWriter json)
    {
        Span<byte> random = stackalloc byte[16];
        Identifiers.FillRandom(random);
        Span<byte> text = stackalloc byte[Base64Url.GetEncodedLength(16)];
        Base64Url.EncodeToUtf8(random, text);
        json.WriteString("jti"u8, text);
    }
}
