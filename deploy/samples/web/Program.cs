using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Samples.Web;

// A web application whose users sign in at the hub: code flow with PKCE, refresh, logout here and everywhere.
// It is the client demo-web of config/clients.yaml, and calls the API in ../api.
var builder = WebApplication.CreateBuilder(args);

builder.Services.Configure<HubOptions>(builder.Configuration.GetSection("Hub"));
builder.Services.AddHttpClient();
builder.Services.AddMemoryCache();
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<EndedSessions>();
builder.Services.AddSingleton<AccessTokens>();
builder.Services.ConfigureOptions<Login>();
builder.Services
    .AddAuthentication(scheme =>
    {
        scheme.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
        scheme.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
    })
    .AddCookie(cookie =>
    {
        // Not sent with a POST of another site, which is all the protection that the form "Sign out" needs.
        cookie.Cookie.Name = "demo-web";
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.ExpireTimeSpan = EndedSessions.CookieLifetime;
        cookie.Events.OnValidatePrincipal = EndedSessions.RejectAsync;
    })
    .AddOpenIdConnect();
builder.Services.AddAuthorization();

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();

Pages.Map(app);
Login.Map(app);
Logout.Map(app);
app.Run();
