using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Users;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.OAuth.UserInfo;

/// <summary>
/// <c>GET</c> and <c>POST /connect/userinfo</c>. OpenID Connect Core §5.3; the token in the header or in the form of a POST.
/// </summary>
internal sealed class UserInfoEndpoint(BearerCaller callers, UserClaims claims, IOptions<HubSettings> settings)
{
    public const string Path = "/connect/userinfo";

    private static readonly EndpointDescription Description = new("GET", "userInfo", OAuthDescriptions.Tag, "Read claims of the user")
    {
        Text = "OpenID Connect Core §5.3. The access token needs the scope `openid`; which claims come is up to its other scopes.",
        Access = DescribedAccess.Bearer,
        Limit = EndpointLimits.Nothing,
        Answers =
        [
            new(200, "The claims.")
            {
                Fields =
                [
                    Field.Text("sub", "The user.") with
                    {
                        IsRequired = true,
                        Format = "uuid",
                    },
                    Field.Text("name", "With `profile`."),
                    Field.Text("email", "With `email`.") with
                    {
                        Format = "email",
                    }
                ],
            },
            .. OAuthDescriptions.Errors(400, 401, 403),
        ],
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<UserInfoEndpoint>();
        routes
            .MapHubEndpoint(Path, ["GET", "POST"], endpoint.HandleAsync, BearerResults.WriteErrorAsync)
            .ForBrowserClients()
            .Describe(Description)
            .Advertise("userinfo_endpoint", Path, authenticatesClients: false);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        var form = HttpMethods.IsPost(http.Request.Method) && FormReader.IsForm(http.Request.ContentType)
            ? await FormReader.ReadAsync(http.Request, http.RequestAborted)
            : new Parameters();
        if (!form.Succeeded)
            return form.Error;
        var caller = await callers.ReadAsync(http, form.Value, context);
        if (!caller.Succeeded)
            return caller.Error;
        var token = caller.Value.Token;
        if (token.UserId is not { } user)
            return BearerResults.InvalidToken(Reasons.AccessTokenWithoutUser, "a client's own token");
        var scopes = ScopeSet.Parse(token.Scopes) ?? [];
        if (!scopes.Contains("openid", StringComparer.Ordinal))
            return BearerResults.InsufficientScope("openid");
        if (AskedAuthentication.RefusalOf(caller.Value, settings.Value.Issuer, context.Now) is { } weak)
            return weak;

        var client = caller.Value.Client;
        var catalog = client.Registry.Claims;

        // As far as the client may still see it.
        var requested = token.UserInfoClaims is { } names ? catalog.Covered(names.Split(' '), client.Scopes) : [];
        var wanted = catalog.OfUserinfo(scopes, requested);
        var userClaims = await claims.ReadAsync(user, token.OrganizationId, wanted, http.RequestAborted);
        var shown = (user, ofClient: client.UserinfoClaims, userClaims);
        await OAuthResults.WriteAsync(http, StatusCodes.Status200OK, shown, static (json, answer) =>
        {
            json.WriteString("sub"u8, answer.user);
            ClaimJson.Write(json, answer.ofClient);
            ClaimJson.Write(json, answer.userClaims);
        });
        return null;
    }
}
