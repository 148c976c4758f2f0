using IdentityHub.Storage.SecondFactors;

namespace IdentityHub.Server.Authentication.SecondFactors;

/// <summary>The authenticator app and the recovery codes of a user.</summary>
/// <param name="Totp">Null: no app is set up.</param>
/// <param name="Recovery">Null: there are no recovery codes.</param>
internal sealed record SecondFactorsOfUser(StoredTotp? Totp, RecoveryCodeCount? Recovery)
{
    public static readonly SecondFactorsOfUser None = new(null, null);
}

/// <summary>What a user is shown of their second factors.</summary>
internal sealed class SecondFactorList(TotpStore totp, RecoveryCodeStore recovery)
{
    public async Task<SecondFactorsOfUser> OfUserAsync(Guid userId, CancellationToken cancellationToken) =>
        new(await totp.FindAsync(userId, cancellationToken), await recovery.CountAsync(userId, cancellationToken));
}
