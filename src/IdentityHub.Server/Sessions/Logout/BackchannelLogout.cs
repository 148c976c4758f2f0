using System.Globalization;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Messaging;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Sessions.Logout;

/// <summary>
/// Tells clients that a session has ended: a POST of a <c>logout_token</c>, made at that moment, to the registered address. OpenID Connect
/// Back-Channel Logout §2.5. 2xx says that it is done (§2.8); 400 that the client does not accept it.
/// </summary>
internal sealed class BackchannelLogout(ClientRegistry registry, LogoutTokenIssuer tokens, OutboundHttp http, TimeProvider time)
    : OutboxChannel
{
    public override string Name => LogoutNotice.Channel;

    public override async Task<Delivery> SendAsync(byte[] payload, CancellationToken cancellationToken)
    {
        var notice = Read<LogoutNotice>(payload);
        var verdict = registry.Current.Find(notice.ClientId) is { Enabled: true, BackchannelLogoutUri: { } uri } client
            ? await SendAsync(client, uri, notice, cancellationToken)
            : new Delivery(DeliveryVerdict.Refused, Reasons.ClientHasNoBackchannel);
        return verdict with { ClientId = notice.ClientId, UserId = notice.UserId, SessionId = notice.SessionId };
    }

    private async Task<Delivery> SendAsync(Client client, string uri, LogoutNotice notice, CancellationToken cancellationToken)
    {
        var token = tokens.Issue(client, notice.UserId, notice.SessionId, time.GetUtcNow());
        var answer = await http.PostFormAsync(uri, [new("logout_token", token)], cancellationToken);
        return answer switch
        {
            { Failure: { } failure } => new Delivery(
                failure == OutboundHttp.AddressRefused ? DeliveryVerdict.Refused : DeliveryVerdict.Failed, failure),
            { Status: >= 200 and < 300 } => new Delivery(DeliveryVerdict.Delivered, null),
            _ => new Delivery(
                answer.Status == 400 ? DeliveryVerdict.Refused : DeliveryVerdict.Failed,
                string.Create(CultureInfo.InvariantCulture, $"status_{answer.Status}")),
        };
    }
}
