using IdentityHub.Server.Authentication.Totp;
using Microsoft.AspNetCore.Html;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>An authenticator app that is being set up, as a page shows it: the QR code and the key.</summary>
/// <param name="secret">What the app is given.</param>
/// <param name="ticket">The secret, protected: handed on from one try to the next.</param>
/// <param name="issuer">Name of the installation, which the app shows.</param>
/// <param name="account">User name, which the app shows.</param>
/// <param name="label">What a screen reader says of the QR code.</param>
internal sealed class TotpSetUp(byte[] secret, string ticket, string issuer, string account, string label)
{
    public string Ticket { get; } = ticket;

    /// <summary>The key for an app that reads no QR code.</summary>
    public string Key => TotpSecret.GroupedTextOf(secret);

    public IHtmlContent QrCode => QrImage.Of(TotpSecret.UriOf(secret, issuer, account), label);

    public override string ToString() => nameof(TotpSetUp);
}
