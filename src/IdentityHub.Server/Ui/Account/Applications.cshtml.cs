using IdentityHub.Protocol;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Grants.AuthorizationCode;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Storage.Consents;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Account;

/// <summary><c>/account/applications</c>: which applications may see something of the user, and the end of that.</summary>
internal sealed class ApplicationsModel(BrowserCookie browser, Tickets tickets, UserConsents consents, ClientRegistry registry)
    : SignedInPage("account/applications", browser, tickets), ILocalTimes
{
    /// <summary>The newest first.</summary>
    public IReadOnlyList<ConnectedApplication> Applications { get; private set; } = [];

    public async Task OnGetAsync() => Applications = await consents.ListAsync(Session, Context, Aborted);

    public async Task<IActionResult> OnPostWithdrawAsync([FromForm] string? client)
    {
        // Only what is on the list can be taken off it.
        if ((await consents.ListAsync(Session, Context, Aborted)).FirstOrDefault(known => known.ClientId == client) is { } application)
            await consents.WithdrawAsync(Session, application.ClientId, Context, Aborted);
        return SayDone("account.applications.withdrawn");
    }

    /// <summary>A client that the configuration has no more is called by its id.</summary>
    public string NameOf(ConnectedApplication application) => registry.Current.Find(application.ClientId)?.Name ?? application.ClientId;

    public IReadOnlyList<ScopeText> ScopesOf(ConnectedApplication application) =>
        ScopeText.Describe(ScopeSet.Parse(application.Scopes) ?? [], registry.Current, Text);
}
