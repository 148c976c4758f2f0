using System.Text.Json;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Storage;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Outbox;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Messaging;

/// <summary>What a client is to be told: a session of a user has ended. The token itself is made when it is sent.</summary>
internal sealed record LogoutNotice(string ClientId, Guid UserId, Guid SessionId);

/// <summary>Writes the notices of ended sessions, one for each client that has got something in them and wants to know, to the outbox.</summary>
internal sealed class LogoutNotices(ClientRegistry registry, KeyProtector protector, OutboxSignal signal, TimeProvider time)
{
    /// <summary>Name of the channel.</summary>
    public const string Channel = "backchannel-logout";

    private const string WrapPurpose = "outbox:" + Channel;

    /// <summary>Adds the notices inside the transaction that ends the sessions.</summary>
    public async Task WriteAsync(SqlTransaction transaction, IReadOnlyList<EndedSession> ended, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var snapshot = registry.Current;
        foreach (var session in ended)
        {
            foreach (var clientId in session.ClientIds.Where(id => snapshot.Find(id) is { Enabled: true, BackchannelLogoutUri: not null }))
            {
                var payload = JsonSerializer.SerializeToUtf8Bytes(new LogoutNotice(clientId, session.UserId, session.SessionId));
                await OutboxStore.InsertAsync(
                    transaction,
                    new OutboxMessage
                    {
                        Id = Identifiers.NewId(now),
                        Channel = Channel,
                        WrappedPayload = protector.Wrap(WrapPurpose, payload),
                        CreatedAt = now,
                        NextAttemptAt = now,
                    },
                    cancellationToken);
            }
        }
    }

    /// <summary>Says, once the transaction has committed, that there may be something to send.</summary>
    public void Signal() => signal.Raise();
}
