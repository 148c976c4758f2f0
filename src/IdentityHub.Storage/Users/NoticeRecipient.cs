namespace IdentityHub.Storage.Users;

/// <summary>The user that a security notice goes to.</summary>
/// <param name="Email">Proven to be theirs.</param>
public sealed record NoticeRecipient(string UserName, string Email)
{
    private const string FindSql =
        "SELECT user_name, email FROM users WHERE id = $1 AND email_confirmed = TRUE AND email IS NOT NULL";

    private const string HasOtherBrowserSql =
        " AND EXISTS (SELECT 1 FROM sessions WHERE sessions.user_id = $1 AND sessions.id <> $2 AND sessions.handle_hash IS NOT NULL)";

    /// <summary>The user with this id, inside a transaction that does more; null where they have no proven e-mail address.</summary>
    public static Task<NoticeRecipient?> FindAsync(SqlTransaction transaction, Guid userId, CancellationToken cancellationToken) =>
        transaction.Call(FindSql).With(userId).FirstOrNullAsync(Read, cancellationToken);

    /// <summary>The same, and null as well for a user who had no browser session before this one.</summary>
    public static Task<NoticeRecipient?> FindAsync(
        SqlTransaction transaction, Guid userId, Guid newSessionId, CancellationToken cancellationToken) =>
        transaction.Call(FindSql + HasOtherBrowserSql).With(userId).With(newSessionId).FirstOrNullAsync(Read, cancellationToken);

    private static NoticeRecipient Read(Sql.Row row) => new(row.Text("user_name"), row.Text("email"));

    /// <summary>Shows neither name nor address.</summary>
    public override string ToString() => nameof(NoticeRecipient);
}
