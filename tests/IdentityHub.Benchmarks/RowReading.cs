using BenchmarkDotNet.Attributes;
using IdentityHub.Protocol;
using IdentityHub.Storage;
using IdentityHub.Storage.RefreshTokens;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;

namespace IdentityHub.Benchmarks;

/// <summary>
/// Reads a refresh token with its family, session and user: one row of 24 columns. On PostgreSQL it needs a server for tests:
/// <c>export IDENTITYHUB_TEST_POSTGRES=$(bash tests/postgres.sh start $$)</c>.
/// </summary>
[MemoryDiagnoser]
public class RowReading
{
    private const string ClientId = "benchmark";

    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private readonly byte[] _hash = TokenHash.Of(OpaqueToken.Create(OpaqueTokenType.RefreshToken));
    private TestDatabase? _storage;
    private RefreshTokenStore? _store;

    [Params(DatabaseKind.Sqlite, DatabaseKind.Postgres)]
    public DatabaseKind Database { get; set; }

    // BenchmarkDotNet's in-process run waits for benchmarks, not for asynchronous setups.
    [GlobalSetup]
    public void Store() => StoreAsync().GetAwaiter().GetResult();

    [Benchmark]
    public async Task<string> FindAsync() => (await _store!.FindAsync(_hash, ClientId, _now, CancellationToken.None))!.Scopes;

    [GlobalCleanup]
    public void Close() => _storage?.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task StoreAsync()
    {
        _storage = await TestDatabase.CreateAsync(Database);
        var database = _storage.Open();
        _store = new RefreshTokenStore(database);
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        var user = new User { Id = Guid.CreateVersion7(), UserName = $"benchmark-{Guid.NewGuid():N}", CreatedAt = _now, UpdatedAt = _now };
        var session = new Session
        {
            Id = Guid.CreateVersion7(),
            UserId = user.Id,
            EffectiveUserId = user.Id,
            Endpoint = "benchmark",
            AuthenticatedAt = _now,
            AuthenticationMethods = "pwd",
            CreatedAt = _now,
            LastSeenAt = _now,
            ExpiresAt = _now.AddDays(90),
        };
        var family = new RefreshTokenFamily
        {
            Id = Guid.CreateVersion7(),
            SessionId = session.Id,
            UserId = user.Id,
            ClientId = ClientId,
            Scopes = "openid offline_access",
            AuthenticatedAt = _now,
            CreatedAt = _now,
            ExpiresAt = _now.AddDays(90),
        };
        context.AddRange(user, session, family);
        context.Add(new RefreshToken { TokenHash = _hash, FamilyId = family.Id, IssuedAt = _now, ExpiresAt = _now.AddDays(15) });
        await context.SaveChangesAsync();
    }
}
