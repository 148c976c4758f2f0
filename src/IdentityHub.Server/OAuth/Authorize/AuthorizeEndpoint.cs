using IdentityHub.Protocol;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Grants.AuthorizationCode;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Settings;
using IdentityHub.Storage.Sessions;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.OAuth.Authorize;

/// <summary>
/// <c>GET</c> and <c>POST /connect/authorize</c>. RFC 6749 §3.1, OpenID Connect Core §3.1.2. Reads the request, asks what it still needs of
/// the user, and sends the browser there: to a page of the hub, or back to the client with a code or an error.
/// </summary>
internal sealed class AuthorizeEndpoint(
    AuthorizationRequestReader requests, AuthorizationDecision decision, CodeIssue codes, BrowserCookie browser,
    AuthorizeInteraction interaction)
{
    public const string Path = "/connect/authorize";

    private static readonly EndpointDescription Description = new("GET", "authorize", OAuthDescriptions.Tag, "Send a user to sign in")
    {
        IsForBrowsers = true,
        Text =
            "RFC 6749 §4.1.1, OpenID Connect Core §3.1.2. For the address bar of a browser, not for a script: the answer is a page of the "
                + "hub, or leads back to "
            + "`redirect_uri` with `code` and `state`, or with `error`. The same parameters may come as a form by POST.",
        Query =
        [
            Field.Text("client_id", "Who asks.") with { IsRequired = true, Example = "\"demo-web\"" },
            Field.Text("response_type", "`code`.") with { IsRequired = true, Example = "\"code\"" },
            Field.Text("redirect_uri", "One that is registered; it may be left out where only one is.") with
            {
                Example = "\"http://localhost:5090/callback\"",
            },
            OAuthDescriptions.Scope with { Example = "\"openid profile\"" },
            Field.Text("state", "Comes back as it is; at most 8,192 characters. A random value, kept in the user's session.") with
            {
                Example = "\"STATE\"",
            },
            Field.Text("nonce", "Comes back in the `id_token`."),
            Field.Text("code_challenge", "Base64url of the SHA-256 of a random `code_verifier`. RFC 7636. Needed by public clients.") with
            {
                Example = "\"CODE_CHALLENGE\"",
            },
            Field.Text("code_challenge_method", "`S256`.") with { Example = "\"S256\"" },
            Field.Text("prompt", "`none`, `login`, `consent`, `select_account` or `create`."),
            Field.Text("max_age", "Seconds since the login at most."),
            Field.Text("login_hint", "What the login page is filled with."),
            Field.Text("resource", "Name of an API that the tokens are for; may be repeated. RFC 8707."),
            Field.Text("request_uri", "Of a pushed request, in place of all others but `client_id`. RFC 9126."),
        ],
        Limit = EndpointLimits.LongRequests,
        Answers =
        [
            new(200, "With `response_mode=form_post`: a page that posts the answer to the client."),
            new(302, "To the client, or to a page of the hub."), new(303, "The same after a POST."),
            new(400, "A page that says what is wrong: the client or its address is not known."),
            new(429, "A page: too many long requests from the IP address; `Retry-After`."),
        ],
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<AuthorizeEndpoint>();
        routes
            .MapHubEndpoint(Path, ["GET", "POST"], endpoint.HandleAsync, PageErrors.WriteAsync)
            .Describe(Description)
            .Advertise("authorization_endpoint", Path, authenticatesClients: false);
        FormPostPage.MapScript(routes);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        OAuthResults.SetNoStore(http.Response);
        var sent = await QueryReader.ReadEitherAsync(http.Request, http.RequestAborted);
        if (!sent.Succeeded)
            return sent.Error;

        var parameters = sent.Value.Without(InteractionsFeature.Login, InteractionsFeature.Consent);
        var read = await requests.ReadAsync(parameters, context, http.RequestAborted);
        if (read.Refusal is { } refusal)
            return await RefuseAsync(http, context, refusal);

        var request = read.Request!;
        if (HttpMethods.IsPost(http.Request.Method) && browser.TagOf(http) is null)
            return await interaction.RedirectToGetAsync(http, context, sent.Value, request);
        var session = await browser.FindSessionAsync(http, context.Now);
        var actions = interaction.ActionsOf(http, sent.Value, request, session, context);
        var verdict = await decision.DecideAsync(request, session, actions, context.Now, http.RequestAborted);
        return verdict.Step switch
        {
            AuthorizationStep.Issue => await IssueAsync(http, context, request, verdict, session!),
            AuthorizationStep.Refuse => await RefuseAsync(http, context, new AuthorizationRefusal(verdict.Error!, request.Target)),
            _ => await interaction.SendToPageAsync(http, context, sent.Value, request, verdict.Step, session),
        };
    }

    private async Task<Refusal?> IssueAsync(
        HttpContext http, RequestContext context, AuthorizationRequest request, AuthorizationVerdict verdict, StoredBrowserSession session)
    {
        var code = await codes.IssueAsync(request, verdict.Scopes, verdict.WasAsked, session, context, http.RequestAborted);
        if (!code.Succeeded)
            return await RefuseAsync(http, context, new AuthorizationRefusal(code.Error, request.Target));
        await AuthorizationAnswer.WriteAsync(http, request.Target, [new("code", code.Value.Value)]);
        return null;
    }

    // To the client where that is safe; else it is returned, and the user sees the page.
    private static async Task<Refusal?> RefuseAsync(HttpContext http, RequestContext context, AuthorizationRefusal refusal)
    {
        if (refusal.Target is null)
        {
            // In Development the answer names the nearest registered address; elsewhere it does not tell what is registered.
            return
                refusal.NearestRedirectUri is { } nearest
                && http.RequestServices.GetRequiredService<IOptions<HubSettings>>().Value.IsDevelopment
                ? refusal.Error with { Description = $"{refusal.Error.Description} The nearest one that is registered: {nearest}" }
                : refusal.Error;
        }

        await http.RequestServices.GetRequiredService<AuditTrail>().WriteRefusalAsync(context, refusal.Error);
        await AuthorizationAnswer.WriteAsync(http, refusal.Target, AuthorizationAnswer.Of(refusal.Error, context));
        return null;
    }
}
