namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// A page that a script of the hub keeps up to date by asking for parts of it. Without the script every link and form of it works as well.
/// </summary>
internal interface ILivePage;
