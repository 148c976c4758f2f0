using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Accounts;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Account;

/// <summary>
/// <c>/account/data</c>: users download what is stored about them, and delete their account, soon after a login. Deleting asks for the
/// user name, so that no click alone does it.
/// </summary>
internal sealed class DataModel(BrowserCookie browser, Tickets tickets, AccountData data, AccountErasure erasure)
    : SignedInPage("account/data", browser, tickets)
{
    private const string FileName = "account-data.json";

    public async Task<IActionResult> OnPostDownloadAsync()
    {
        if (!IsRecent)
            return SeeOther(LoginAgainUrl);
        return await data.BeginAsync(Session, Context, Aborted) is { } refusal
            ? await RefuseAsync(refusal)
            : new DataFile(data, Session.UserId, Context.Now);
    }

    public async Task<IActionResult> OnPostDeleteAsync([FromForm] string? confirmation)
    {
        if (!IsRecent)
            return SeeOther(LoginAgainUrl);
        if (NameNormalizer.Normalize((confirmation ?? "").Trim()) != NameNormalizer.Normalize(Session.UserName))
        {
            return await RefuseAsync(
                Refusal.InvalidRequest("The user name was not typed.", Reasons.ConfirmationWrong), "confirmation");
        }

        if (await erasure.EraseOwnAsync(Session, [Text.Language], Context, Aborted) is { } refusal)
            return refusal.Kind == RefusalKind.LoginRequired ? SeeOther(LoginAgainUrl) : await RefuseAsync(refusal);
        Browser.Delete(HttpContext);
        return SeeOther("/account/deleted");
    }

    private sealed class DataFile(AccountData data, Guid userId, DateTimeOffset now) : ActionResult
    {
        public override Task ExecuteResultAsync(ActionContext context)
        {
            var http = context.HttpContext;
            http.Response.ContentType = "application/json";
            http.Response.Headers.ContentDisposition = $"attachment; filename=\"{FileName}\"";
            return data.WriteAsync(userId, now, http.Response.BodyWriter, http.RequestAborted);
        }
    }
}
