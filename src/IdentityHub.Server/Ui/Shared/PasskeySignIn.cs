namespace IdentityHub.Server.Ui.Shared;

/// <summary>The form by which a user signs in with a passkey: hidden until the script of the page shows it.</summary>
/// <param name="Ticket">Handed on; null for none.</param>
/// <param name="Remember">True when the user wants to stay signed in after the browser was closed.</param>
/// <param name="IsAlternative">True when another way to sign in is shown above it.</param>
internal sealed record PasskeySignIn(string? Ticket, bool Remember, bool IsAlternative);
