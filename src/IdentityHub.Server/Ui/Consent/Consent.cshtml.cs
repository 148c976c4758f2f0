using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Grants.AuthorizationCode;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Storage.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Consent;

/// <summary>
/// <c>/consent</c>: the user says what a client may see. Shown and answered in the session that was asked only; in another one the request
/// begins again. OpenID Connect Core §3.1.2.4.
/// </summary>
internal sealed class ConsentModel(Tickets tickets, BrowserCookie browser, UserConsents consents, ClientRegistry registry)
    : HubPage("consent")
{
    private const string Required = "openid";
    private const string Allow = "allow";
    private const string Deny = "deny";
    private ConsentTicket _ticket = null!;

    /// <summary>Handed on from one try to the next.</summary>
    public string? Ticket { get; private set; }

    public Client Client { get; private set; } = null!;

    public StoredBrowserSession Session { get; private set; } = null!;

    /// <summary>What the client asks for.</summary>
    public IReadOnlyList<ScopeText> Scopes { get; private set; } = [];

    /// <summary>What is ticked.</summary>
    public IReadOnlyList<string> Ticked { get; private set; } = [];

    /// <summary>True: the user is not asked again.</summary>
    public bool Remember { get; private set; } = true;

    /// <summary>Where the browser goes afterwards, as far as a user can judge it: an origin, or the scheme of an app.</summary>
    public string? Destination => _ticket.Destination;

    /// <summary>For users who want another account than the signed-in one.</summary>
    public string OtherAccountUrl =>
        tickets.AddressOf(
            new LoginTicket(_ticket.ReturnUrl, null, _ticket.ClientId, null, _ticket.UiLocales, SwitchAccount: true), Context.Now);

    /// <summary>Without it there is nothing to answer: an identity, and no other way to refuse it than to refuse all.</summary>
    public static bool IsRequired(string scope) => scope == Required;

    public async Task<IActionResult> OnGetAsync(string? ticket)
    {
        if (await OpenAsync(ticket) is { } elsewhere)
            return elsewhere;
        Ticked = _ticket.Scopes;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(
        [FromForm] string? ticket, [FromForm] string? decision, [FromForm] string[]? scope, [FromForm] bool remember)
    {
        if (await OpenAsync(ticket) is { } elsewhere)
            return elsewhere;

        // Nothing but what was asked for, whatever is posted.
        Ticked = [.. _ticket.Scopes.Where(asked => IsRequired(asked) || (scope ?? []).Contains(asked, StringComparer.Ordinal))];
        Remember = remember;
        if (decision == Deny)
        {
            await consents.DenyAsync(Session, _ticket.Scopes, Context);
            return GoOn([], isRefused: true);
        }

        if (decision != Allow)
            return await RefuseAsync(
                Refusal.InvalidRequest("No decision was made.", Reasons.DecisionMissing), [new Failure(Text["consent.no_decision"])]);
        if (Ticked.Count == 0 && _ticket.Scopes.Count > 0)
            return await RefuseAsync(
                Refusal.InvalidRequest("Nothing was ticked.", Reasons.ScopeMissing),
                [new Failure(Text["consent.nothing_ticked"], "scope-0")]);
        await consents.GrantAsync(Session, Client.Id, _ticket.Scopes, Ticked, remember, Context, Aborted);
        return GoOn(Ticked, isRefused: false);
    }

    // Null when the page is to be shown.
    private async Task<IActionResult?> OpenAsync(string? ticket)
    {
        if (tickets.Unprotect<ConsentTicket>(ticket, Context.Now) is not { } read)
            return await ErrorPageAsync(
                Refusal.InvalidRequest("The consent was not asked for here, or is no longer waited for.", Reasons.TicketExpired));

        (_ticket, Ticket) = (read, ticket);
        Context.ClientId = read.ClientId;
        HttpContext.SetRequestLanguage(read.UiLocales);
        PageHeaders.AllowFormsElsewhere(HttpContext);
        var snapshot = registry.Current;
        if (snapshot.Find(read.ClientId) is not { Enabled: true } client
            || await browser.FindSessionAsync(HttpContext, Context.Now) is not { } session
            || session.Id != read.SessionId)
            return SeeOther(read.ReturnUrl);

        (Client, Session, Scopes) = (client, session, ScopeText.Describe(read.Scopes, snapshot, Text));
        return null;
    }

    private IActionResult GoOn(IReadOnlyList<string> scopes, bool isRefused) =>
        SeeOther(
            tickets.AddressAfter(
                _ticket, new ConsentDecision(_ticket.RequestHash, Session.Id, scopes) { IsRefused = isRefused }, Context.Now));
}
