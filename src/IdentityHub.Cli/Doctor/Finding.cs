namespace IdentityHub.Cli.Doctor;

/// <summary>How serious a finding is.</summary>
internal enum FindingLevel
{
    Ok,

    /// <summary>Not tried, and why.</summary>
    Skipped,

    /// <summary>It works, and should be looked at.</summary>
    Warning,

    /// <summary>It does not work, or is not safe.</summary>
    Fault,
}

/// <summary>What was found at one point.</summary>
/// <param name="Check">The point.</param>
/// <param name="Text">What was found. Never a secret.</param>
/// <param name="Advice">What to do; null where nothing is to be done.</param>
internal sealed record Finding(string Check, FindingLevel Level, string Text, string? Advice = null)
{
    public static Finding Ok(string check, string text) => new(check, FindingLevel.Ok, text);

    public static Finding Skipped(string check, string text) => new(check, FindingLevel.Skipped, text);

    public static Finding Warning(string check, string text, string advice) => new(check, FindingLevel.Warning, text, advice);

    public static Finding Fault(string check, string text, string? advice) => new(check, FindingLevel.Fault, text, advice);
}
