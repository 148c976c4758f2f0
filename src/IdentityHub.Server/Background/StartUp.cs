using IdentityHub.Server.Settings;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Background;

/// <summary>
/// Before the first request: in Development brings the database and the applied configuration up to date; on every stage loads the
/// configuration and the keys. Outside Development nothing is migrated or applied by itself: <c>hub db migrate</c>, <c>hub config apply</c>.
/// </summary>
internal sealed class StartUp(
    IDbContextFactory<HubDbContext> contexts, ConfigFolder folder, RegistryLoader loader, KeyRing keys, IOptions<HubSettings> settings, ILogger<StartUp> log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Value.IsDevelopment)
        {
            await MigrateAsync(cancellationToken);
            await folder.ApplyAsync(cancellationToken);
        }

        await loader.LoadAsync(cancellationToken);
        await keys.RefreshAsync(cancellationToken);
        if (loader.Generation.Length == 0)
            Log.NothingApplied(log);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if ((await context.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
            await context.Database.MigrateAsync(cancellationToken);
    }
}
