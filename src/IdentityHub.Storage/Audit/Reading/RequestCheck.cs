namespace IdentityHub.Storage.Audit.Reading;

/// <summary>What became of a check.</summary>
public enum CheckOutcome
{
    /// <summary>The request went on to the next check.</summary>
    Passed,

    /// <summary>The request was refused here.</summary>
    Refused,

    /// <summary>Several checks refuse for this reason: one of those with this outcome has.</summary>
    PerhapsRefused,

    /// <summary>It stands between such checks: it passed, or was not reached.</summary>
    Unknown,

    /// <summary>The request was refused before.</summary>
    NotReached,
}

/// <summary>One check of an endpoint.</summary>
/// <param name="Name">What is checked, as a sentence without its full stop.</param>
/// <param name="Reasons">The reasons for which it refuses.</param>
public sealed record RequestCheck(string Name, params string[] Reasons);

/// <summary>A check, and what became of it.</summary>
public sealed record CheckResult(string Name, CheckOutcome Outcome);
