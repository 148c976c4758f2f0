using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

// The engine that could have been used: OpenIddict on Entity Framework Core and PostgreSQL, as its documentation sets it up, with one
// machine client and one client that refreshes. Both get an ES256 JWT that any API can check. Run with ConnectionStrings:Peer, and the
// secret as Secret.
var builder = WebApplication.CreateBuilder(args);
builder.Logging.ClearProviders();
builder.Services.AddDbContextPool<DbContext>(options =>
    options.UseNpgsql(builder.Configuration.GetConnectionString("Peer")).UseOpenIddict());
using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
builder.Services.AddOpenIddict()
    .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<DbContext>())
    .AddServer(server =>
    {
        server.SetTokenEndpointUris("connect/token");
        server.AllowClientCredentialsFlow().AllowPasswordFlow().AllowRefreshTokenFlow();
        server.RegisterScopes("orders.read");
        server.AddEphemeralEncryptionKey().AddSigningKey(new ECDsaSecurityKey(key)).DisableAccessTokenEncryption();
        server.UseAspNetCore().EnableTokenEndpointPassthrough().DisableTransportSecurityRequirement();
    });

await using var app = builder.Build();
await using (var scope = app.Services.CreateAsyncScope())
{
    await scope.ServiceProvider.GetRequiredService<DbContext>().Database.EnsureCreatedAsync();
    var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
    await AddAsync(applications, "load-jwt", Permissions.GrantTypes.ClientCredentials);
    await AddAsync(applications, "load-password", Permissions.GrantTypes.Password, Permissions.GrantTypes.RefreshToken);
}

app.MapGet("/", () => "ready");
app.MapPost("/connect/token", async (HttpContext http) =>
{
    var request = http.GetOpenIddictServerRequest()!;
    var principal = request.IsRefreshTokenGrantType()
        ? (await http.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)).Principal!
        : new ClaimsPrincipal(new ClaimsIdentity([new Claim(Claims.Subject, request.Username ?? request.ClientId!)], "token"));
    if (!request.IsRefreshTokenGrantType())
        principal.SetScopes(request.GetScopes());
    return Results.SignIn(principal, authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
});
await app.RunAsync();

async Task AddAsync(IOpenIddictApplicationManager applications, string clientId, params string[] grants)
{
    if (await applications.FindByClientIdAsync(clientId) is not null)
        return;
    var application = new OpenIddictApplicationDescriptor { ClientId = clientId, ClientSecret = builder.Configuration["Secret"] };
    application.Permissions.UnionWith([Permissions.Endpoints.Token, Permissions.Prefixes.Scope + "orders.read", .. grants]);
    await applications.CreateAsync(application);
}
