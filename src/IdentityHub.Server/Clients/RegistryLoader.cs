using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Settings;
using IdentityHub.Storage;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Clients;

/// <summary>Puts the applied generation into force on this node: one snapshot for another, at once for all requests that follow.</summary>
internal sealed class RegistryLoader(
    ConfigObjectReader reader, ClientRegistry registry, AuditTrail audit, IOptions<HubSettings> settings, ILogger<RegistryLoader> log)
    : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Hash of the generation in force on this node; empty before anything was applied.</summary>
    public string Generation => registry.Current.Generation;

    /// <summary>
    /// Loads the newest generation if it is not in force yet: one small statement when there is nothing to do. Callers work one after the
    /// other, so that an older generation never replaces a newer one.
    /// </summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if ((await reader.ReadGenerationAsync(cancellationToken) ?? "") == Generation)
                return;

            var applied = await reader.ReadAsync(cancellationToken);
            registry.Current = new RegistrySnapshot(
                applied.Document, applied.Generation, BuiltInClient.ControlRoom(settings.Value) is { } room ? [room] : []);
            audit.Generation = registry.Current.Label;
            audit.KnowsClient = id => registry.Current.Find(id) is not null;
            Log.GenerationInForce(log, audit.Generation, applied.Document.Clients.Count);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The same after a change that has been committed: where the database fails now, the next poll loads it.</summary>
    public async Task TryLoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LoadAsync(cancellationToken);
        }
        catch (Exception failure) when (!failure.IsCancellation(cancellationToken))
        {
            Log.NotFollowed(log, failure);
        }
    }

    public void Dispose() => _turn.Dispose();
}
