using BenchmarkDotNet.Attributes;
using IdentityHub.Protocol;
using IdentityHub.Storage.Postgres;
using IdentityHub.Storage.RefreshTokens;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Benchmarks;

/// <summary>
/// One family rotated onwards on one connection: the latency of the one statement, with its commit. Needs an empty
/// PostgreSQL database in the environment variable <see cref="ConnectionVariable"/>; <c>load/with-postgres.sh</c> gives one.
/// </summary>
[MemoryDiagnoser]
public class RefreshRotation
{
    /// <summary>Names the connection string.</summary>
    public const string ConnectionVariable = "IDENTITYHUB_BENCHMARK_POSTGRES";

    private const string ClientId = "benchmark";

    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private PostgresDatabase? _database;
    private RefreshTokenStore? _store;
    private byte[] _newest = [];

    // BenchmarkDotNet's in-process run waits for benchmarks, not for asynchronous setups.
    [GlobalSetup]
    public void StartFamily() => StartFamilyAsync().GetAwaiter().GetResult();

    [Benchmark]
    public async Task RotateAsync()
    {
        var successor = TokenHash.Of(OpaqueToken.Create(OpaqueTokenType.RefreshToken));
        var rotation = await _store!.RotateAsync(_newest, ClientId, successor, _now.AddDays(15), _now, CancellationToken.None);
        if (rotation is not { Rotated: true })
            throw new InvalidOperationException("The newest token of a live family was not rotated.");
        _newest = successor;
    }

    [GlobalCleanup]
    public void Close() => _database?.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task StartFamilyAsync()
    {
        var connectionString = Environment.GetEnvironmentVariable(ConnectionVariable)
            ?? throw new InvalidOperationException($"{ConnectionVariable} is not set: run load/with-postgres.sh COMMAND.");
        _database = PostgresDatabase.Open(connectionString);
        _store = new RefreshTokenStore(_database);
        _newest = TokenHash.Of(OpaqueToken.Create(OpaqueTokenType.RefreshToken));

        await using var context = _database.NewContext();
        await context.Database.MigrateAsync();
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
        context.Add(new RefreshToken { TokenHash = _newest, FamilyId = family.Id, IssuedAt = _now, ExpiresAt = _now.AddDays(15) });
        await context.SaveChangesAsync();
    }
}
