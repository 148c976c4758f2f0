using System.Buffers;
using System.Text.Json;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Tokens;

/// <summary>
/// Makes <c>logout_token</c>s, signed as the client's <c>id_token</c>s are. OpenID Connect Back-Channel Logout §2.4. Never a <c>nonce</c>:
/// a logout token must not pass as an <c>id_token</c>.
/// </summary>
internal sealed class LogoutTokenIssuer(KeyRing keys, IOptions<HubSettings> settings)
{
    /// <summary>§2.4 recommends at most two minutes.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    private readonly JsonEncodedText _issuer = JsonEncodedText.Encode(settings.Value.Issuer);

    /// <summary>
    /// The signed token; each has a <c>jti</c> of its own, so that a client that remembers them does not refuse a second try.
    /// </summary>
    public string Issue(Client client, Guid userId, Guid sessionId, DateTimeOffset now)
    {
        var payload = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(payload))
        {
            json.WriteStartObject();
            json.WriteString("iss"u8, _issuer);
            json.WriteString("sub"u8, userId);
            json.WriteString("aud"u8, client.Id);
            json.WriteNumber("iat"u8, now.ToUnixTimeSeconds());
            json.WriteNumber("exp"u8, (now + Lifetime).ToUnixTimeSeconds());
            json.WriteString("jti"u8, Identifiers.NewId(now));
            json.WriteString("sid"u8, sessionId);
            json.WriteStartObject("events"u8);
            json.WriteStartObject("http://schemas.openid.net/event/backchannel-logout"u8);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return keys.Signer(client.IdTokenAlgorithm).CreateJwt(JwtTypes.LogoutToken, payload.WrittenSpan);
    }
}
