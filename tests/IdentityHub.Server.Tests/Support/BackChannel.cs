using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;

namespace IdentityHub.Server.Tests.Support;

/// <summary>What a client was posted.</summary>
/// <param name="Path">By which the clients of a test are told apart.</param>
/// <param name="Headers">Names compare without case.</param>
internal sealed record Posted(
    string Method, string Path, IReadOnlyDictionary<string, string> Headers, IReadOnlyDictionary<string, string> Form)
{
    /// <summary>The logout token, read and not believed.</summary>
    public JsonWebToken Token => new(Form["logout_token"]);
}

/// <summary>
/// Clients of a test as servers of their own, at a free loopback port: they write down what they are posted, and answer what the test says.
/// </summary>
internal sealed class BackChannel : IAsyncDisposable
{
    private readonly WebApplication _app;

    private BackChannel(WebApplication app) => _app = app;

    /// <summary>Without a trailing slash.</summary>
    public string Address { get; private set; } = "";

    public int Port => new Uri(Address).Port;

    /// <summary>In the order of arrival.</summary>
    public ConcurrentQueue<Posted> Received { get; } = [];

    /// <summary>How it answers; 200 unless a test says otherwise. May be changed at any time.</summary>
    public RequestDelegate Answer { get; set; } = static http => http.Response.CompleteAsync();

    /// <param name="host">A loopback address as it stands in a URL.</param>
    public static async Task<BackChannel> StartAsync(string host = "127.0.0.1")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://{host}:0");
        var channel = new BackChannel(builder.Build());
        channel._app.Run(channel.HandleAsync);
        await channel._app.StartAsync();
        channel.Address = channel._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return channel;
    }

    /// <summary>Answers every request with a status.</summary>
    public void AnswerWith(int status) => Answer = http =>
    {
        http.Response.StatusCode = status;
        return http.Response.CompleteAsync();
    };

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext http)
    {
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync() : new FormCollection(null);
        Received.Enqueue(new Posted(
            http.Request.Method, http.Request.Path + http.Request.QueryString,
            http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            form.ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal)));
        await Answer(http);
    }
}
