namespace IdentityHub.Server.Ui.Shared;

/// <summary>One thing that is wrong with what a user sent.</summary>
/// <param name="Text">A sentence in the user's language.</param>
/// <param name="Field">The id of the field that it is about; null when it is about no single one.</param>
internal sealed record Failure(string Text, string? Field = null);
