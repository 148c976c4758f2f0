using IdentityHub.Testing;

namespace IdentityHub.Deploy.Tests.Support;

/// <summary>Two nodes on one PostgreSQL, each a process of its own on the stage production, as an installation has them.</summary>
internal sealed class ProductionNodes : IAsyncDisposable
{
    public const string Issuer = "https://id.example.com";

    /// <summary>The password of alice, and what every client's secret ends with.</summary>
    public const string Password = "Long-Words-And-Numbers-4711";

    private const string Config =
        $$"""
        organizations: [{ id: acme, name: Acme }]
        users:
          - { id: 11111111-1111-4111-8111-111111111111, user_name: alice, email: alice@example.com, password: "plain:{{Password}}",
              organization: acme }
        clients:
          - { client_id: machine, grant_types: [client_credentials], client_secrets: [{ value: "plain:machine-secret" }] }
        """;

    private readonly Installation _installation;
    private readonly (string Key, string Value)[] _settings;

    private ProductionNodes(Installation installation, (string Key, string Value)[] settings) =>
        (_installation, _settings) = (installation, settings);

    public TestDatabase Database => _installation.Database;

    public IReadOnlyList<HubProcess> All { get; private set; } = [];

    public static async Task<ProductionNodes> StartAsync(int count, params (string Key, string Value)[] more)
    {
        var installation = await Installation.CreateAsync(Config, DatabaseKind.Postgres, makesOwnKeys: true);

        // Users are in files on the stage development only.
        await using (await installation.StartNodeAsync(TimeProvider.System))
            await installation.PassForProductionAsync();
        var nodes = new ProductionNodes(
            installation,
            [
                ("ASPNETCORE_ENVIRONMENT", "Production"), ("IdentityHub:Stage", "production"), ("IdentityHub:Issuer", Issuer),
                ("IdentityHub:Passwords:Iterations", "220000"), ("IdentityHub:TrustedProxies", "127.0.0.1"),
                ("IdentityHub:Shutdown:DrainTime", "00:00:03"), .. more,
            ]);
        nodes.All = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => nodes.StartOneAsync()));
        return nodes;
    }

    public ValueTask DisposeAsync() => _installation.DisposeAsync();

    private Task<HubProcess> StartOneAsync() => _installation.StartProcessAsync(_settings);
}
