using IdentityHub.Storage.Sql;

namespace IdentityHub.Storage.UserData;

/// <summary>Reads what is stored of a user, section by section.</summary>
public sealed class UserDataStore(HubDatabase database)
{
    /// <summary>Rows of one section; older ones are left out.</summary>
    public const int Most = 10_000;

    /// <summary>
    /// The rows of a section, the newest first: each value of a row is a string, a boolean, a <see cref="Guid"/>, a
    /// <see cref="DateTimeOffset"/> or null.
    /// </summary>
    public Task<List<object?[]>> ListAsync(UserDataSection section, Guid userId, CancellationToken cancellationToken) =>
        database.Call(SqlOf(section)).With(userId)
            .ListAsync(row => section.Columns.Select(column => ValueOf(row, column)).ToArray(), cancellationToken);

    private static string SqlOf(UserDataSection section) =>
        $"SELECT {string.Join(", ", section.Columns.Select(column => $"{column.Expression ?? column.Name} AS {column.Name}"))} "
            + $"FROM {section.From} ORDER BY {section.Order} DESC LIMIT {Most}";

    private static object? ValueOf(Row found, UserDataColumn column) => column.Kind switch
    {
        UserDataKind.Flag => found.Bool(column.Name),
        UserDataKind.Time => found.TimeOrNull(column.Name),
        UserDataKind.Id => found.GuidOrNull(column.Name),
        UserDataKind.Text or UserDataKind.Json => found.TextOrNull(column.Name),
    };
}
