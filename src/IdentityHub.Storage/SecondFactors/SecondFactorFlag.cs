using IdentityHub.Storage.Sessions;

namespace IdentityHub.Storage.SecondFactors;

/// <summary>
/// Keeps <c>users.two_factor_enabled</c>: true while the user has a second factor. A login reads it together with the rest of the
/// credential, so that the login of a user without a second factor costs no further statement. Every transaction that adds or removes a
/// factor writes it, before it changes the rows of the factor: the row of the user is locked first, as in every transaction. The browsers
/// that stand for the factors before are forgotten with it.
/// </summary>
public static class SecondFactorFlag
{
    private const string SetSql = "UPDATE users SET two_factor_enabled = TRUE WHERE id = $1";

    // A kind of second factor adds one line here. Recovery codes are none: they go with the last factor.
    private const string RecountSql =
        """
        UPDATE users SET two_factor_enabled = (
            EXISTS (SELECT 1 FROM totp_authenticators t WHERE t.user_id = users.id)
        )
        WHERE id = $1
        """;

    private const string DropCodesSql =
        """
        DELETE FROM recovery_codes
        WHERE user_id = $1 AND EXISTS (SELECT 1 FROM users WHERE id = $1 AND two_factor_enabled = FALSE)
        """;

    /// <summary>Says that the user has a second factor, in the transaction that adds it and before it is added.</summary>
    public static async Task SetAsync(SqlTransaction transaction, Guid userId, CancellationToken cancellationToken)
    {
        await transaction.Call(SetSql).With(userId).ExecuteAsync(cancellationToken);
        await RememberedBrowserStore.ForgetAllAsync(transaction, userId, cancellationToken);
    }

    /// <summary>
    /// Says whether the user still has a second factor, in the transaction that has removed one. With the last one the recovery codes go.
    /// </summary>
    public static async Task RecountAsync(SqlTransaction transaction, Guid userId, CancellationToken cancellationToken)
    {
        await transaction.Call(RecountSql).With(userId).ExecuteAsync(cancellationToken);
        await transaction.Call(DropCodesSql).With(userId).ExecuteAsync(cancellationToken);
        await RememberedBrowserStore.ForgetAllAsync(transaction, userId, cancellationToken);
    }
}
