using System.Globalization;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Authentication.Passkeys;
using IdentityHub.Server.Authentication.SecondFactors;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Ui.Shared;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Login;

/// <summary>
/// <c>/login/second</c>: the second step of a login. It offers the second factors that the user has; each has a view of its own.
/// </summary>
internal sealed class LoginSecondModel(
    Tickets tickets, PendingLogins logins, BrowserLogin login, SecondFactorLogin factors, PasskeyLogin passkeys,
    BrowserRemembering remembering)
    : LoginTicketPage("login/second", tickets), IPasskeyPage
{
    private const string Path = "/login/second";

    private PendingLogin? _waiting;

    /// <summary>The login that waits, protected: handed on from one try to the next.</summary>
    public string? Waiting { get; private set; }

    /// <summary>The login that waits.</summary>
    /// <exception cref="InvalidOperationException">There is none: <see cref="HasLapsed"/>.</exception>
    public PendingLogin Login => _waiting ?? throw new InvalidOperationException("No login waits here.");

    /// <summary>Name of the factor that is asked for.</summary>
    public string Factor { get; private set; } = "";

    /// <summary>Names of the other factors that the user has.</summary>
    public IReadOnlyList<string> Others { get; private set; } = [];

    /// <summary>True where the user may say that they do not want to be asked again in this browser.</summary>
    public bool MayRemember { get; private set; }

    /// <summary>True when the user has said so.</summary>
    public bool RemembersBrowser { get; private set; }

    /// <summary>For how many days.</summary>
    public static string Days => BrowserRemembering.Lifetime.TotalDays.ToString(CultureInfo.InvariantCulture);

    /// <summary>True when there is nothing to go on with: the user begins again.</summary>
    public bool HasLapsed { get; private set; }

    /// <summary>True when a passkey is asked for.</summary>
    public bool HasPasskeys => Factor == PasskeyFactor.FactorName;

    /// <summary>Where the script learns what to ask the browser with.</summary>
    public string OptionsUrl => $"{AddressOf(Waiting!, Ticket)}&handler=Options";

    /// <summary>The view of the factor: the fields of its form, of which one is called <c>proof</c>.</summary>
    public string View => $"/Ui/Login/_Second{char.ToUpperInvariant(Factor[0])}{Factor[1..]}.cshtml";

    /// <summary>The address of the page.</summary>
    /// <param name="waiting">The login, protected.</param>
    /// <param name="ticket">That of the login page; null for none.</param>
    public static string AddressOf(string waiting, string? ticket) => PendingLogins.AddressOf(Path, waiting, ticket);

    /// <summary>The page with another factor.</summary>
    public string UrlOf(string factor) => $"{AddressOf(Waiting!, Ticket)}&factor={factor}";

    public async Task<IActionResult> OnGetAsync(string? ticket, [FromQuery(Name = PendingLogins.Parameter)] string? waiting, string? factor)
    {
        if (!await ReadAsync(ticket, waiting, factor))
            HasLapsed = true;
        return Page();
    }

    /// <summary>What the script of a passkey asks the browser with.</summary>
    public async Task<IActionResult> OnGetOptionsAsync(string? ticket, [FromQuery(Name = PendingLogins.Parameter)] string? waiting)
    {
        if (!await ReadAsync(ticket, waiting, PasskeyFactor.FactorName) || !HasPasskeys)
            return StatusCode(StatusCodes.Status403Forbidden);
        var options = await passkeys.SecondOptionsAsync(Login.UserId, Context, Aborted);
        return Content(options.ToJsonString(), "application/json");
    }

    public async Task<IActionResult> OnPostAsync(
        [FromForm] string? ticket, [FromForm(Name = PendingLogins.Parameter)] string? waiting, [FromForm] string? factor,
        [FromForm] string? proof, [FromForm(Name = "remember_browser")] bool rememberBrowser)
    {
        if (!await ReadAsync(ticket, waiting, factor))
            return await LapsedAsync(
                Refusal.InvalidRequest("The second factor was not sent in time.", Reasons.SecondFactorLapsed));
        RemembersBrowser = rememberBrowser;
        var user = await factors.CompleteAsync(Login, Factor, proof ?? "", Context, Aborted);
        if (!user.Succeeded)
        {
            return user.Error.Kind == RefusalKind.InvalidCredentials
                ? await LapsedAsync(user.Error)
                : await RefuseAsync(user.Error, [new Failure(TextOf(user.Error), "proof")]);
        }

        var signIn = SignIn(Login.Remember) with { RemembersBrowser = rememberBrowser };
        var next = await login.SignInAsync(HttpContext, user.Value, signIn, Context);
        return next.Succeeded ? SeeOther(next.Value) : await LapsedAsync(next.Error);
    }

    // False when no login waits, or its user has no second factor any more.
    private async Task<bool> ReadAsync(string? ticket, string? waiting, string? factor)
    {
        ReadTicket(ticket);
        if (logins.Read(HttpContext, waiting, Context.Now) is not { } found)
            return false;
        var names = await factors.NamesOfAsync(found.UserId, Aborted);
        if (names.Count == 0)
            return false;
        (Waiting, _waiting) = (waiting, found);
        Factor = names.FirstOrDefault(name => name == factor) ?? names[0];
        Others = [.. names.Where(name => name != Factor)];
        MayRemember = await MayRememberAsync(found);
        return true;
    }

    private async Task<bool> MayRememberAsync(PendingLogin waiting)
    {
        if (!remembering.IsAllowed(organizationId: null, Context.ClientId))
            return false;
        var user = await factors.FindUserAsync(waiting, Context, Aborted);
        return user.Succeeded && remembering.IsAllowed(user.Value.OrganizationId, Context.ClientId);
    }

    private async Task<IActionResult> LapsedAsync(Refusal error)
    {
        HasLapsed = true;
        return await RefuseAsync(error, [new Failure(Text["login.second.lapsed"])]);
    }

    private string TextOf(Refusal error) => error.Reason switch
    {
        Reasons.AttemptsExhausted => Text["login.second.exhausted"],
        Reasons.SecondFactorUsed => Text["login.second.used"],
        _ when error.Kind == RefusalKind.InvalidOneTimePassword => Text["login.second.wrong"],
        _ => Text.Of(error),
    };
}
