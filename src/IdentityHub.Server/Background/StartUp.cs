using IdentityHub.Server.Accounts;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage;
using IdentityHub.Storage.DataProtection;
using IdentityHub.Storage.KeyProtection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Background;

/// <summary>
/// Before the first request: in Development updates the database and the applied configuration; on every stage loads the
/// configuration and the keys. Outside Development nothing is migrated or applied by itself: <c>hub db migrate</c>,
/// <c>hub config apply</c>.
/// </summary>
internal sealed class StartUp(
    IDbContextFactory<HubDbContext> contexts, HubDatabase database, InstallationGuard guard, DemoGuard demo, ConfigFolder folder,
    RegistryLoader loader, FirstAdministrator administrator, KeyRing keys, DataProtectionKeys dataProtection,
    ClockCheck clock, IServer server, IOptions<HubSettings> settings, ILogger<StartUp> log) : IHostedLifecycleService
{
    /// <summary>Before any other service starts, the framework's own included: they find the tables there.</summary>
    /// <exception cref="InvalidDataException">The server must not, or cannot, start; says why and what to do, one sentence a
    /// line.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PrepareAsync(cancellationToken);
        }
        catch (Exception failure) when (database.AdviceFor(failure) is not null)
        {
            throw new InvalidDataException(database.AdviceFor(failure), failure);
        }
        catch (Exception failure) when (failure is not InvalidDataException && database.IsUnavailable(failure))
        {
            throw new InvalidDataException(
                $"The database cannot be used: {database.CauseOf(failure)}.\nConnectionStrings:IdentityHub says where it is; 'hub doctor' "
                    + "looks at it.",
                failure);
        }

        if (loader.Generation.Length == 0)
            Log.NothingApplied(log);
        if (database.IsBehindPooler)
            Log.BehindPooler(log);
        foreach (var file in database.Files.Prepend(Path.GetFullPath(settings.Value.KeyProtection.KeyFile)).Where(SecretFile.IsOpenToAll))
            Log.OpenToAll(log, file);
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var version = await guard.CheckAsync(cancellationToken);
        if (settings.Value.IsDevelopment)
        {
            await SchemaMigration.ApplyAsync(database, version, contexts.CreateDbContext, cancellationToken);
            await folder.ApplyAsync(cancellationToken);
        }

        if (version.Foreign is { } newer)
            Log.NewerDatabase(log, newer);
        await guard.RememberAsync(cancellationToken);
        await loader.LoadAsync(cancellationToken);
        if (settings.Value.IsProduction)
            await demo.CheckAsync(cancellationToken);
        await administrator.EnsureAsync(cancellationToken);
        await keys.RefreshAsync(cancellationToken);

        // By the machine's clock: the framework uses that one.
        await dataProtection.EnsureAsync(TimeProvider.System.GetUtcNow(), cancellationToken);
        await clock.RunOnceAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>After every other service has started, the one that listens included.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        Log.Listening(log, string.Join(", ", addresses), settings.Value.Issuer, settings.Value.Stage);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
