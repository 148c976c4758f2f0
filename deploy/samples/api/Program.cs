using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;

// An API that takes access tokens of the hub (RFC 9068). It makes no call to the hub for a token: it checks the token with the hub's
// published keys.
var builder = WebApplication.CreateBuilder(args);

builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(bearer =>
{
    bearer.Authority = builder.Configuration["Hub:Authority"] ?? "http://localhost:5080";
    bearer.RequireHttpsMetadata = !builder.Environment.IsDevelopment();

    // The name of the API in config/resources.yaml. A token for another API is refused, and so is an id_token: it is not at+jwt.
    bearer.Audience = "orders";
    bearer.TokenValidationParameters.ValidTypes = ["at+jwt"];

    // Claims keep the names that they have in the token.
    bearer.MapInboundClaims = false;
});

builder.Services.AddAuthorizationBuilder()
    .AddPolicy("orders.read", policy => policy.RequireAssertion(context => HasScope(context, "orders.read")))
    .AddPolicy("orders.write", policy => policy.RequireAssertion(context => HasScope(context, "orders.write")));

var app = builder.Build();
app.MapGet("/orders", (ClaimsPrincipal caller) => new Orders(caller.FindFirstValue("sub")!, ["A chair", "A table"]))
    .RequireAuthorization("orders.read");
app.MapPost("/orders", () => Results.StatusCode(StatusCodes.Status201Created)).RequireAuthorization("orders.write");

// What cannot be undone needs a login with two factors that is a quarter of an hour old at most.
app.MapDelete("/orders", () => Results.NoContent())
    .RequireAuthorization("orders.write")
    .AddEndpointFilter(new AskedLogin("urn:identityhub:acr:2", TimeSpan.FromMinutes(15)));
app.Run();

// "scope" is one claim, its values separated by blanks. RFC 9068 §2.2.3.
static bool HasScope(AuthorizationHandlerContext context, string scope) =>
    context.User.FindFirstValue("scope")?.Split(' ').Contains(scope, StringComparer.Ordinal) == true;

/// <summary>What somebody has ordered.</summary>
/// <param name="Owner"><c>sub</c>: the user, or the back end that acts for itself.</param>
internal sealed record Orders(string Owner, string[] Items);

/// <summary>
/// Answers a token of a weaker or older login with what the client has to ask the user for. RFC 9470 §3. The client sends the user to the
/// authorization endpoint with the <c>acr_values</c> and <c>max_age</c> of the answer, and comes back with another token.
/// </summary>
/// <param name="acr">The lowest <c>acr</c>: the levels of the hub sort as their names do.</param>
/// <param name="maxAge">How old the login may be.</param>
internal sealed class AskedLogin(string acr, TimeSpan maxAge) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var caller = context.HttpContext.User;
        var isRecent = long.TryParse(caller.FindFirstValue("auth_time"), out var seconds)
            && DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeSeconds(seconds) <= maxAge;
        if (isRecent && string.CompareOrdinal(caller.FindFirstValue("acr"), acr) >= 0)
            return await next(context);
        context.HttpContext.Response.Headers.WWWAuthenticate =
            $"Bearer error=\"insufficient_user_authentication\", acr_values=\"{acr}\", max_age=\"{(long)maxAge.TotalSeconds}\"";
        return Results.Unauthorized();
    }
}
