using IdentityHub.Protocol;
using IdentityHub.Server.Messaging;
using IdentityHub.Storage.PasswordResets;

namespace IdentityHub.Server.Accounts;

/// <summary>Makes the tokens of reset messages.</summary>
internal sealed class PasswordResetTokens(
    PasswordResetStore resets, PasswordResetMail mail, OutboxWriter outbox, TimeProvider time)
{
    /// <summary>How long a token lives.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Stores a token and writes its message, in one transaction.</summary>
    /// <param name="isByPhone">True: it goes to the phone number; false: to the e-mail address. The user must have that address.</param>
    /// <param name="page">Makes the link of the token.</param>
    /// <param name="template">Name of one of the templates of the mail; null for its own.</param>
    /// <param name="languages">BCP 47 tags in the order of preference, for a user without a stored language.</param>
    /// <returns>False when that is not the user's address any more: nothing was stored.</returns>
    public async Task<bool> TryIssueAsync(
        ResetRecipient user, bool isByPhone, Func<string, string> page, string? template, IReadOnlyList<string> languages,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var token = OpaqueToken.Create(OpaqueTokenType.PasswordReset);
        var address = isByPhone ? user.PhoneNumber! : user.Email!;
        var reset = new PasswordReset
        {
            TokenHash = TokenHash.Of(token),
            UserId = user.UserId,
            SecurityStamp = user.SecurityStamp,
            CreatedAt = now,
            ExpiresAt = now + Lifetime,
            IsByPhone = isByPhone,
        };
        if (!await resets.TryIssueAsync(
                reset,
                address,
                (transaction, ct) => mail.AddAsync(transaction, reset, address, user.UserName, page(token), template, languages, ct),
                cancellationToken))
            return false;
        outbox.Signal();
        return true;
    }
}
