using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Authentication.RecoveryCodes;
using IdentityHub.Server.Authentication.SecondFactors;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Messaging;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.SecondFactors;

namespace IdentityHub.Server.Authentication.Totp;

/// <summary>An authenticator app that has just been set up.</summary>
/// <param name="RecoveryCodes">To be shown once; empty for a user who has kept theirs.</param>
internal sealed record EnrolledTotp(IReadOnlyList<string> RecoveryCodes)
{
    public override string ToString() => nameof(EnrolledTotp);
}

/// <summary>
/// Sets up the authenticator app of a user: a code of it, typed once, shows that it has the secret. Nothing is stored before. It takes the
/// place of the app before it, and of two that are set up at once the later one counts. The security stamp stays, so that no session ends.
/// </summary>
internal sealed class TotpEnrolment(
    TotpStore store, RecoveryCodeSet codes, KeyProtector protector, SecurityNotices notices, AuditTrail audit)
{
    /// <summary>The same before the login of a user who must have a second factor and has none goes on.</summary>
    /// <param name="pending">The login that waits.</param>
    public async Task<Outcome<EnrolledTotp>> ConfirmAsync(
        PendingLogin pending, byte[] secret, string typed, RequestContext context, CancellationToken cancellationToken)
    {
        var step = StepOf(secret, typed, context);
        if (!step.Succeeded)
            return step.Error;

        // Last, because it changes state.
        var (userId, drawn) = (pending.UserId, codes.Draw(pending.UserId));
        if (!await store.TryEnrolFirstAsync(
                userId, pending.SecurityStamp, TotpWrapping.Wrap(protector, userId, secret), step.Value, drawn.Hashes, context.Now,
                cancellationToken))
            return Refusal.InvalidCredentials(
                Reasons.CredentialChanged, "the user has a second factor by now, or their credentials were changed");
        await audit.WriteAsync(context, AuditTypes.SecondFactorAdded, userId, detail: TotpFactor.FactorName);
        await notices.SendAsync(userId, SecurityNotice.AuthenticatorAdded, context, CancellationToken.None);
        return new EnrolledTotp(drawn.Codes);
    }

    /// <summary>Stores the app after its first code.</summary>
    /// <param name="sessionId">The session in which the user sets it up; it must be the user's own.</param>
    /// <param name="secret">As it was shown to the user.</param>
    /// <param name="typed">The code that the user has typed.</param>
    public async Task<Outcome<EnrolledTotp>> ConfirmAsync(
        Guid userId, Guid sessionId, byte[] secret, string typed, RequestContext context, CancellationToken cancellationToken)
    {
        var step = StepOf(secret, typed, context);
        if (!step.Succeeded)
            return step.Error;

        // Last, because it changes state.
        var drawn = codes.Draw(userId);
        var stored = await store.TryEnrolAsync(
            userId, sessionId, TotpWrapping.Wrap(protector, userId, secret), step.Value, drawn.Hashes, context.Now, cancellationToken);
        if (stored is not { } withCodes)
            return Refusal.Of(
                RefusalKind.Forbidden, "A second factor is set up by the user alone, in a session of their own.",
                Reasons.SecondFactorSession);
        await audit.WriteAsync(context, AuditTypes.SecondFactorAdded, userId, sessionId, detail: TotpFactor.FactorName);
        await notices.SendAsync(userId, SecurityNotice.AuthenticatorAdded, context, CancellationToken.None);
        return new EnrolledTotp(withCodes ? drawn.Codes : []);
    }

    // No limit: who enrols has the secret on the page.
    private static Outcome<long> StepOf(byte[] secret, string typed, RequestContext context)
    {
        if (TotpCode.Read(typed) is not { } code)
            return Refusal.InvalidRequest("The code has six digits.", Reasons.SecondFactorMalformed);
        return TotpCode.StepsOf(secret, code, context.Now) is [.., var step]
            ? step
            : Refusal.InvalidRequest("The code is not the one that the app shows now.", Reasons.SecondFactorWrong);
    }

    /// <summary>Removes the app of the user; recovery codes go with the last second factor.</summary>
    public async Task RemoveAsync(Guid userId, Guid sessionId, RequestContext context, CancellationToken cancellationToken)
    {
        if (!await store.RemoveAsync(userId, sessionId, cancellationToken))
            return;
        await audit.WriteAsync(context, AuditTypes.SecondFactorRemoved, userId, sessionId, detail: TotpFactor.FactorName);
        await notices.SendAsync(userId, SecurityNotice.AuthenticatorRemoved, context, CancellationToken.None);
    }
}
