using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Samples.Web;

/// <summary>Sends users to the hub, and takes them back. OpenID Connect Core §3.1, RFC 7636, RFC 9207.</summary>
internal static class Login
{
    public const string Path = "/login";
    public const string CallbackPath = "/callback";

    public static void Map(WebApplication app)
    {
        app.MapGet(Path, BeginAsync);
        app.MapGet(CallbackPath, EndAsync);
    }

    private static async Task<IResult> BeginAsync(
        HttpContext http, string? returnUrl, HubClient hub, PendingLogins pending, IOptions<HubOptions> options, CancellationToken cancellationToken)
    {
        // Only a path of this application: what begins with two slashes is another host.
        var returnPath = returnUrl is ['/', not ('/' or '\\'), ..] ? returnUrl : "/";
        var login = PendingLogin.Create($"{http.Request.Scheme}://{http.Request.Host}{CallbackPath}", returnPath);
        pending.Keep(http, login);
        var address = (await hub.DiscoverAsync(cancellationToken)).AuthorizationEndpoint;
        return Results.Redirect(QueryHelpers.AddQueryString(address, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = options.Value.ClientId,
            ["redirect_uri"] = login.RedirectUri,
            ["scope"] = options.Value.Scope,
            ["state"] = login.State,
            ["nonce"] = login.Nonce,
            ["code_challenge"] = Base64UrlEncoder.Encode(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(login.Verifier))),
            ["code_challenge_method"] = "S256",
        }));
    }

    private static async Task<IResult> EndAsync(
        HttpContext http, string? code, string? state, string? iss, string? error, HubClient hub, PendingLogins pending, IOptions<HubOptions> options,
        TimeProvider time, CancellationToken cancellationToken)
    {
        // Nothing of the answer is believed before it is known to belong to a login of this browser, and to come from the hub.
        if (pending.Take(http, state) is not { } login)
            return Pages.Problem("This login was not begun here, or too long ago.");
        if (iss != options.Value.Authority)
            return Pages.Problem("The answer comes from another server.");
        if (error is not null || code is null)
            return Pages.Problem($"The hub did not let you in: {error}");

        if (await hub.RedeemAsync(code, login.Verifier, login.RedirectUri, cancellationToken) is not { IdToken: { } idToken } tokens)
            return Pages.Problem("The hub did not take its code back.");
        var validated = await hub.ValidateIdTokenAsync(idToken);
        if (!validated.IsValid || validated.ClaimsIdentity.FindFirst("nonce")?.Value != login.Nonce)
            return Pages.Problem("The id_token is not the one that was asked for.");

        var properties = new AuthenticationProperties();
        tokens.StoreIn(properties, time.GetUtcNow());
        var user = await hub.GetUserInfoAsync(tokens.AccessToken, cancellationToken);
        await http.SignInAsync(PrincipalOf(validated.ClaimsIdentity, user.TryGetProperty("name", out var name) ? name.GetString() : null), properties);
        return Results.Redirect(login.ReturnPath);
    }

    // sid is what a back-channel logout names.
    private static ClaimsPrincipal PrincipalOf(ClaimsIdentity idToken, string? name)
    {
        var sub = idToken.FindFirst("sub")!.Value;
        Claim[] claims = [new("sub", sub), new("sid", idToken.FindFirst("sid")!.Value), new("name", name ?? sub)];
        return new ClaimsPrincipal(new ClaimsIdentity(claims, CookieAuthenticationDefaults.AuthenticationScheme, "name", "role"));
    }
}
