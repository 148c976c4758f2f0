namespace IdentityHub.Server.Messaging;

/// <summary>What has changed about how a user signs in. Each has a template <c>security-notice-{name}</c>.</summary>
/// <param name="Name">Second part of the name of its template.</param>
/// <param name="Page">Path of the page on which the user undoes it, with its leading slash.</param>
internal sealed record SecurityNotice(string Name, string Page)
{
    /// <summary>The password was changed or reset.</summary>
    public static readonly SecurityNotice PasswordChanged = new("password-changed", "/account/password");

    /// <summary>The e-mail address was changed: goes to the old one.</summary>
    public static readonly SecurityNotice EmailChanged = new("email-changed", "/account/addresses");

    /// <summary>The organization of the user has changed the e-mail address: goes to the old one, without a way to undo it.</summary>
    public static readonly SecurityNotice EmailMoved = new("email-moved", "/account/addresses");

    /// <summary>An e-mail address was added where there was none: goes to it, where no other address is known to be the user's.</summary>
    public static readonly SecurityNotice EmailAdded = new("email-added", "/account/addresses");

    /// <summary>A phone number was added where there was none.</summary>
    public static readonly SecurityNotice PhoneAdded = new("phone-added", "/account/addresses");

    /// <summary>The phone number was changed.</summary>
    public static readonly SecurityNotice PhoneChanged = new("phone-changed", "/account/addresses");

    /// <summary>A passkey was added.</summary>
    public static readonly SecurityNotice PasskeyAdded = new("passkey-added", "/account/passkeys");

    /// <summary>A passkey was removed.</summary>
    public static readonly SecurityNotice PasskeyRemoved = new("passkey-removed", "/account/passkeys");

    /// <summary>An authenticator app was added.</summary>
    public static readonly SecurityNotice AuthenticatorAdded = new("authenticator-added", "/account/authenticator");

    /// <summary>The authenticator app was removed.</summary>
    public static readonly SecurityNotice AuthenticatorRemoved = new("authenticator-removed", "/account/authenticator");

    /// <summary>New recovery codes were made.</summary>
    public static readonly SecurityNotice RecoveryCodesMade = new("recovery-codes-made", "/account/authenticator");

    /// <summary>The account was erased, as its user wished. There is no page to undo that.</summary>
    public static readonly SecurityNotice AccountErased = new("account-erased", "/login");

    /// <summary>Every notice without further values; a test writes each.</summary>
    public static IReadOnlyList<SecurityNotice> All { get; } =
    [
        PasswordChanged, EmailChanged, EmailMoved, EmailAdded, PhoneAdded, PhoneChanged, NewBrowser(""), PasskeyAdded, PasskeyRemoved,
        AuthenticatorAdded, AuthenticatorRemoved, RecoveryCodesMade, AccountErased,
    ];

    /// <summary>The browser, in words; empty where it is not part of the notice.</summary>
    public string Device { get; private init; } = "";

    /// <summary>Somebody signed in with a browser that the user had not used before.</summary>
    /// <param name="device">The browser, in words.</param>
    public static SecurityNotice NewBrowser(string device) => new("new-browser", "/account/sessions") { Device = device };
}
