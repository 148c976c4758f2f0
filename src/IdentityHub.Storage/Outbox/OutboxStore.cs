namespace IdentityHub.Storage.Outbox;

/// <summary>Messages that wait to be sent.</summary>
public sealed class OutboxStore
{
    private const string InsertSql =
        """
        INSERT INTO outbox_messages (id, channel, wrapped_payload, created_at, next_attempt_at, attempts) VALUES ($1, $2, $3, $4, $4, 0)
        """;

    /// <summary>Adds a message inside the transaction that causes it: both or neither.</summary>
    public static Task InsertAsync(SqlTransaction transaction, OutboxMessage message, CancellationToken cancellationToken) =>
        transaction.Call(InsertSql).With(message.Id).With(message.Channel).With(message.WrappedPayload).With(message.CreatedAt).ExecuteAsync(cancellationToken);
}
