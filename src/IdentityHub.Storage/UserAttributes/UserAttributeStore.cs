using IdentityHub.Storage.Sessions;

namespace IdentityHub.Storage.UserAttributes;

/// <summary>The values that an attribute of a user is to have in place of those that it has.</summary>
/// <param name="Values">Each in the form of its type, no two alike; empty takes the attribute away.</param>
public sealed record AttributeChange(string Name, IReadOnlyList<string> Values, bool IsUnique, bool IsSearchable)
{
    /// <summary>The rows of a user who has none of the attribute yet.</summary>
    public IEnumerable<UserAttributeValue> RowsOf(Guid userId) => Values.Select(value => new UserAttributeValue
    {
        UserId = userId,
        Name = Name,
        Value = value,
        IsUnique = IsUnique,
        IsSearchable = IsSearchable,
    });

    /// <summary>Shows the name only.</summary>
    public override string ToString() => $"{nameof(AttributeChange)} {{ {Name} }}";
}

/// <summary>What became of a change of a user's data.</summary>
/// <param name="IsGone">True when the account is erased, or the session that asked has ended: nothing was changed.</param>
/// <param name="Taken">Name of an attribute whose value another user has, so that nothing was changed; else null.</param>
public sealed record UserChange(bool IsGone, string? Taken)
{
    /// <summary>Everything was changed.</summary>
    public static readonly UserChange Done = new(IsGone: false, Taken: null);
}

/// <summary>Names and language that users may give themselves; null takes a value away.</summary>
public sealed record OwnNames(string? GivenName, string? FamilyName, string? Locale)
{
    /// <summary>Shows nothing of the person.</summary>
    public override string ToString() => nameof(OwnNames);
}

/// <summary>Attributes that the configuration defines for users. What a value may be is checked before.</summary>
public sealed class UserAttributeStore(HubDatabase database)
{
    private const string FindSql = "SELECT name, value FROM user_attributes WHERE user_id = $1";

    private const string DeleteSql = "DELETE FROM user_attributes WHERE user_id = $1 AND name = $2";

    // The index of unique values decides who of several gets one.
    private const string InsertSql =
        """
        INSERT INTO user_attributes (user_id, name, value, is_unique, is_searchable) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING
        """;

    private const string TouchSql = "UPDATE users SET updated_at = $1 WHERE id = $2";

    private const string SetNamesSql =
        "UPDATE users SET given_name = $1, family_name = $2, locale = $3, updated_at = $4, concurrency_stamp = $5 WHERE id = $6";

    /// <summary>The values of each attribute that the user has, by its name, in ordinal order.</summary>
    public Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> FindAsync(Guid userId, CancellationToken cancellationToken) =>
        FindAsync(database.Call, userId, cancellationToken);

    /// <summary>The same from the database or inside a transaction.</summary>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> FindAsync(
        Func<string, Sql.SqlCall> call, Guid userId, CancellationToken cancellationToken) =>
        Grouped(await call(FindSql).With(userId).ListAsync(Read, cancellationToken));

    /// <summary>Changes the names, the language and some attributes of the user of a session: all or nothing.</summary>
    /// <param name="sessionId">The session in which the user asks for it.</param>
    public Task<UserChange> TryChangeOwnAsync(
        Guid userId, Guid sessionId, OwnNames names, IReadOnlyList<AttributeChange> changes, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        database.RunAsync(
            userId,
            async transaction =>
            {
                if (!await SessionStore.TryHoldOwnAsync(transaction, userId, sessionId, cancellationToken))
                    return new UserChange(IsGone: true, null);
                if (await TryChangeAsync(transaction, userId, changes, cancellationToken) is { } taken)
                    return new UserChange(IsGone: false, taken);
                await transaction.Call(SetNamesSql)
                    .With(names.GivenName)
                    .With(names.FamilyName)
                    .With(names.Locale)
                    .With(now)
                    .With(Guid.NewGuid().ToString())
                    .With(userId)
                    .ExecuteAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return UserChange.Done;
            },
            cancellationToken);

    /// <summary>Changes attributes of a user: all or none.</summary>
    /// <param name="onChanged">Done in the same transaction; null for nothing.</param>
    public Task<UserChange> TryChangeAsync(
        Guid userId, IReadOnlyList<AttributeChange> changes, DateTimeOffset now, CancellationToken cancellationToken,
        Func<SqlTransaction, Task>? onChanged = null) =>
        database.RunAsync(
            userId,
            async transaction =>
            {
                if (!await SessionStore.TryHoldUserAsync(transaction, userId, cancellationToken))
                    return new UserChange(IsGone: true, null);
                await transaction.Call(TouchSql).With(now).With(userId).ExecuteAsync(cancellationToken);
                if (await TryChangeAsync(transaction, userId, changes, cancellationToken) is { } taken)
                    return new UserChange(IsGone: false, taken);
                if (onChanged is not null)
                    await onChanged(transaction);
                await transaction.CommitAsync(cancellationToken);
                return UserChange.Done;
            },
            cancellationToken);

    /// <summary>
    /// The same inside a transaction that holds the row of a user who is not erased, and must not commit where a value is taken.
    /// </summary>
    /// <returns>Name of an attribute whose value another user has; null when all were changed.</returns>
    public static async Task<string?> TryChangeAsync(
        SqlTransaction transaction, Guid userId, IReadOnlyList<AttributeChange> changes, CancellationToken cancellationToken)
    {
        foreach (var change in changes.OrderBy(change => change.Name, StringComparer.Ordinal))
        {
            await transaction.Call(DeleteSql).With(userId).With(change.Name).ExecuteAsync(cancellationToken);
            foreach (var value in change.Values.Order(StringComparer.Ordinal))
            {
                var inserted = await transaction.Call(InsertSql).With(userId).With(change.Name).With(value).With(change.IsUnique)
                    .With(change.IsSearchable).ExecuteAsync(cancellationToken);
                if (inserted != 1)
                    return change.Name;
            }
        }

        return null;
    }

    /// <summary>The values of each attribute of one user, by its name, in ordinal order.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Group(IEnumerable<UserAttributeValue> attributes) =>
        Grouped(attributes.Select(attribute => KeyValuePair.Create(attribute.Name, attribute.Value)));

    private static KeyValuePair<string, string> Read(Sql.Row row) => KeyValuePair.Create(row.Text("name"), row.Text("value"));

    private static Dictionary<string, IReadOnlyList<string>> Grouped(IEnumerable<KeyValuePair<string, string>> rows) =>
        rows.GroupBy(row => row.Key, row => row.Value, StringComparer.Ordinal).ToDictionary(
            values => values.Key, IReadOnlyList<string> (values) => [.. values.Order(StringComparer.Ordinal)], StringComparer.Ordinal);
}
