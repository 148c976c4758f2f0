using IdentityHub.Protocol;
using IdentityHub.Server.Accounts;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Ui.Shared;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Account;

/// <summary>
/// <c>/account/addresses/undo</c>: what the link of the notice to an old address opens. Opening it changes nothing, because mail scanners
/// open links too; the form puts the address back. No login is needed: the person who changed the address may have changed the password as
/// well.
/// </summary>
internal sealed class UndoAddressModel(Tickets tickets, AddressUndo undo) : HubPage("account/addresses/undo")
{
    /// <summary>What the link carries; null when it undoes nothing any more.</summary>
    public string? Token { get; private set; }

    /// <summary>The address that comes back; null where there was none, and the one that was added goes.</summary>
    public string? OldAddress { get; private set; }

    /// <summary>Whose address it is.</summary>
    public string? UserName { get; private set; }

    /// <summary>True when the change is undone.</summary>
    public bool IsDone { get; private set; }

    /// <summary>True when an older address did not come back with it.</summary>
    public bool IsIncomplete { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? token, string? done)
    {
        if (tickets.Unprotect<AddressUndoneTicket>(done, Context.Now) is { } undone)
        {
            (IsDone, IsIncomplete) = (true, undone.IsIncomplete);
            return Page();
        }

        var change = await undo.FindAsync(token ?? "", Context.Now, Aborted);
        if (!change.Succeeded)
            return await RefuseLinkAsync(change.Error);
        (Token, OldAddress, UserName) = (token, change.Value.OldAddress, change.Value.UserName);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync([FromForm] string? token)
    {
        var undone = await undo.UndoAsync(token ?? "", Context, Aborted);
        if (!undone.Succeeded)
            return await RefuseLinkAsync(undone.Error);
        var done = tickets.Protect(new AddressUndoneTicket(IsIncomplete: !undone.Value), Context.Now);
        return SeeOther($"{AddressChangeMessages.UndoPath}?done={done}");
    }

    private Task<IActionResult> RefuseLinkAsync(Refusal refusal) =>
        RefuseAsync(refusal, [new Failure(Text["account.addresses.undo.refused"])]);

    private sealed record AddressUndoneTicket(bool IsIncomplete);
}
