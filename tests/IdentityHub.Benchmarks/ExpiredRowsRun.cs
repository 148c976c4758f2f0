using System.Diagnostics;
using System.Globalization;
using IdentityHub.Protocol;
using IdentityHub.Storage;
using IdentityHub.Storage.CleanUp;
using IdentityHub.Storage.Postgres;
using IdentityHub.Storage.RefreshTokens;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace IdentityHub.Benchmarks;

/// <summary>
/// What the removal of expired rows costs those who refresh: the verb <c>expired-rows</c>. Rotates refresh tokens on several connections,
/// first alone, then while two clean-up jobs remove the rows as two nodes would. ASSURANCE F11.
/// </summary>
internal static class ExpiredRowsRun
{
    private const string ClientId = "benchmark";
    private const int Chains = 8;
    private static readonly TimeProvider Clock = TimeProvider.System;
    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // The key is made after the rows: ten million random values one by one would take longer than all the rest.
    private const string FillSql =
        """
        ALTER TABLE refresh_tokens DROP CONSTRAINT "PK_refresh_tokens";
        INSERT INTO refresh_tokens (token_hash, family_id, issued_at, expires_at)
        SELECT decode(md5(i::text) || md5((-i)::text), 'hex'), gen_random_uuid(), now() - interval '60 days',
               now() - interval '30 days' + i * interval '1 ms'
        FROM generate_series(1, {0}) i;
        ALTER TABLE refresh_tokens ADD CONSTRAINT "PK_refresh_tokens" PRIMARY KEY (token_hash);
        ANALYZE refresh_tokens
        """;

    /// <summary>Measures and prints.</summary>
    /// <param name="args"><c>--rows N</c> (1,000,000).</param>
    public static async Task RunAsync(string[] args)
    {
        var rows = Array.IndexOf(args, "--rows") is var at and >= 0 ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : 1_000_000;
        var connectionString = Environment.GetEnvironmentVariable(RefreshRotation.ConnectionVariable)
            ?? throw new InvalidOperationException($"{RefreshRotation.ConnectionVariable} is not set: run load/with-postgres.sh COMMAND.");
        await using var database = PostgresDatabase.Open(connectionString);
        await using (var context = database.NewContext())
            await context.Database.MigrateAsync();
        await FillAsync(connectionString, rows);
        var tokens = await StartChainsAsync(database);

        var alone = await MeasureAsync(database, tokens, Task.Delay(Alone, Clock));
        var watch = Stopwatch.StartNew();
        var beside = await MeasureAsync(database, tokens, Task.WhenAll(CleanAsync(connectionString), CleanAsync(connectionString)));
        var seconds = watch.Elapsed.TotalSeconds;
        await using var check = database.NewContext();
        var now = TimeProvider.System.GetUtcNow();
        var left = await check.RefreshTokens.CountAsync(token => token.ExpiresAt < now);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{rows:N0} expired rows removed by two jobs in {seconds:0} s, {rows / seconds:N0} a second; {left} left"));
        Console.WriteLine($"refresh alone:  {Describe(alone)}");
        Console.WriteLine($"refresh beside: {Describe(beside)}");
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"p99 beside / alone: {At(beside, 0.99) / At(alone, 0.99):0.00}"));
    }

    private static async Task FillAsync(string connectionString, int rows)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var fill = connection.CreateCommand();
        fill.CommandText = FillSql.Replace("{0}", rows.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        fill.CommandTimeout = 0;
        await fill.ExecuteNonQueryAsync();
    }

    private static async Task CleanAsync(string connectionString)
    {
        await using var database = PostgresDatabase.Open(connectionString);
        var rows = new ExpiredRows(database);
        var now = TimeProvider.System.GetUtcNow();
        while (await rows.DeleteBatchAsync(now, now.AddDays(-400), CancellationToken.None) > 0)
            await Task.Delay(Pause, Clock);
    }

    private static async Task<List<double>> MeasureAsync(HubDatabase database, byte[][] tokens, Task until)
    {
        var store = new RefreshTokenStore(database);
        var times = await Task.WhenAll(
            Enumerable.Range(0, tokens.Length).Select(chain => Task.Run(async () =>
            {
                var own = new List<double>();
                while (!until.IsCompleted)
                {
                    var successor = TokenHash.Of(OpaqueToken.Create(OpaqueTokenType.RefreshToken));
                    var (now, watch) = (TimeProvider.System.GetUtcNow(), Stopwatch.StartNew());
                    if (await store.RotateAsync(tokens[chain], ClientId, successor, now.AddDays(15), now, CancellationToken.None)
                        is not { Rotated: true })
                        throw new InvalidOperationException("The newest token of a live family was not rotated.");
                    own.Add(watch.Elapsed.TotalMilliseconds);
                    tokens[chain] = successor;
                }

                return own;
            })));
        await until;
        return [.. times.SelectMany(static own => own).Order()];
    }

    private static string Describe(List<double> times) => string.Create(
        CultureInfo.InvariantCulture,
        $"{times.Count:N0} rotations, p50 {At(times, 0.5):0.00} ms, p99 {At(times, 0.99):0.00} ms, "
            + $"p99.9 {At(times, 0.999):0.00} ms, longest {times[^1]:0} ms");

    private static double At(List<double> times, double share) => times[(int)((times.Count - 1) * share)];

    private static async Task<byte[][]> StartChainsAsync(HubDatabase database)
    {
        var now = TimeProvider.System.GetUtcNow();
        var tokens = new byte[Chains][];
        await using var context = database.NewContext();
        for (var chain = 0; chain < Chains; chain++)
        {
            var id = Guid.CreateVersion7();
            var user = new User { Id = id, UserName = $"benchmark-{id:N}", CreatedAt = now, UpdatedAt = now };
            var session = new Session
            {
                Id = Guid.CreateVersion7(),
                UserId = user.Id,
                EffectiveUserId = user.Id,
                Endpoint = "benchmark",
                AuthenticatedAt = now,
                AuthenticationMethods = "pwd",
                CreatedAt = now,
                LastSeenAt = now,
                ExpiresAt = now.AddDays(90),
            };
            var family = new RefreshTokenFamily
            {
                Id = Guid.CreateVersion7(),
                SessionId = session.Id,
                UserId = user.Id,
                ClientId = ClientId,
                Scopes = "openid offline_access",
                AuthenticatedAt = now,
                CreatedAt = now,
                ExpiresAt = now.AddDays(90),
            };
            tokens[chain] = TokenHash.Of(OpaqueToken.Create(OpaqueTokenType.RefreshToken));
            context.AddRange(user, session, family);
            context.Add(
                new RefreshToken { TokenHash = tokens[chain], FamilyId = family.Id, IssuedAt = now, ExpiresAt = now.AddDays(15) });
        }

        await context.SaveChangesAsync();
        return tokens;
    }
}
