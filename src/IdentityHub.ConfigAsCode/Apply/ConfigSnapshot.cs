namespace IdentityHub.ConfigAsCode;

/// <summary>The configuration that is in force, as the database has it.</summary>
/// <param name="Document">Without users: they are rows of their own.</param>
/// <param name="Generation">Lower-case hex; empty when nothing was applied yet.</param>
public sealed record ConfigSnapshot(ConfigDocument Document, string Generation);
