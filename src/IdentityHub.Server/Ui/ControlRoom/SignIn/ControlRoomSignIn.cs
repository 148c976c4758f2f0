using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Grants;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Tokens;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Ui.ControlRoom.SignIn;

/// <summary>
/// Signs a browser in to the control room as any application does: an authorization request with PKCE, whose code comes back to
/// <c>/admin/callback</c> and is redeemed by the service of the token endpoint, in this process. The tokens are not kept: the control room
/// acts for the user of the browser's session. Decision 0045.
/// </summary>
internal sealed class ControlRoomSignIn(
    Tickets tickets, InteractionCookie interactions, BrowserCookie browser, TokenRequestHandler requests, IOptions<HubSettings> settings)
{
    private const string AuthorizePath = "/connect/authorize";
    private const string Start = "/admin";
    private const int VerifierBytes = 32;

    // Longer ones would not fit into the headers that a proxy takes. The user comes back to the first page then.
    private const int MaxReturnPath = 800;

    private readonly string _redirectUri = settings.Value.Issuer + ControlRoomSettings.CallbackPath;

    /// <summary>
    /// Begins a login. A login that is not older than the idle time will do; the second factor is asked for from users who have one.
    /// </summary>
    /// <param name="returnPath">The page that the browser goes to then.</param>
    /// <param name="asksAnew">True: the user logs in again, however young their login is.</param>
    /// <param name="loginHint">The user name that the login page is filled with; null for none.</param>
    /// <returns>Where the browser goes.</returns>
    public string Begin(HttpContext http, string returnPath, bool asksAnew, string? loginHint, DateTimeOffset now)
    {
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(VerifierBytes));
        var login = new ControlRoomLogin(
            returnPath.Length <= MaxReturnPath ? returnPath : Start, verifier, interactions.Begin(http));
        var parameters = new Parameters();
        parameters.Add("client_id", BuiltInClients.ControlRoom);
        parameters.Add("response_type", "code");
        parameters.Add("redirect_uri", _redirectUri);
        parameters.Add("scope", "openid");
        parameters.Add("state", tickets.Protect(login, now));
        parameters.Add("code_challenge", Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))));
        parameters.Add("code_challenge_method", Pkce.Method);
        parameters.Add("acr_values", AuthenticationContext.TwoFactors);
        if (asksAnew)
            parameters.Add("prompt", "login");
        else
            parameters.Add("max_age", ((long)settings.Value.ControlRoom.IdleTime.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        if (loginHint is not null)
            parameters.Add("login_hint", loginHint);
        return $"{AuthorizePath}?{parameters.ToForm()}";
    }

    /// <summary>Ends a login: redeems its code, and gives the browser the cookie of the control room.</summary>
    /// <returns>Where the browser goes.</returns>
    public async Task<Outcome<string>> FinishAsync(HttpContext http, Parameters sent, RequestContext context)
    {
        context.ClientId = BuiltInClients.ControlRoom;
        if (tickets.Unprotect<ControlRoomLogin>(sent["state"], context.Now) is not { } login
            || login.BrowserTag != interactions.TagOf(http))
            return Foreign;

        // The user does not want to log in.
        if (sent["error"] == "access_denied")
            return "/";
        if (sent["error"] is not null || sent["code"] is not { } code)
            return Refusal.InvalidRequest("The login for the control room was refused.", Reasons.InvalidRequest);
        var issued = await requests.HandleAsync(
            new PresentedClient(ClientAuthMethods.None, BuiltInClients.ControlRoom), RequestOf(code, login), context,
            EndpointPolicy.Standard, http.RequestAborted);
        if (!issued.Succeeded)
            return issued.Error;

        // The code is the login of this browser, and of no other one.
        if (await browser.FindSessionAsync(http, context.Now) is not { } session || session.Id != issued.Value.SessionId)
            return Foreign;
        Write(http, session.Id, context.Now);
        return login.ReturnPath;
    }

    /// <summary>True when the browser has entered the control room in this session, and has been seen there within the idle time.</summary>
    /// <param name="prolongs">True for a click of the user, from which the idle time runs anew.</param>
    public bool IsInside(HttpContext http, Guid sessionId, bool prolongs, DateTimeOffset now)
    {
        var idle = settings.Value.ControlRoom.IdleTime;
        if (tickets.Unprotect<ControlRoomEntry>(http.Request.Cookies[CookieName], now, idle) is not { } entry
            || entry.SessionId != sessionId
            || entry.SeenAt + idle <= now)
            return false;
        if (prolongs && now - entry.SeenAt > idle / 30)
            Write(http, sessionId, now);
        return true;
    }

    /// <summary>Name of the cookie on this installation.</summary>
    public string CookieName { get; } = BrowserCookie.NameOf(settings.Value, "hub-control-room");

    // SameSite=Lax as the cookie of the session: a strict one would not come along on the redirects of a login that a link began.
    private void Write(HttpContext http, Guid sessionId, DateTimeOffset now) => http.Response.Cookies.Append(
        CookieName, tickets.Protect(new ControlRoomEntry(sessionId, now), now), BrowserCookie.Options(settings.Value, expires: null));

    private Parameters RequestOf(string code, ControlRoomLogin login)
    {
        var parameters = new Parameters();
        parameters.Add("grant_type", GrantTypes.AuthorizationCode);
        parameters.Add("client_id", BuiltInClients.ControlRoom);
        parameters.Add("code", code);
        parameters.Add("redirect_uri", _redirectUri);
        parameters.Add("code_verifier", login.Verifier);
        return parameters;
    }

    private static Refusal Foreign { get; } = Refusal.InvalidRequest(
        "The login for the control room has not begun in this browser, or too long ago. Open the control room again.", Reasons.Ticket);
}
