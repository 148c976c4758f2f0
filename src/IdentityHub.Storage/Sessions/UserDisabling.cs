using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Storage.Sessions;

/// <summary>Disables and enables users, inside a transaction that does more.</summary>
public static class UserDisabling
{
    // Changes the row in any case: logins and clones of the user wait for it.
    private const string DisableSql = "UPDATE users SET disabled_at = COALESCE(disabled_at, $1) WHERE id = $2";
    private const string EnableSql = "UPDATE users SET disabled_at = NULL WHERE id = $1";

    // A directory enables only whom it has disabled itself, and no one else since.
    private const string ForgetDirectorySql = "UPDATE directory_users SET deactivated_at = NULL WHERE user_id = $1";

    /// <summary>
    /// Disables a user: nothing is issued to them, and nothing that was issued is accepted. The sessions are ended so that clients are
    /// told, and so that none revives.
    /// </summary>
    /// <returns>The sessions that ended by it.</returns>
    public static async Task<IReadOnlyList<EndedSession>> DisableAsync(
        SqlTransaction transaction, Guid userId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await transaction.Call(DisableSql).With(now).With(userId).ExecuteAsync(cancellationToken);
        var ended = await SessionStore.EndAllOfUserAsync(
            transaction, userId, except: null, SessionEndReasons.UserDisabled, now, cancellationToken);
        await transaction.Call(ForgetDirectorySql).With(userId).ExecuteAsync(cancellationToken);
        return ended;
    }

    /// <summary>Enables a user. They log in again: what was ended stays so.</summary>
    /// <returns>False when the account is erased.</returns>
    public static async Task<bool> TryEnableAsync(SqlTransaction transaction, Guid userId, CancellationToken cancellationToken)
    {
        if (!await SessionStore.TryHoldUserAsync(transaction, userId, cancellationToken))
            return false;
        await transaction.Call(EnableSql).With(userId).ExecuteAsync(cancellationToken);
        await transaction.Call(ForgetDirectorySql).With(userId).ExecuteAsync(cancellationToken);
        return true;
    }
}
