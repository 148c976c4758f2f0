using Microsoft.Extensions.DependencyInjection;

namespace IdentityHub.Testing;

/// <summary>
/// What the nodes of one installation share: a fresh database, a configuration directory, the key-protection key and a clock. Nodes are
/// started on it in this process (<see cref="StartNodeAsync"/>, on <see cref="Time"/>) or in processes of their own
/// (<see cref="StartProcessAsync"/>, on the real clock).
/// </summary>
public sealed class Installation : IAsyncDisposable
{
    /// <summary>The <c>iss</c> of an installation, where nothing else is said: not the address at which a test reaches it.</summary>
    public const string Issuer = "https://hub.test";

    internal const string DatabaseSetting = "ConnectionStrings:IdentityHub";

    private readonly string _folder = Directory.CreateTempSubdirectory("hub-").FullName;
    private readonly List<IAsyncDisposable> _nodes = [];
    private readonly bool _makesOwnKeys;
    private bool _hasKeys;

    private Installation(TestDatabase database, bool makesOwnKeys)
    {
        (Database, _makesOwnKeys) = (database, makesOwnKeys);
        Directory.CreateDirectory(ConfigDirectory);
        File.WriteAllText(KeyFile, SharedKeys.KeyFile);
    }

    public TestDatabase Database { get; }

    /// <summary>The clock of the nodes in this process.</summary>
    public FakeTime Time { get; } = new();

    public string ConfigDirectory => Path.Combine(_folder, "config");

    public string KeyFile => Path.Combine(_folder, "hub.key");

    /// <param name="config">The configuration as YAML.</param>
    /// <param name="makesOwnKeys">
    /// True for a database whose first node makes its signing keys. Otherwise a node in this process, on <see cref="Time"/>, finds those
    /// that such a node has made once for all tests of the process: making an RSA key costs more than starting a server.
    /// </param>
    public static async Task<Installation> CreateAsync(string config, DatabaseKind kind = DatabaseKind.Sqlite, bool makesOwnKeys = false)
    {
        var installation = new Installation(await TestDatabase.CreateAsync(kind), makesOwnKeys);
        installation.WriteConfig(config);
        return installation;
    }

    /// <summary>Replaces the configuration file; a node applies it when it starts.</summary>
    public void WriteConfig(string config) => File.WriteAllText(Path.Combine(ConfigDirectory, "hub.yaml"), config);

    /// <summary>Starts a node in this process; it ends with this object at the latest.</summary>
    /// <param name="time">Another clock than <see cref="Time"/>, e.g. the real one beside a process.</param>
    /// <param name="services">Replaces services of the server.</param>
    /// <param name="settings">Further settings, e.g. <c>("IdentityHub:Audit:RetentionDays", "1")</c>.</param>
    public async Task<Hub> StartNodeAsync(
        TimeProvider? time = null, Action<IServiceCollection>? services = null, params IReadOnlyList<(string Key, string Value)> settings)
    {
        var hub = new Hub(this, time ?? Time, services, settings);
        _nodes.Add(hub);
        await hub.StartAsync();
        return hub;
    }

    /// <summary>Starts a node in a process of its own and waits until it is ready; it ends with this object at the latest.</summary>
    public Task<HubProcess> StartProcessAsync(params IReadOnlyList<(string Key, string Value)> settings) =>
        StartAsync(new HubProcess(this, settings));

    /// <summary>The same with a server of another version.</summary>
    /// <param name="program">Its <c>IdentityHub.Server.dll</c>.</param>
    /// <param name="without">Settings that it does not have, or groups of them.</param>
    public Task<HubProcess> StartOtherProcessAsync(
        string program, IReadOnlyCollection<string> without, params IReadOnlyList<(string Key, string Value)> settings) =>
        StartAsync(new HubProcess(this, settings) { Program = program, Without = without });

    /// <summary>The same with the address of the process as its issuer, for clients that compare the two.</summary>
    public Task<HubProcess> StartReachableProcessAsync(params IReadOnlyList<(string Key, string Value)> settings) =>
        StartAsync(new HubProcess(this, settings, issuerIsAddress: true));

    /// <summary>
    /// Says of the configuration that a node in Development has applied that it was applied for production, on which it is not refused.
    /// </summary>
    public async Task PassForProductionAsync() =>
        await Database
            .Open()
            .Call("UPDATE installation_marks SET name = 'stage:production' WHERE name = 'stage:development'")
            .ExecuteAsync(CancellationToken.None);

    /// <summary>Stops every node, and closes the connections of this process that are not in use.</summary>
    public async Task StopNodesAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        _nodes.Clear();
        Database.CloseIdle();
    }

    public async ValueTask DisposeAsync()
    {
        await StopNodesAsync();
        await Database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Stores the signing keys that nodes on <see cref="Time"/> share, once and before the first of them starts.</summary>
    internal async Task AddSharedKeysAsync()
    {
        if (_makesOwnKeys || _hasKeys)
            return;
        _hasKeys = true;
        await SharedKeys.AddToAsync(Database);
    }

    /// <summary>The settings of every node, in any order.</summary>
    internal Dictionary<string, string> Settings(IReadOnlyList<(string Key, string Value)> more)
    {
        var settings = new Dictionary<string, string>
        {
            [DatabaseSetting] = Database.ConnectionString,
            ["IdentityHub:Issuer"] = Issuer,
            ["IdentityHub:Stage"] = "development",
            ["IdentityHub:ConfigDirectory"] = ConfigDirectory,
            ["IdentityHub:KeyProtection:KeyFile"] = KeyFile,

            // Nothing waits for a load balancer here.
            ["IdentityHub:Shutdown:DrainTime"] = "00:00:00",

            // Users of a test are those that it makes.
            ["IdentityHub:ControlRoom:FirstAdministrator"] = "false",

            // What a hash costs is not what these tests are about.
            ["IdentityHub:Passwords:Iterations"] = "1000",
        };
        foreach (var (key, value) in more)
            settings[key] = value;
        return settings;
    }

    private async Task<HubProcess> StartAsync(HubProcess process)
    {
        Database.KeepFromReuse();
        _nodes.Add(process);
        process.Start();
        await process.WaitUntilReadyAsync();
        return process;
    }
}
