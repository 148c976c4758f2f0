using IdentityHub.Server.Clients;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Background;

/// <summary>
/// Swaps the configuration in force when another generation was applied: told by the database at once where it can tell, seen by a poll
/// otherwise. In Development a change of the files is applied by itself; files with faults change nothing. In the same way learns of keys
/// that were rotated, retired or imported.
/// </summary>
internal sealed class ConfigRefresh(
    HubDatabase database, RegistryLoader loader, ConfigFolder folder, KeyRing keys, IOptions<HubSettings> settings, TimeProvider time,
    ILogger<ConfigRefresh> log) : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How often the files are looked at in Development. Two looks must see the same (<see cref="ConfigFolder.HasChanged"/>), so that a
    /// saved file is applied twice as late at most, in less than a second.
    /// </summary>
    internal static readonly TimeSpan DevelopmentInterval = TimeSpan.FromMilliseconds(400);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = settings.Value.IsDevelopment ? DevelopmentInterval : PollInterval;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await database.WaitForConfigChangeAsync(interval, time, stoppingToken);
                if (settings.Value.IsDevelopment && folder.HasChanged())
                    await folder.ApplyAsync(stoppingToken);
                await loader.LoadAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (InvalidDataException faults)
            {
                Log.ConfigurationRefused(log, faults.Message);
            }
            catch (Exception failure) when (!failure.IsCancellation(stoppingToken))
            {
                Log.Failed(log, failure, database.IsUnavailable(failure));
            }

            await FollowKeysAsync(stoppingToken);
        }
    }

    private async Task FollowKeysAsync(CancellationToken stoppingToken)
    {
        try
        {
            await keys.FollowAsync(stoppingToken);
        }
        catch (Exception failure) when (!failure.IsCancellation(stoppingToken))
        {
            Log.Failed(log, failure, database.IsUnavailable(failure));
        }
    }
}
