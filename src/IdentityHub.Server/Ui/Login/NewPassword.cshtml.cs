using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Accounts;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Ui.Shared;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Login;

/// <summary>
/// <c>/forgotten/reset</c>: what the link of a reset message opens. Opening it changes nothing, because mail scanners open links too; the
/// form sets the password. No one is signed in by it: the login that follows asks for the second factor.
/// </summary>
internal sealed class NewPasswordModel(Tickets tickets, PasswordResetting resetting) : HubPage("forgotten/reset"), IPasswordPage
{
    /// <summary>What the link carries; null when it sets no password any more.</summary>
    public string? Token { get; private set; }

    /// <summary>Whose password is set: password managers keep it under this name.</summary>
    public string? UserName { get; private set; }

    /// <summary>True when the password was set.</summary>
    public bool IsDone { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? token, string? done)
    {
        if (tickets.Unprotect<PasswordSetTicket>(done, Context.Now) is not null)
        {
            IsDone = true;
            return Page();
        }

        return await FindAsync(token) is { } refusal ? await RefuseLinkAsync(refusal) : Page();
    }

    public async Task<IActionResult> OnPostAsync(
        [FromForm] string? token, [FromForm(Name = "new_password")] string? newPassword,
        [FromForm(Name = "repeated_password")] string? repeatedPassword)
    {
        if (await FindAsync(token) is { } dead)
            return await RefuseLinkAsync(dead);
        if (newPassword != repeatedPassword)
            return await RefuseAsync(Refusal.InvalidRequest("The two passwords differ.", Reasons.PasswordsDiffer), "repeated_password");
        if (await resetting.ResetAsync(Token!, newPassword ?? "", Context, Aborted) is not { } refusal)
            return SeeOther($"{ForgottenPasswords.ResetPath}?done={tickets.Protect(new PasswordSetTicket(), Context.Now)}");
        return refusal.Kind == RefusalKind.InvalidGrant
            ? await RefuseLinkAsync(refusal)
            : await RefuseAsync(refusal, refusal.Kind == RefusalKind.InvalidRequest ? "new_password" : null);
    }

    // The audit trail has the reason; the page says the same for used, replaced and expired.
    private Task<IActionResult> RefuseLinkAsync(Refusal refusal)
    {
        Token = null;
        return RefuseAsync(refusal, [new Failure(Text["forgotten.reset.refused"])]);
    }

    private async Task<Refusal?> FindAsync(string? token)
    {
        var user = await resetting.FindUserNameAsync(token ?? "", Context.Now, Aborted);
        if (!user.Succeeded)
            return user.Error;
        (Token, UserName) = (token, user.Value);
        return null;
    }

    private sealed record PasswordSetTicket;
}
