using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Authentication.SecondFactors;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.SecondFactors;

namespace IdentityHub.Server.Authentication.Totp;

/// <summary>The code of an authenticator app. RFC 6238. A time step is accepted once, over all nodes (§5.2).</summary>
internal sealed class TotpFactor(TotpStore store, KeyProtector protector, SecondFactorGuesses guesses) : ISecondFactor
{
    /// <summary>Its <see cref="ISecondFactor.Name"/>.</summary>
    public const string FactorName = "totp";

    // RFC 8176 §2.
    internal const string Method = "otp";

    /// <summary>What a right code proves.</summary>
    public static readonly ProvenFactor Proven = new(Method);

    public string Name => FactorName;

    public async ValueTask<bool> HasAsync(Guid userId, CancellationToken cancellationToken) =>
        await store.FindAsync(userId, cancellationToken) is not null;

    public async Task<Outcome<ProvenFactor>> CheckAsync(
        Guid userId, string proof, RequestContext context, CancellationToken cancellationToken)
    {
        // Depends on what was sent only: it is no guess.
        if (TotpCode.Read(proof) is not { } code)
            return Refusal.InvalidOneTimePassword(Reasons.SecondFactorMalformed, "not the six digits of an authenticator app");
        return await guesses.RunAsync(userId, () => EvaluateAsync(userId, code, context, cancellationToken), context, cancellationToken);
    }

    private async ValueTask<Outcome<ProvenFactor>> EvaluateAsync(
        Guid userId, string code, RequestContext context, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(userId, cancellationToken) is not { } totp)
            return Refusal.InvalidOneTimePassword(Reasons.SecondFactorUnknown, "the user has no authenticator app");
        var steps = TotpCode.StepsOf(TotpWrapping.Unwrap(protector, userId, totp.WrappedSecret), code, context.Now);
        if (steps.Count == 0)
            return Refusal.InvalidOneTimePassword(Reasons.SecondFactorWrong, "wrong code of the authenticator app");

        // Last, because it changes state. The earliest step that is left: the later ones stay good.
        foreach (var step in steps)
        {
            if (step > totp.LastStep && await store.TryUseAsync(totp, step, context.Now, cancellationToken))
                return Proven;
        }

        return Refusal.InvalidOneTimePassword(
            Reasons.SecondFactorUsed, "the code of the authenticator app, or a later one, was used before");
    }
}
