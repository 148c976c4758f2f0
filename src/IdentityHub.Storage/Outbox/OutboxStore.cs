namespace IdentityHub.Storage.Outbox;

/// <summary>A message that its taker alone may send until its lease ends.</summary>
/// <param name="Attempt">Which try this is, from 1; counted when it was taken, so that one which kills its taker counts too.</param>
public sealed record TakenMessage(Guid Id, string Channel, byte[] WrappedPayload, DateTimeOffset CreatedAt, int Attempt);

/// <summary>What waits to be sent.</summary>
/// <param name="Oldest">When the oldest of the messages was written; null where none waits.</param>
public sealed record OutboxBacklog(long Waiting, DateTimeOffset? Oldest);

/// <summary>A message as it is stored.</summary>
public sealed record StoredMessage(Guid Id, byte[] WrappedPayload);

/// <summary>A message as administrators see it; nothing of its content.</summary>
/// <param name="LastError">What the last try answered.</param>
/// <param name="DeadAt">When it was given up.</param>
public sealed record ListedMessage(
    Guid Id, string Channel, DateTimeOffset CreatedAt, DateTimeOffset NextAttemptAt, int Attempts, string? LastError,
    DateTimeOffset? DeadAt);

/// <summary>Messages that wait to be sent.</summary>
public sealed class OutboxStore(HubDatabase database)
{
    private const string InsertSql =
        """
        INSERT INTO outbox_messages (id, channel, wrapped_payload, created_at, next_attempt_at, attempts) VALUES ($1, $2, $3, $4, $4, 0)
        """;

    private const string ListSql =
        "SELECT id, wrapped_payload FROM outbox_messages WHERE channel = $1 AND created_at >= $2 AND id > $3 ORDER BY id LIMIT 500";

    private const string BacklogSql =
        "SELECT count(*) AS waiting, min(created_at) AS oldest FROM outbox_messages WHERE delivered_at IS NULL AND dead_at IS NULL";

    // Messages that are due, and messages that a worker took and did not finish. Computed once, before the update reads it: a plan that ran
    // it again for each row would take more than the limit.
    private const string DueSql =
        """
        SELECT id FROM outbox_messages
        WHERE channel = $1 AND next_attempt_at <= $2 AND delivered_at IS NULL AND dead_at IS NULL AND (locked_until IS NULL OR locked_until <= $2)
        ORDER BY next_attempt_at LIMIT $4
        """;

    // One row by its key. The condition is not that of the index of waiting messages: as long as few wait, by what PostgreSQL knows, it
    // would read all of that index in place of the key.
    private const string IsWaitingSql = "COALESCE(delivered_at, dead_at) IS NULL";

    private const string DeliveredSql =
        $"UPDATE outbox_messages SET delivered_at = $1, locked_until = NULL, last_error = NULL WHERE id = $2 AND {IsWaitingSql}";

    private const string FailedSql =
        $"""
        UPDATE outbox_messages SET next_attempt_at = $1, locked_until = NULL, last_error = $2
        WHERE id = $3 AND attempts = $4 AND {IsWaitingSql}
        """;

    private const string DeadSql =
        $"""
        UPDATE outbox_messages SET dead_at = $1, locked_until = NULL, last_error = $2
        WHERE id = $3 AND attempts = $4 AND {IsWaitingSql}
        """;

    private const string MakeDueSql =
        """
        UPDATE outbox_messages SET
            next_attempt_at = CASE WHEN next_attempt_at > $2 THEN $1 ELSE next_attempt_at END,
            locked_until = CASE WHEN locked_until > $3 THEN NULL ELSE locked_until END
        WHERE delivered_at IS NULL AND dead_at IS NULL AND (next_attempt_at > $2 OR locked_until > $3)
        """;

    private const string StuckSql =
        """
        SELECT id, channel, created_at, next_attempt_at, attempts, last_error, dead_at FROM outbox_messages
        WHERE delivered_at IS NULL AND (dead_at IS NOT NULL OR last_error IS NOT NULL) AND id > $1 ORDER BY id LIMIT $2
        """;

    private const string AgainSql =
        """
        UPDATE outbox_messages SET dead_at = NULL, next_attempt_at = $1, attempts = 0
        WHERE id = $2 AND delivered_at IS NULL AND (locked_until IS NULL OR locked_until <= $1)
        """;

    private readonly string _takeSql =
        $"""
        WITH due AS MATERIALIZED ({DueSql}{database.TakeRowsSql})
        UPDATE outbox_messages SET locked_until = $3, attempts = attempts + 1
        FROM due WHERE outbox_messages.id = due.id
        RETURNING outbox_messages.id AS id, channel, wrapped_payload, created_at, attempts
        """;

    /// <summary>Adds a message inside the transaction that causes it: both or neither.</summary>
    public static Task InsertAsync(SqlTransaction transaction, OutboxMessage message, CancellationToken cancellationToken) =>
        transaction
            .Call(InsertSql)
            .With(message.Id)
            .With(message.Channel)
            .With(message.WrappedPayload)
            .With(message.CreatedAt)
            .ExecuteAsync(cancellationToken);

    /// <summary>Messages of a channel, settled or not, in the order of their ids, at most 500 at once.</summary>
    /// <param name="since">Those that are not older.</param>
    /// <param name="after">The last one of the call before; the empty id for the first.</param>
    public static Task<List<StoredMessage>> ListAsync(
        SqlTransaction transaction, string channel, DateTimeOffset since, Guid after, CancellationToken cancellationToken) =>
        transaction.Call(ListSql).With(channel).With(since).With(after).ListAsync(
            static row => new StoredMessage(row.Guid("id"), row.Bytes("wrapped_payload")), cancellationToken);

    /// <summary>Removes a message, inside the transaction that erases its recipient.</summary>
    public static Task EraseAsync(SqlTransaction transaction, Guid id, CancellationToken cancellationToken) =>
        transaction.Call("DELETE FROM outbox_messages WHERE id = $1").With(id).ExecuteAsync(cancellationToken);

    /// <summary>Messages that were not delivered when they were tried, or were given up, in the order of their ids.</summary>
    /// <param name="after">The last one of the page before; the empty id for the first.</param>
    /// <param name="most">No more than these.</param>
    public Task<List<ListedMessage>> ListStuckAsync(Guid after, int most, CancellationToken cancellationToken) =>
        database.Call(StuckSql).With(after).With(most).ListAsync(
            static row => new ListedMessage(
                row.Guid("id"), row.Text("channel"), row.Time("created_at"), row.Time("next_attempt_at"), row.Int("attempts"),
                row.TextOrNull("last_error"), row.TimeOrNull("dead_at")),
            cancellationToken);

    /// <summary>Makes a message that is not delivered due now, with all its tries before it, also one that was given up.</summary>
    /// <returns>False where there is none, it is delivered, or a deliverer has it at the moment.</returns>
    public static async Task<bool> TrySendAgainAsync(
        SqlTransaction transaction, Guid id, DateTimeOffset now, CancellationToken cancellationToken) =>
        await transaction.Call(AgainSql).With(now).With(id).ExecuteAsync(cancellationToken) == 1;

    /// <summary>Messages that are neither delivered nor given up, in all channels.</summary>
    public async Task<OutboxBacklog> ReadBacklogAsync(CancellationToken cancellationToken) =>
        (await database.Call(BacklogSql).FirstOrNullAsync(
            static row => new OutboxBacklog(row.Long("waiting"), row.TimeOrNull("oldest")), cancellationToken))!;

    /// <summary>Takes due messages of a channel. Two takers at once never take the same one.</summary>
    /// <param name="leaseEnd">Afterwards another may take what is not settled.</param>
    /// <param name="most">No more than these.</param>
    public Task<List<TakenMessage>> TakeAsync(
        string channel, DateTimeOffset now, DateTimeOffset leaseEnd, int most, CancellationToken cancellationToken) =>
        database.Call(_takeSql).With(channel).With(now).With(leaseEnd).With(most).ListAsync(
            static row => new TakenMessage(
                row.Guid("id"), row.Text("channel"), row.Bytes("wrapped_payload"), row.Time("created_at"), row.Int("attempts")),
            cancellationToken);

    /// <summary>
    /// Makes messages due that wait, or are held, for longer than any does: the clock was ahead when that was written.
    /// </summary>
    /// <param name="latestAttempt">None waits longer.</param>
    /// <param name="latestHold">None is held longer.</param>
    /// <returns>How many there were.</returns>
    public Task<int> MakeDueAsync(
        DateTimeOffset now, DateTimeOffset latestAttempt, DateTimeOffset latestHold, CancellationToken cancellationToken) =>
        database.Call(MakeDueSql).With(now).With(latestAttempt).With(latestHold).ExecuteAsync(cancellationToken);

    /// <summary>Notes that a message was sent; right even when its lease has ended meanwhile.</summary>
    /// <returns>False when that was known, or it had been given up.</returns>
    public async Task<bool> TryMarkDeliveredAsync(Guid id, DateTimeOffset now, CancellationToken cancellationToken) =>
        await database.Call(DeliveredSql).With(now).With(id).ExecuteAsync(cancellationToken) == 1;

    /// <summary>Notes that a try failed, and when the next one is due.</summary>
    /// <param name="error">Nothing of the payload; at most 512 characters.</param>
    /// <returns>False when another has taken the message since, or settled it.</returns>
    public async Task<bool> TryMarkFailedAsync(
        TakenMessage message, DateTimeOffset nextAttemptAt, string error, CancellationToken cancellationToken) =>
        await database
            .Call(FailedSql)
            .With(nextAttemptAt)
            .With(error)
            .With(message.Id)
            .With(message.Attempt)
            .ExecuteAsync(cancellationToken) == 1;

    /// <summary>Gives a message up.</summary>
    /// <inheritdoc cref="TryMarkFailedAsync"/>
    public async Task<bool> TryMarkDeadAsync(TakenMessage message, DateTimeOffset now, string error, CancellationToken cancellationToken) =>
        await database.Call(DeadSql).With(now).With(error).With(message.Id).With(message.Attempt).ExecuteAsync(cancellationToken) == 1;
}
