using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Server.Limits;

/// <summary>In which words an attempt is refused. They depend on what was sent, never on whether the subject exists.</summary>
/// <param name="Address">The private detail when too many subjects fail from the address; null: in the words of
/// <paramref name="Exhausted"/>.</param>
/// <param name="Busy">The private detail when too many attempts of the subject are under way.</param>
/// <param name="Exhausted">The refusal after too many failures of the subject, or of the account that it names.</param>
internal sealed record AttemptRefusals(string? Address, string Busy, Func<Attempt, Refusal> Exhausted)
{
    /// <summary>
    /// True: an attempt that is refused for its subject is evaluated all the same, so that the refusal costs what a wrong secret costs. The
    /// evaluation then ends in <see cref="Of"/>.
    /// </summary>
    public bool CostsAnEvaluation { get; init; }

    /// <summary>Null for an attempt that may be evaluated.</summary>
    public Refusal? Of(Attempt attempt) => attempt.Verdict switch
    {
        AttemptVerdict.Evaluate or AttemptVerdict.Trusted => null,
        AttemptVerdict.Busy => Refusal.TemporarilyUnavailable(Reasons.AttemptsUnderWay, Busy, attempt.RetryAfter),
        AttemptVerdict.RefuseAddress when Address is not null => Refusal.TooManyRequests(
            Reasons.AddressBlocked, Address, attempt.RetryAfter),
        _ => Exhausted(attempt),
    };
}
