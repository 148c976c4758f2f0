using Npgsql;

namespace IdentityHub.Chaos.Faults;

/// <summary>A lock on the tables of tokens keeps every connection of the pools waiting. ASSURANCE F4.</summary>
internal sealed class PoolExhausted : IFault
{
    public string Name => "pool-exhausted";

    public async Task HappenAsync(Cluster cluster, TimeSpan time)
    {
        await using var connection = await cluster.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(
            "LOCK TABLE access_tokens, refresh_tokens, sessions, used_identifiers IN ACCESS EXCLUSIVE MODE", connection, transaction);
        await command.ExecuteNonQueryAsync();
        await Task.Delay(time);
        await transaction.RollbackAsync();
    }
}
