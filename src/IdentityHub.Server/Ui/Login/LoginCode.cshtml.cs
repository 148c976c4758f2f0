using IdentityHub.Server.Authentication.OneTimeCodes;
using IdentityHub.Server.Http.Interactions;

namespace IdentityHub.Server.Ui.Login;

/// <summary><c>/login/code</c>, while the dialect of one-time passwords is on: a user signs in with a code by e-mail.</summary>
internal sealed class LoginCodeModel(
    Tickets tickets, CodeCookie codeCookie, BrowserLogin login, OtpSending sending, OtpCheck codes, LoginLinks links)
    : CodeSendingPage(Endpoint, tickets, codeCookie, login, sending, codes, links)
{
    /// <summary>Where the page is, without its leading slash.</summary>
    public const string Endpoint = "login/code";
}
