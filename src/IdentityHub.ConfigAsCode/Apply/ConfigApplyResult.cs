namespace IdentityHub.ConfigAsCode;

/// <summary>What applying did.</summary>
/// <param name="Changes">What was created, changed and deleted; empty when there was nothing to do.</param>
/// <param name="Kept">What the files no longer have and the database still has, because pruning was not asked for, or because it is a
/// user.</param>
/// <param name="Refusals">Why nothing was applied, a sentence each; empty when it was.</param>
/// <param name="Generation">Hash of the generation that is in force now, lower-case hex; null when nothing was ever applied.</param>
public sealed record ConfigApplyResult(
    IReadOnlyList<ConfigChange> Changes, IReadOnlyList<ConfigChange> Kept, IReadOnlyList<string> Refusals, string? Generation)
{
    public bool Succeeded => Refusals.Count == 0;
}
