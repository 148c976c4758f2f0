namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// A page on which a passkey is used or made. Its script asks the browser for it; without scripts, and in browsers that have no passkeys,
/// the rest of the page works as before.
/// </summary>
internal interface IPasskeyPage
{
    /// <summary>False where the issuer is an address that no browser makes passkeys for: the script is left out.</summary>
    bool HasPasskeys { get; }
}
