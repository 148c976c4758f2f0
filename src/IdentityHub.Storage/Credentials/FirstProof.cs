using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.SecondFactors;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Storage.Credentials;

/// <summary>What the first proof of an address has changed.</summary>
/// <param name="SecurityStamp">The user's new one.</param>
/// <param name="Ended">Sessions that ended by it.</param>
public sealed record ProvenAddress(string SecurityStamp, IReadOnlyList<EndedSession> Ended)
{
    public override string ToString() => nameof(ProvenAddress);
}

/// <summary>
/// The first proof of an address that was never proven before. The address was typed when the account was made, perhaps not by its owner.
/// The proof confirms the address and removes every credential, every session and every grant from before it: password, verifier, passkeys,
/// second factors, upstream logins, reset tokens, links that undo a change of an address, consents, and the other address, because a code
/// that is sent there signs in as well (docs/decisions/0014). ASSURANCE L5.
/// </summary>
public static class FirstProof
{
    private const string ConfirmEmailSql =
        """
        UPDATE users SET email_confirmed = TRUE, phone_number = NULL, phone_number_confirmed = FALSE, password_hash = NULL, client_verifier = NULL,
                         client_verifier_stamp = NULL, two_factor_enabled = FALSE, security_stamp = $1, concurrency_stamp = $2, updated_at = $3
        WHERE id = $4 AND email_confirmed = FALSE AND ($5 = '' OR normalized_email = $5)
        """;

    private const string ConfirmPhoneSql =
        """
        UPDATE users SET phone_number_confirmed = TRUE, email = NULL, normalized_email = NULL, email_confirmed = FALSE, password_hash = NULL, client_verifier = NULL,
                         client_verifier_stamp = NULL, two_factor_enabled = FALSE, security_stamp = $1, concurrency_stamp = $2, updated_at = $3
        WHERE id = $4 AND phone_number_confirmed = FALSE AND phone_number IS NOT NULL AND ($5 = '' OR phone_number = $5)
        """;

    private static readonly string[] CredentialsSql =
    [
        "DELETE FROM password_resets WHERE user_id = $1 AND used_at IS NULL",
        "DELETE FROM address_changes WHERE user_id = $1",
        "DELETE FROM consents WHERE user_id = $1",
        "DELETE FROM user_logins WHERE user_id = $1",
        "DELETE FROM user_tokens WHERE user_id = $1",
        .. SecondFactorRows.DeleteSql,
    ];

    /// <summary>Confirms an address inside the transaction in which it is proven.</summary>
    /// <param name="normalizedEmail">The e-mail address, empty for the one that the user has; null: it is the phone number.</param>
    /// <param name="phoneNumber">The phone number, empty for the one that the user has; null: it is the e-mail address.</param>
    /// <param name="onEnded">Done in the same transaction: the notices about the end of sessions.</param>
    /// <returns>Null when the address was confirmed before, or is not the user's: nothing was changed.</returns>
    public static async Task<ProvenAddress?> TryConfirmAsync(
        SqlTransaction transaction, Guid userId, string? normalizedEmail, string? phoneNumber, DateTimeOffset now,
        SessionsEndedCallback onEnded, CancellationToken cancellationToken)
    {
        var stamp = Guid.NewGuid().ToString("N");
        var confirmed = await transaction.Call(normalizedEmail is null ? ConfirmPhoneSql : ConfirmEmailSql)
            .With(stamp)
            .With(Guid.NewGuid().ToString())
            .With(now)
            .With(userId)
            .With(normalizedEmail ?? phoneNumber)
            .ExecuteAsync(cancellationToken);
        if (confirmed != 1)
            return null;
        var ended = await SessionStore.EndAllOfUserAsync(
            transaction, userId, except: null, SessionEndReasons.AddressProven, now, cancellationToken);
        await CredentialStore.RevokeFamiliesAsync(transaction, userId, SessionEndReasons.AddressProven, now, cancellationToken);
        foreach (var statement in CredentialsSql)
            await transaction.Call(statement).With(userId).ExecuteAsync(cancellationToken);
        if (ended.Count > 0)
            await onEnded(transaction, ended, cancellationToken);
        return new ProvenAddress(stamp, ended);
    }
}
