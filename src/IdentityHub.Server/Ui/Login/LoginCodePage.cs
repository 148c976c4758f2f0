using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Authentication.OneTimeCodes;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Ui.Login;

/// <summary>A page on which a code by e-mail signs a user in.</summary>
internal abstract class LoginCodePage(string endpoint, Tickets tickets) : LoginTicketPage(endpoint, tickets)
{
    /// <summary>Whether an account is made for an address that has none: the page is one of self-registration.</summary>
    public virtual bool MakesAccounts => false;

    /// <summary>Whether the installation has such pages.</summary>
    protected bool IsOn => MakesAccounts
        ? HasSignUp && HttpContext.RequestServices.GetRequiredService<IOptions<HubSettings>>().Value.Registration.VerifiedEmail
        : HasCodes;

    /// <summary>The client's own rules, where it has any; a login for the hub itself makes no account.</summary>
    protected OtpDefinition Policy
    {
        get
        {
            var own = Read.ClientId is { } id
                ? HttpContext.RequestServices.GetRequiredService<ClientRegistry>().Current.Find(id)?.Otp
                : null;
            var policy = own is { Enabled: true } ? own : new OtpDefinition { Enabled = true };
            return MakesAccounts ? policy with { AllowNewUsers = true } : policy;
        }
    }

    /// <summary>
    /// What makes an account for a new user; null where none is made. One who must have a second factor sets it up on the next page.
    /// </summary>
    protected NewUserRule? NewUsers => Policy.AllowNewUsers ? static (_, _) => default : null;

    /// <summary>Without the cookie of the browser that has asked, or for another login, it is another code.</summary>
    protected OtpPurpose PurposeOf(string? browser) =>
        new(Read.ClientId ?? "", $"{browser}\n{Ticket}{(MakesAccounts ? "\nsign-up" : "")}")
        {
            IsForNewUsers = MakesAccounts && !HasCodes,
        };

    /// <summary>There are no codes.</summary>
    protected static Refusal Off() => Refusal.Of(RefusalKind.NotFound, "There are no codes here.", Reasons.OtpOff);
}
