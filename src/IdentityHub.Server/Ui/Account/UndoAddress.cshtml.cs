using IdentityHub.Protocol;
using IdentityHub.Server.Accounts;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Storage.AddressChanges;
using Microsoft.AspNetCore.Html;
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

    /// <summary>What has become of each address, and of a user name that was one; each a sentence.</summary>
    public IReadOnlyList<IHtmlContent> Results { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(string? token, string? done)
    {
        if (tickets.Unprotect<AddressUndoneTicket>(done, Context.Now) is { } undone)
        {
            (IsDone, Results) = (true, Describe(undone));
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
        var done = tickets.Protect(new AddressUndoneTicket(undone.Value.Addresses, undone.Value.NewUserName), Context.Now);
        return SeeOther($"{AddressChangeMessages.UndoPath}?done={done}");
    }

    private Task<IActionResult> RefuseLinkAsync(Refusal refusal) =>
        RefuseAsync(refusal, [new Failure(Text["account.addresses.undo.refused"])]);

    private List<IHtmlContent> Describe(AddressUndoneTicket undone)
    {
        var results = undone.Addresses
            .Select(address => Text.Html(KeyOf(address.Return), ("address", address.OldAddress ?? "")))
            .ToList();
        if (undone.NewUserName is { } name)
            results.Add(Text.Html("account.addresses.undo.name", ("name", name)));
        return results;
    }

    private static string KeyOf(AddressReturn done) => done switch
    {
        AddressReturn.Back => "account.addresses.undo.back",
        AddressReturn.Removed => "account.addresses.undo.removed",
        AddressReturn.ConfirmedByAnother => "account.addresses.undo.confirmed",
        _ => "account.addresses.undo.incomplete",
    };

    private sealed record AddressUndoneTicket(IReadOnlyList<UndoneAddress> Addresses, string? NewUserName);
}
