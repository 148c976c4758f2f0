using IdentityHub.Server.Settings;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage;
using IdentityHub.Storage.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Background;

/// <summary>
/// Before the first request: in Development brings the database and the applied configuration up to date; on every stage loads the
/// configuration and the keys. Outside Development nothing is migrated or applied by itself: <c>hub db migrate</c>, <c>hub config apply</c>.
/// </summary>
internal sealed class StartUp(
    IDbContextFactory<HubDbContext> contexts, HubDatabase database, InstallationGuard guard, ConfigFolder folder, RegistryLoader loader, KeyRing keys, DataProtectionKeys dataProtection,
    IOptions<HubSettings> settings, ILogger<StartUp> log) : IHostedLifecycleService
{
    /// <summary>Before any other service starts, the framework's own included: they find the tables there.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await guard.CheckAsync(cancellationToken);
        if (settings.Value.IsDevelopment)
        {
            await MigrateAsync(cancellationToken);
            await folder.ApplyAsync(cancellationToken);
        }

        await guard.RememberKeyAsync(cancellationToken);
        await loader.LoadAsync(cancellationToken);
        await keys.RefreshAsync(cancellationToken);

        // By the machine's clock: that is the one which the framework goes by.
        await dataProtection.EnsureAsync(TimeProvider.System.GetUtcNow(), cancellationToken);
        if (loader.Generation.Length == 0)
            Log.NothingApplied(log);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await SchemaMigration.ApplyAsync(database, context, cancellationToken);
    }
}
