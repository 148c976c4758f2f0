using IdentityHub.Storage;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace IdentityHub.Testing;

/// <summary>The real server in this process: on Kestrel at a free port, on a fresh database, with a clock that the test moves.</summary>
public sealed class Hub : IAsyncDisposable
{
    private readonly Node _node;
    private readonly bool _ownsInstallation;
    private HttpClient? _client;

    internal Hub(
        Installation installation, TimeProvider time, Action<IServiceCollection>? services,
        IReadOnlyList<(string Key, string Value)> settings)
        : this(installation, new Node(installation, time, services, settings, isAlone: false), ownsInstallation: false)
    {
    }

    private Hub(Installation installation, Node node, bool ownsInstallation)
    {
        Installation = installation;
        _node = node;
        _ownsInstallation = ownsInstallation;
    }

    public Installation Installation { get; }

    /// <summary>The clock of the server.</summary>
    public FakeTime Time => Installation.Time;

    /// <summary>Follows no redirect, keeps no cookie, and has the server as its base address.</summary>
    public HttpClient Client => _client ?? throw new InvalidOperationException("The server has not been started.");

    /// <summary>Everything that the server logged, secrets included where it should not have.</summary>
    public RecordedLogs Logs => _node.Logs;

    public IServiceProvider Services => _node.Services;

    /// <summary>The database as this node has it open.</summary>
    public HubDatabase Database => Services.GetRequiredService<HubDatabase>();

    /// <inheritdoc cref="ObservedDatabase.BeforeStatement"/>
    public Func<string, CancellationToken, Task>? BeforeStatement
    {
        get => ((ObservedDatabase)Database).BeforeStatement;
        set => ((ObservedDatabase)Database).BeforeStatement = value;
    }

    /// <summary>Starts an installation of one node.</summary>
    /// <param name="config">The configuration as YAML.</param>
    public static async Task<Hub> StartAsync(
        string config, DatabaseKind kind = DatabaseKind.Sqlite, Action<IServiceCollection>? services = null,
        params IReadOnlyList<(string Key, string Value)> settings)
    {
        var installation = await Installation.CreateAsync(config, kind);
        var hub = new Hub(
            installation, new Node(installation, installation.Time, services, settings, isAlone: true), ownsInstallation: true);
        await hub.StartAsync();
        return hub;
    }

    /// <summary>The same with signing keys of its own, for tokens that no other installation may accept.</summary>
    public static async Task<Hub> StartForeignAsync(string config, DatabaseKind kind = DatabaseKind.Sqlite)
    {
        var installation = await Installation.CreateAsync(config, kind, makesOwnKeys: true);
        var hub = new Hub(installation, new Node(installation, installation.Time, null, [], isAlone: true), ownsInstallation: true);
        await hub.StartAsync();
        return hub;
    }

    /// <summary>A context on the database of this node, for what a test arranges or looks at.</summary>
    public HubDbContext NewContext() => Services.GetRequiredService<IDbContextFactory<HubDbContext>>().CreateDbContext();

    /// <summary>From now on writes of this node are held until <paramref name="parties"/> requests have passed their checks.</summary>
    public Rendezvous Rendezvous(int parties) => new Rendezvous(parties).At(Database);

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (Logs.Errors is { Length: > 0 } errors)
            TestContext.Out.WriteLine(errors);
        await _node.DisposeAsync();
        if (_ownsInstallation)
            await Installation.DisposeAsync();
    }

    internal async Task StartAsync()
    {
        try
        {
            if (_node.Time == Installation.Time)
                await Installation.AddSharedKeysAsync();
            using var errors = StartErrors.Record();
            var address = StartServer()
                ?? throw new InvalidOperationException($"The server has not started:{Environment.NewLine}{errors}{Logs}");
            _client = HubClient.Create(new Uri(address));
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    // A server that refuses to start says so on its own and ends; then there is no address.
    private string? StartServer()
    {
        try
        {
            _node.StartServer();
            return Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        }
        catch (ObjectDisposedException)
        {
            // It has ended even before it was asked.
            return null;
        }
    }

    private sealed class Node : WebApplicationFactory<Program>
    {
        private readonly TestDatabase _database;
        private readonly TimeProvider _time;
        private readonly Action<IServiceCollection>? _services;
        private readonly Dictionary<string, string> _settings;
        private readonly bool _isAlone;

        public Node(
            Installation installation, TimeProvider time, Action<IServiceCollection>? services,
            IReadOnlyList<(string Key, string Value)> settings, bool isAlone)
        {
            (_database, _time, _services, _settings) = (installation.Database, time, services, installation.Settings(settings));
            _isAlone = isAlone;

            // With the port as an argument, the factory sets the address of a server that the program may have started already.
            UseKestrel();
        }

        public RecordedLogs Logs { get; } = new();

        public TimeProvider Time => _time;

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Development").UseContentRoot(AppContext.BaseDirectory).UseUrls("http://127.0.0.1:0");

            // What a server in a process of its own checks as well; here it would be done for each test.
            builder.UseDefaultServiceProvider(provider => provider.ValidateOnBuild = false);
            foreach (var (key, value) in _settings)
                builder.UseSetting(key, value);
            builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Logs));
            builder.ConfigureTestServices(services =>
            {
                services.AddSingleton(_time);

                // On connections that are open already. A test with a connection string of its own is about what the server makes of it.
                if (_settings[Installation.DatabaseSetting] == _database.ConnectionString)
                    services.AddSingleton<HubDatabase>(_ => _database.OpenOnce(listens: !_isAlone));
                _services?.Invoke(services);
            });
        }
    }
}
