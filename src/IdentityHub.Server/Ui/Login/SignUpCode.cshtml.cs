using IdentityHub.Server.Authentication.OneTimeCodes;
using IdentityHub.Server.Http.Interactions;

namespace IdentityHub.Server.Ui.Login;

/// <summary>
/// <c>/signup/code</c>, while <c>IdentityHub:Registration:VerifiedEmail</c> is on: the account is made when the code that was sent to its
/// address is typed. Users who have an account already are signed in, or told of it where codes do not sign in; only the owner of an
/// address learns whether it has an account. ASSURANCE E1.
/// </summary>
internal sealed class SignUpCodeModel(
    Tickets tickets, CodeCookie codeCookie, BrowserLogin login, OtpSending sending, OtpCheck codes, LoginLinks links)
    : CodeSendingPage(SignUpModel.CodeEndpoint, tickets, codeCookie, login, sending, codes, links)
{
    public override bool MakesAccounts => true;
}
