using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Limits;

namespace IdentityHub.Server.Authentication.SecondFactors;

/// <summary>
/// Counts guesses of second factors for their user, whichever code is guessed and whichever node is asked: codes of an authenticator app
/// and recovery codes share the count. Only who has proven the first factor gets here, so only they can use it up.
/// </summary>
internal sealed class SecondFactorGuesses(AttemptGuard attempts)
{
    private static readonly AttemptRefusals Refusals = new(
        "too many users failing with second factors from this address",
        "too many second factors of this user are being checked",
        _ => Refusal.InvalidOneTimePassword(Reasons.AttemptsExhausted, "too many failed second factors of this user"));

    /// <summary>
    /// Counts a guess, committed before it is evaluated; takes it back, and forgives those before it, when it was right.
    /// </summary>
    /// <param name="evaluate">Looks at the proof.</param>
    public Task<Outcome<ProvenFactor>> RunAsync(
        Guid userId, Func<ValueTask<Outcome<ProvenFactor>>> evaluate, RequestContext context, CancellationToken cancellationToken) =>
        attempts.RunAsync(
            AttemptKind.SecondFactor, new AttemptSubject(AttemptSubject.AccountOf(userId)), Refusals, _ => evaluate(), context,
            cancellationToken);
}
