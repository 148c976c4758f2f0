using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Authentication.SecondFactors;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.SecondFactors;

namespace IdentityHub.Server.Authentication.RecoveryCodes;

/// <summary>A recovery code in place of a second factor that the user does not have at hand.</summary>
internal sealed class RecoveryCodeFactor(
    RecoveryCodeStore store, RecoveryCodeSet codes, SecondFactorGuesses guesses, AuditTrail audit) : ISecondFactor
{
    /// <summary>Its <see cref="ISecondFactor.Name"/>.</summary>
    public const string FactorName = "recovery";

    // A password that works once: RFC 8176 §2 has no other word for it.
    private const string Method = "otp";

    public string Name => FactorName;

    public async ValueTask<bool> HasAsync(Guid userId, CancellationToken cancellationToken) =>
        await store.CountAsync(userId, cancellationToken) is { Left: > 0 };

    public async Task<Outcome<ProvenFactor>> CheckAsync(
        Guid userId, string proof, RequestContext context, CancellationToken cancellationToken)
    {
        // Depends on what was sent only: it is no guess.
        if (RecoveryCodeSet.Read(proof) is not { } code)
            return Refusal.InvalidOneTimePassword(Reasons.SecondFactorMalformed, "not a recovery code by its form");
        return await guesses.RunAsync(userId, () => EvaluateAsync(userId, code, context, cancellationToken), context, cancellationToken);
    }

    private async ValueTask<Outcome<ProvenFactor>> EvaluateAsync(
        Guid userId, string code, RequestContext context, CancellationToken cancellationToken)
    {
        var hash = codes.HashOf(userId, code);

        // One statement decides; the second only says why.
        if (!await store.TryUseAsync(userId, hash, context.Now, cancellationToken))
        {
            return await store.IsOneAsync(userId, hash, cancellationToken)
                ? Refusal.InvalidOneTimePassword(Reasons.SecondFactorUsed, "the recovery code was used before")
                : Refusal.InvalidOneTimePassword(Reasons.SecondFactorWrong, "wrong recovery code");
        }

        await audit.WriteAsync(context, AuditTypes.RecoveryCodeUsed, userId);
        return new ProvenFactor(Method);
    }
}
