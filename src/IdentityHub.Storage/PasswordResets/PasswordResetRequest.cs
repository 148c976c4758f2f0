namespace IdentityHub.Storage.PasswordResets;

/// <summary>A request for a reset mail for a user.</summary>
/// <param name="Email">Must be the user's, and <paramref name="Phone"/> and <paramref name="Mobile"/> too where they are given.</param>
/// <param name="Page">Where the link of the mail points; from the installation's list.</param>
public sealed record PasswordResetRequest(Guid UserId, string Email, string? Phone, string? Mobile, string Page)
{
    /// <summary>Under which requests stand in the outbox.</summary>
    public const string Channel = "password-reset";

    /// <summary>Name of the template of the mail; null, or one that there is not, for the ordinary one.</summary>
    public string? Template { get; init; }

    public override string ToString() => $"{nameof(PasswordResetRequest)} {{ UserId = {UserId} }}";
}
