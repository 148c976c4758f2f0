using IdentityHub.Storage.Sessions;

namespace IdentityHub.Storage.SecondFactors;

/// <summary>
/// The rows of the second factors of a user, passkeys among them, for what removes them all: a reset, an erasure, the first proof of an
/// address.
/// </summary>
public static class SecondFactorRows
{
    /// <summary>The statements that remove them; <c>$1</c> is the user. A kind of second factor adds its own here.</summary>
    internal static IReadOnlyList<string> DeleteSql { get; } =
    [
        "DELETE FROM totp_authenticators WHERE user_id = $1",
        "DELETE FROM recovery_codes WHERE user_id = $1",
        "DELETE FROM user_passkeys WHERE user_id = $1",
        RememberedBrowserStore.ForgetAllSql,
    ];

    private static readonly string[] DeleteSinceSql =
    [
        "DELETE FROM totp_authenticators WHERE user_id = $1 AND created_at >= $2",
        "DELETE FROM recovery_codes WHERE user_id = $1 AND created_at >= $2",
    ];

    /// <summary>Removes the authenticator app and the recovery codes of a user that were added at a time or later.</summary>
    internal static async Task DeleteSinceAsync(
        SqlTransaction transaction, Guid userId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await SessionStore.HoldUserAsync(transaction, userId, cancellationToken);
        foreach (var statement in DeleteSinceSql)
            await transaction.Call(statement).With(userId).With(since).ExecuteAsync(cancellationToken);
        await SecondFactorFlag.RecountAsync(transaction, userId, cancellationToken);
    }

    /// <summary>Removes every second factor of a user inside a transaction.</summary>
    /// <returns>How many rows went; zero when the user had no second factor.</returns>
    public static async Task<int> DeleteAsync(SqlTransaction transaction, Guid userId, CancellationToken cancellationToken)
    {
        var removed = 0;
        await SessionStore.HoldUserAsync(transaction, userId, cancellationToken);
        foreach (var statement in DeleteSql)
            removed += await transaction.Call(statement).With(userId).ExecuteAsync(cancellationToken);
        await SecondFactorFlag.RecountAsync(transaction, userId, cancellationToken);
        return removed;
    }
}
