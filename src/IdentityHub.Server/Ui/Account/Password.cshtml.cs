using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Accounts;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Ui.Shared;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Account;

/// <summary><c>/account/password</c>: users change their password, soon after a login.</summary>
internal sealed class PasswordModel(BrowserCookie browser, Tickets tickets, PasswordChange passwords)
    : SignedInPage("account/password", browser, tickets), IPasswordPage
{
    public async Task<IActionResult> OnPostAsync(
        [FromForm(Name = "old_password")] string? oldPassword, [FromForm(Name = "new_password")] string? newPassword,
        [FromForm(Name = "repeated_password")] string? repeatedPassword)
    {
        if (!IsRecent)
            return SeeOther(LoginAgainUrl);
        if (newPassword != repeatedPassword)
            return await RefuseAsync(Refusal.InvalidRequest("The two new passwords differ.", Reasons.PasswordsDiffer), "repeated_password");

        var changed = await passwords.ChangeAsync(Session, oldPassword ?? "", newPassword ?? "", Context, Aborted);
        if (!changed.Succeeded)
        {
            // A login that must have a second factor first.
            if (changed.Error.Reason == Reasons.MfaRequired)
                return SeeOther(LoginAgainUrl);
            return changed.Error.Kind == RefusalKind.InvalidCredentials
                ? await RefuseAsync(changed.Error, [new Failure(Text["account.password.old.wrong"], "old_password")])
                : await RefuseAsync(changed.Error, changed.Error.Kind == RefusalKind.InvalidRequest ? "new_password" : null);
        }

        Browser.Write(HttpContext, changed.Value);
        return SayDone("account.password.done");
    }
}
