using System.Buffers.Text;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Authentication.Passkeys;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Storage.Passkeys;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Account;

/// <summary>
/// <c>/account/passkeys</c>: the passkeys of the user. One is added or removed soon after a login only; a name can be changed at any time.
/// </summary>
internal sealed class PasskeysModel(BrowserCookie browser, Tickets tickets, PasskeyEnrolment passkeys, PasskeyRelyingParty party)
    : SignedInPage("account/passkeys", browser, tickets), IPasskeyPage, ILocalTimes
{
    private const int MaxIdLength = 1400;

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<StoredPasskey> Passkeys { get; private set; } = [];

    /// <summary>True when the user may have no more.</summary>
    public bool IsFull => Passkeys.Count >= PasskeyEnrolment.Most;

    /// <summary>False where the page has no form that needs the script.</summary>
    public bool HasPasskeys => party.HasPasskeys && IsRecent && !IsFull;

    /// <summary>What a new one is called, unless the user says otherwise: the browser and the system.</summary>
    public string NewName { get; private set; } = "";

    /// <summary>Names a passkey in the forms of the page.</summary>
    public static string IdOf(StoredPasskey passkey) => Base64Url.EncodeToString(passkey.CredentialId);

    public Task OnGetAsync() => ReadAsync();

    /// <summary>What the script asks the browser with.</summary>
    public async Task<IActionResult> OnGetOptionsAsync()
    {
        if (!IsRecent)
            return StatusCode(StatusCodes.Status403Forbidden);
        var options = await passkeys.OptionsAsync(Session, Text["product.name"], Context, Aborted);
        return Content(options.ToJsonString(), "application/json");
    }

    public async Task<IActionResult> OnPostAsync([FromForm] string? credential, [FromForm] string? name)
    {
        if (!IsRecent)
            return SeeOther(LoginAgainUrl);
        if (await passkeys.AddAsync(Session, credential, name ?? "", Context, Aborted) is not { } refusal)
            return SayDone("account.passkeys.done");
        await ReadAsync();
        NewName = name ?? NewName;
        return await RefuseAsync(refusal, refusal.Reason == Reasons.PasskeyNameMalformed ? "name" : null);
    }

    public async Task<IActionResult> OnPostRenameAsync([FromForm] string? id, [FromForm] string? name)
    {
        if (IdOf(id) is not { } credentialId)
            return SeeOther(Here);
        if (await passkeys.RenameAsync(Session, credentialId, name ?? "", Context, Aborted) is not { } refusal)
            return SayDone("account.passkeys.renamed");
        await ReadAsync();
        return await RefuseAsync(refusal);
    }

    public async Task<IActionResult> OnPostRemoveAsync([FromForm] string? id)
    {
        if (!IsRecent)
            return SeeOther(LoginAgainUrl);
        if (IdOf(id) is not { } credentialId)
            return SeeOther(Here);
        await passkeys.RemoveAsync(Session, credentialId, Context, Aborted);
        return SayDone("account.passkeys.removed");
    }

    private async Task ReadAsync()
    {
        Passkeys = await passkeys.ListAsync(Session.UserId, Aborted);
        NewName = DeviceText.Describe(Request.Headers.UserAgent, Text);
    }

    private static byte[]? IdOf(string? text) =>
        text is { Length: > 0 and <= MaxIdLength } && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;
}
