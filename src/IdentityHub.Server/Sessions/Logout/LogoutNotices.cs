using IdentityHub.Server.Clients;
using IdentityHub.Server.Messaging;
using IdentityHub.Storage;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Sessions.Logout;

/// <summary>
/// Writes the notices of ended sessions, one for each client that has got something in them and wants to know, to the outbox.
/// </summary>
internal sealed class LogoutNotices(ClientRegistry registry, OutboxWriter outbox)
{
    /// <summary>Adds the notices inside the transaction that ends the sessions.</summary>
    public async Task WriteAsync(SqlTransaction transaction, IReadOnlyList<EndedSession> ended, CancellationToken cancellationToken)
    {
        var snapshot = registry.Current;
        foreach (var notice in LogoutNotice.Of(ended, id => snapshot.Find(id) is { Enabled: true, BackchannelLogoutUri: not null }))
            await outbox.AddAsync(transaction, LogoutNotice.Channel, notice, cancellationToken);
    }

    /// <summary>Says, once the transaction has committed, that there may be something to send.</summary>
    public void Signal() => outbox.Signal();
}
