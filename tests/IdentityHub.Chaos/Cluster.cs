using System.Diagnostics;
using IdentityHub.Testing;
using Npgsql;

namespace IdentityHub.Chaos;

/// <summary>Two nodes as processes, one PostgreSQL that can be killed, the network between them, and a mail server.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    public const string Password = "Alice-Pass-1234";

    /// <summary>API key of the tenant, with which it signs for its users.</summary>
    public const string TenantKey = "TEST_B4BYA15POHYQ284HBND1";

    /// <summary>How many users there are, <c>user0</c> and so on.</summary>
    public const int Users = 12;

    private const int PoolSize = 12;

    private static readonly string Config =
        """
        scopes: [{ name: orders.read }]
        api_resources: [{ name: orders, scopes: [orders.read], client_secrets: [{ value: "plain:orders-secret" }] }]
        clients:
          - { client_id: app, token_endpoint_auth_method: none, grant_types: [password, refresh_token], scope: openid orders.read,
              access_token_format: reference, refresh_token: { rotation: true, grace: 0s } }
          - { client_id: web, grant_types: [authorization_code], client_secrets: [{ value: "plain:web-secret" }],
              redirect_uris: ["https://web.test/cb"], scope: openid orders.read }
          - { client_id: machine, grant_types: [client_credentials], client_secrets: [{ value: "plain:machine-secret" }], scope: orders.read }
          - { client_id: machine-ref, grant_types: [client_credentials], client_secrets: [{ value: "plain:machine-ref-secret" }],
              scope: orders.read, access_token_format: reference }
          - { client_id: partner, dialects: [hash-secret], client_secrets: [{ value: "plain:partner-secret" }] }
          - { client_id: open, grant_types: [client_credentials, "urn:identityhub:params:oauth:grant-type:otp"],
              client_secrets: [{ value: "plain:open-secret" }], scope: openid, dialects: [oauth-v2, otp],
              otp: { enabled: true, allow_new_users: true } }
          - { client_id: referrals, client_secrets: [{ value: "plain:referrals-secret" }],
              grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"], tenant: shop, scope: openid }
        tenants: [{ alias: shop, api_keys: [{ value: "plain:TEST_B4BYA15POHYQ284HBND1" }] }]
        dialects:
          hash-secret: { enabled: true }
          oauth-v2: { enabled: true }
          otp: { enabled: true }
          lsid: { enabled: true, reset_page_urls: [https://app.example.com/reset] }
          open-endpoints: { enabled: true }
        users:

        """
        + string.Concat(
            Enumerable.Range(0, Users).Select(number =>
                $"  - {{ id: 11111111-1111-4111-8111-{number:000000000000}, user_name: user{number}, password: \"plain:{Password}\" }}\n"));

    // Hashes cost what they must outside Development.
    private static readonly (string Key, string Value)[] Staging =
    [
        ("IdentityHub:Stage", "staging"), ("IdentityHub:Passwords:Iterations", "220000"),
    ];

    private readonly Installation _installation;

    private Cluster(Installation installation, CrashingPostgres postgres)
    {
        (_installation, Postgres) = (installation, postgres);
        Network = new DatabaseProxy(Path.Combine(postgres.Folder, ".s.PGSQL.5432"));
    }

    public CrashingPostgres Postgres { get; }

    public DatabaseProxy Network { get; }

    public MailServer Mail { get; } = new();

    public IReadOnlyList<HubProcess> Nodes { get; private set; } = [];

    /// <summary>The clients of the nodes.</summary>
    public IReadOnlyList<HttpClient> Clients => [.. Nodes.Select(node => node.Client)];

    public string KeyFile => _installation.KeyFile;

    public static async Task<Cluster> StartAsync()
    {
        var cluster = new Cluster(
            await Installation.CreateAsync(Config, makesOwnKeys: true), await CrashingPostgres.StartAsync());
        cluster.Nodes = [await cluster.StartNodeAsync(), await cluster.StartNodeAsync()];
        return cluster;
    }

    /// <summary>
    /// The same with nodes of another version, on tables that it has made. They are on the stage staging, where no node migrates or applies
    /// anything by itself.
    /// </summary>
    public static async Task<Cluster> StartAsync(Release release)
    {
        var cluster = new Cluster(
            await Installation.CreateAsync(Config, makesOwnKeys: true), await CrashingPostgres.StartAsync());

        // Users are in files on the stage development only.
        await (await cluster.StartOtherNodeAsync(release, [])).DisposeAsync();
        cluster.Nodes = [await cluster.StartOtherNodeAsync(release, Staging), await cluster.StartOtherNodeAsync(release, Staging)];
        return cluster;
    }

    /// <summary>Starts a node of this version as the other version's nodes are started; it is none of <see cref="Nodes"/>.</summary>
    public Task<HubProcess> StartStagingNodeAsync() => StartNodeAsync(Staging);

    /// <summary>Starts a node more; it is none of <see cref="Nodes"/>.</summary>
    /// <param name="more">Further settings, and variables of its environment.</param>
    public Task<HubProcess> StartNodeAsync(params (string Key, string Value)[] more) =>
        _installation.StartProcessAsync([.. Settings(), .. more]);

    // A version refuses settings that it does not know, and names them.
    private async Task<HubProcess> StartOtherNodeAsync(Release release, (string Key, string Value)[] more)
    {
        while (true)
        {
            try
            {
                return await _installation.StartOtherProcessAsync(release.Server, release.UnknownSettings, [.. Settings(), .. more]);
            }
            catch (InvalidOperationException refused) when (release.LearnUnknownSettings(refused.Message))
            {
            }
        }
    }

    private IEnumerable<(string Key, string Value)> Settings() =>
    [
        ("ConnectionStrings:IdentityHub",
            $"Host=127.0.0.1;Port={Network.Port};Database=postgres;Username=hub;Maximum Pool Size={PoolSize}"),
        ("IdentityHub:Email:Smtp:Host", "127.0.0.1"), ("IdentityHub:Email:Smtp:Port", $"{Mail.Port}"),
        ("IdentityHub:Email:Smtp:Security", "none"), ("IdentityHub:Email:Smtp:From", "hub@example.com"),
        ("IdentityHub:Otp:SendsPerClientAndHour", "10000000"), ("IdentityHub:Otp:SendsPerIpAndHour", "10000000"),
        ("IdentityHub:Shutdown:DrainTime", "00:00:01"),
    ];

    /// <summary>Puts another node in the place of one.</summary>
    public void Replace(int index, HubProcess node) => Nodes = [.. Nodes.Select((old, at) => at == index ? node : old)];

    /// <summary>Waits until every node is ready and has written something.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> WaitUntilBackAsync(TimeSpan atMost)
    {
        var watch = Stopwatch.StartNew();
        foreach (var node in Nodes)
            await Eventually.TrueAsync(() => WritesAsync(node.Client), atMost, "a node writes again");
        return watch.Elapsed;
    }

    /// <summary>A connection to the database itself, past the network.</summary>
    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(Postgres.ConnectionString + ";Pooling=false;Application Name=chaos");
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Runs a statement past the network.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _installation.DisposeAsync();
        Network.Dispose();
        Mail.Dispose();
        Postgres.Dispose();
    }

    private static async Task<bool> WritesAsync(HttpClient node)
    {
        try
        {
            return (await node.GetAnswerAsync("/health/ready")).Status == 200 && (await node.MachineAsync("machine-ref")).Status == 200;
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or TaskCanceledException)
        {
            return false;
        }
    }
}
