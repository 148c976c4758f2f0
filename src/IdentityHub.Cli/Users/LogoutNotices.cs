using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;
using IdentityHub.Storage;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Outbox;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Cli.Users;

/// <summary>Writes the notices of ended sessions to the outbox, as the server does; a running server sends them.</summary>
/// <param name="key">Null where no key file is named: nothing can be written then.</param>
internal sealed class LogoutNotices(HubDatabase database, KeyProtector? key, TextWriter errors) : IDisposable
{
    private IReadOnlySet<string> _clients = new HashSet<string>();

    /// <summary>Reads which clients are notified. Runs before the transaction that ends the sessions.</summary>
    public static async Task<LogoutNotices> CreateAsync(
        HubDatabase database, CommandSettings settings, TextWriter errors, CancellationToken cancellationToken)
    {
        var notices = new LogoutNotices(database, settings.FindKey(), errors);
        await notices.ReadClientsAsync(cancellationToken);
        return notices;
    }

    /// <summary>Adds the notices inside the transaction that ends the sessions.</summary>
    public async Task WriteAsync(SqlTransaction transaction, IReadOnlyList<EndedSession> ended, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            if (ended.Any(session => session.ClientIds.Count > 0))
                await errors.WriteLineAsync(
                    "Clients are not told that the sessions have ended, because no key-protection key is named: --key-file FILE.");
            return;
        }

        var now = TimeProvider.System.GetUtcNow();
        foreach (var notice in LogoutNotice.Of(ended, _clients.Contains))
            await OutboxContent.AddAsync(transaction, key, Guid.CreateVersion7(now), LogoutNotice.Channel, notice, now, cancellationToken);
    }

    public void Dispose() => key?.Dispose();

    private async Task ReadClientsAsync(CancellationToken cancellationToken)
    {
        if (key is null)
            return;
        var applied = await new ConfigObjectReader(database, key).ReadAsync(cancellationToken);
        _clients = applied
            .Document.Clients.Where(client => client is { Enabled: true, BackchannelLogoutUri: not null })
            .Select(client => client.ClientId)
            .ToHashSet();
    }
}
