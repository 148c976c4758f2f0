using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Samples.Web;

/// <summary>
/// Sends users to the hub, and takes them back. ASP.NET Core does the work: code flow with PKCE, <c>state</c>, <c>nonce</c>, the checks of
/// the <c>id_token</c>, and a pushed request where the hub offers it.
/// </summary>
internal sealed class Login(IOptions<HubOptions> hub, IHttpClientFactory clients, IHostEnvironment environment)
    : IConfigureNamedOptions<OpenIdConnectOptions>
{
    public const string Path = "/login";

    public static void Map(WebApplication app) => app.MapGet(Path, () => Begin("/"));

    /// <summary>Sends the user to the hub, and afterwards to a path of this application.</summary>
    public static IResult Begin(string returnPath) =>
        Results.Challenge(new AuthenticationProperties { RedirectUri = returnPath }, [OpenIdConnectDefaults.AuthenticationScheme]);

    public void Configure(string? name, OpenIdConnectOptions options)
    {
        options.Authority = hub.Value.Authority;
        options.ClientId = hub.Value.ClientId;
        options.ClientSecret = hub.Value.ClientSecret;
        options.RequireHttpsMetadata = !environment.IsDevelopment();
        options.Backchannel = clients.CreateClient("hub");
        options.Scope.Clear();
        foreach (var scope in hub.Value.Scope.Split(' '))
            options.Scope.Add(scope);

        // A redirect with a query comes as a top-level GET: cookies with SameSite=Lax arrive, over plain http too.
        options.ResponseType = OpenIdConnectResponseType.Code;
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.CorrelationCookie.SameSite = SameSiteMode.Lax;
        options.NonceCookie.SameSite = SameSiteMode.Lax;
        options.CorrelationCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.NonceCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;

        // The redirect URIs that are registered at the hub.
        options.CallbackPath = "/callback";
        options.SignedOutCallbackPath = "/signed-out";

        // Claims keep the names that the hub gives them; the name of the user comes from userinfo, and the tokens stay in the encrypted
        // cookie.
        options.MapInboundClaims = false;
        options.TokenValidationParameters.NameClaimType = "name";
        options.GetClaimsFromUserInfoEndpoint = true;
        options.SaveTokens = true;
        options.Events.OnRemoteFailure = ShowAsync;
    }

    public void Configure(OpenIdConnectOptions options) => Configure(name: null, options);

    // The user has refused, or the answer belongs to no login of this browser.
    private static Task ShowAsync(RemoteFailureContext context)
    {
        context.HandleResponse();
        return Pages.Problem($"The sign-in did not succeed: {context.Failure?.Message}").ExecuteAsync(context.HttpContext);
    }
}
