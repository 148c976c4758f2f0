using IdentityHub.Server.Authentication;
using IdentityHub.Server.Authentication.SecondFactors;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http.Interactions;

namespace IdentityHub.Server.Ui.Login;

/// <summary>
/// Logins that wait for their second factor, as they travel through the browser: encrypted, for ten minutes, and bound to the browser by a
/// cookie.
/// </summary>
internal sealed class PendingLogins(Tickets tickets, InteractionCookie browser)
{
    /// <summary>Name of the parameter.</summary>
    public const string Parameter = "login";

    /// <summary>The address of a page that goes on with a login.</summary>
    /// <param name="path">Of the page.</param>
    /// <param name="waiting">The login, protected.</param>
    /// <param name="ticket">That of the login page; null for none.</param>
    public static string AddressOf(string path, string waiting, string? ticket) =>
        $"{path}?{Parameter}={waiting}{(ticket is null ? "" : $"&{InteractionsFeature.Ticket}={ticket}")}";

    /// <summary>Begins to wait; gives the browser the cookie, unless it has it.</summary>
    /// <param name="remember">True when the user wants to stay signed in after the browser was closed.</param>
    /// <param name="mayBeSkipped">True when the user may put off the second factor.</param>
    public string Begin(HttpContext http, AuthenticatedUser user, bool remember, bool mayBeSkipped, RequestContext context)
    {
        var pending = new PendingLogin(
            Identifiers.NewId(context.Now), user.UserId, user.SecurityStamp, user.Methods, remember, browser.Begin(http),
            user.AuthenticatedAt)
        {
            MayBeSkipped = mayBeSkipped,
        };
        return tickets.Protect(pending, context.Now);
    }

    /// <summary>The login; null when there is none, it has waited for too long, or it was begun in another browser.</summary>
    public PendingLogin? Read(HttpContext http, string? text, DateTimeOffset now) =>
        tickets.Unprotect<PendingLogin>(text, now, PendingLogin.Lifetime) is { } pending
        && now < pending.At + PendingLogin.Lifetime
        && pending.BrowserTag == browser.TagOf(http)
            ? pending
            : null;
}
