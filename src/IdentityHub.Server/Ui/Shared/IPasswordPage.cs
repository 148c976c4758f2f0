namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// A page on which a password is typed. Its script lets users see what they have typed, and tells them of a caps lock; without scripts the
/// fields work as before.
/// </summary>
internal interface IPasswordPage;
