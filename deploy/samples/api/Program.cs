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
app.Run();

// "scope" is one claim, its values separated by blanks. RFC 9068 §2.2.3.
static bool HasScope(AuthorizationHandlerContext context, string scope) =>
    context.User.FindFirstValue("scope")?.Split(' ').Contains(scope, StringComparer.Ordinal) == true;

/// <summary>What somebody has ordered.</summary>
/// <param name="Owner"><c>sub</c>: the user, or the back end that acts for itself.</param>
internal sealed record Orders(string Owner, string[] Items);
