using IdentityHub.Server.Clients;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Ui.Shared;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Ui.Login;

/// <summary>
/// A page that signs a user in and then sends them back to where they came from. The target comes from a ticket of the hub, never from a
/// parameter that an attacker could write. ASSURANCE I5.
/// </summary>
internal abstract class LoginTicketPage(string endpoint, Tickets tickets) : HubPage(endpoint)
{
    /// <summary>Handed on from one try to the next.</summary>
    public string? Ticket { get; private set; }

    /// <summary>The client that the user signs in for; null for the hub itself.</summary>
    public string? ClientName { get; private set; }

    /// <summary>True when the ticket is not valid any more: the application has to be opened again.</summary>
    public bool HasExpired { get; private set; }

    /// <summary>True when users may make accounts for themselves.</summary>
    public bool HasSignUp => HttpContext.RequestServices.GetRequiredService<IOptions<HubSettings>>().Value.Registration.Enabled;

    /// <summary>True when something sends the message that resets a password.</summary>
    public bool HasResets => HttpContext.RequestServices.GetRequiredService<IOptions<HubSettings>>().Value.SendsMessages;

    /// <summary>True while the dialect of one-time passwords is on: a user may have a code sent instead of typing a password.</summary>
    public bool HasCodes =>
        HttpContext.RequestServices.GetRequiredService<ClientRegistry>().Current.Document.Dialects.Otp is { Enabled: true };

    /// <summary>The login page, on which the user begins again or proves in another way who they are.</summary>
    public virtual string LoginUrl => WithTicket(WellKnown.Login);

    /// <summary>Where a user goes who cancels; null for nowhere.</summary>
    public string? CancelUrl => Read.Marker is { } marker ? AddressAfter(marker with { Cancelled = true }) : null;

    /// <summary>The address of another page of the login, which goes on with the ticket.</summary>
    /// <param name="path">Without a query.</param>
    public string WithTicket(string path) => Ticket is null ? path : $"{path}?{InteractionsFeature.Ticket}={Ticket}";

    /// <summary>What the ticket says; without one, the way leads to the account page.</summary>
    protected LoginTicket Read { get; private set; } = LoginTicket.For(WellKnown.Account);

    /// <summary>Reads the ticket.</summary>
    /// <returns>True when there is a good one.</returns>
    protected bool ReadTicket(string? ticket)
    {
        var read = tickets.Unprotect<LoginTicket>(ticket, Context.Now);
        Read = read ?? Read;
        Ticket = read is null ? null : ticket;
        HasExpired = read is null && !string.IsNullOrEmpty(ticket);
        Context.ClientId = Read.ClientId;
        ClientName = Read.ClientId is { } id
            ? HttpContext.RequestServices.GetRequiredService<ClientRegistry>().Current.Find(id)?.Name
            : null;
        HttpContext.SetRequestLanguage(Read.UiLocales);
        if (Read.EndsAtClient)
            PageHeaders.AllowFormsElsewhere(HttpContext);
        return read is not null;
    }

    /// <summary>How the user signs in, as the ticket says.</summary>
    /// <param name="remember">True when the user wants to stay signed in after the browser was closed.</param>
    protected PageSignIn SignIn(bool remember) => new(remember, Ticket, AddressAfter(Read.Marker)) { AsksAnew = Read.AsksSecondFactor };

    /// <summary>Where the browser goes on, with what was done about the request.</summary>
    protected string AddressAfter(LoginMarker? marker) => tickets.AddressAfter(Read, marker, Context.Now);
}
