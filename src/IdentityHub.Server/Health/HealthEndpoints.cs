using System.Diagnostics;
using System.Text.Json;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Http;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage;

namespace IdentityHub.Server.Health;

/// <summary>
/// <c>GET /health/live</c>: the process answers. <c>GET /health/ready</c>: the database answers too, and keys and configuration are
/// loaded; names the configuration generation. 503 tells the load balancer to go elsewhere: also from the moment when the server was told
/// to stop.
/// </summary>
internal sealed class HealthEndpoints(HubDatabase database, ClientRegistry registry, KeyRing keys, Drain drain)
{
    // Some load balancers ask for the status only.
    private static readonly string[] Methods = ["GET", "HEAD"];

    // Readiness must turn false within 5 s. ASSURANCE F3.
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    // Any caller may ask: the database is asked once in this time at most.
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);
    private readonly Lock _probing = new();
    private Task<bool> _probe = Task.FromResult(false);
    private Task _statement = Task.CompletedTask;
    private long _probedAt;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<HealthEndpoints>();
        routes.MapMethods("/health/live", Methods, static http =>
            OAuthResults.WriteAsync(http, StatusCodes.Status200OK, "live", static (json, status) => json.WriteString("status", status)));
        routes.MapMethods("/health/ready", Methods, endpoints.ReadyAsync);
    }

    private async Task ReadyAsync(HttpContext http)
    {
        var databaseAnswers = await LatestProbe().WaitAsync(http.RequestAborted);
        var ready = databaseAnswers && keys.Published.Count > 0 && !drain.HasBegun;
        var status = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        if (!ready)
            http.Response.Headers.RetryAfter = "5";
        await OAuthResults.WriteAsync(
            http,
            status,
            (ready ? "ready"
                : drain.HasBegun ? "stopping"
                : "not ready",
                databaseAnswers,
                registry.Current.Generation,
                database.Name),
            Write);
    }

    private static void Write(Utf8JsonWriter json, (string Status, bool DatabaseAnswers, string Generation, string DatabaseName) health)
    {
        json.WriteString("status", health.Status);
        json.WriteString("database", health.DatabaseAnswers ? "ok" : "unavailable");
        json.WriteString("database_system", health.DatabaseName);
        json.WriteString("configuration_generation", health.Generation);
    }

    private Task<bool> LatestProbe()
    {
        lock (_probing)
        {
            if (_probedAt == 0 || (_probe.IsCompleted && Stopwatch.GetElapsedTime(_probedAt) > ProbeInterval))
            {
                _probedAt = Stopwatch.GetTimestamp();
                _probe = ProbeAsync();
            }

            return _probe;
        }
    }

    // One at a time.
    private async Task<bool> ProbeAsync()
    {
        // A database that hangs does not answer a cancellation in time either: the statement is left behind, and waited for again rather
        // than sent again.
        if (_statement.IsCompleted)
            _statement = database.Call("SELECT 1").ExecuteAsync(CancellationToken.None);
        try
        {
            await _statement.WaitAsync(ProbeTimeout);
            return true;
        }
        catch (Exception failure) when (failure is OperationCanceledException or TimeoutException || database.IsUnavailable(failure))
        {
            return false;
        }
    }
}
