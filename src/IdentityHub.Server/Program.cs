using IdentityHub.Server.Accounts;
using IdentityHub.Server.Admin;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Authentication;
using IdentityHub.Server.Background;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Dialects;
using IdentityHub.Server.Grants;
using IdentityHub.Server.Health;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Messaging;
using IdentityHub.Server.OAuth;
using IdentityHub.Server.Sessions;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Tokens;
using IdentityHub.Server.Ui;

if (await Probe.RunAsync(args, Environment.GetEnvironmentVariable, Console.Out) is { } answer) return answer;

var builder = WebApplication.CreateBuilder(SourceRun.OptionsOf(args));
builder.SetRequestLimits();
builder.AddHubSettings();
builder.AddTelemetry();
builder.Services.AddAudit();
builder.Services.AddLimits();
builder.Services.AddClients();
builder.Services.AddMessaging();
builder.Services.AddSessions();
builder.Services.AddAuthenticationFactors();
builder.Services.AddTokens();
builder.Services.AddAccounts();
builder.Services.AddGrants();
builder.Services.AddAdmin();
builder.Services.AddOAuth();
builder.Services.AddDialects();
builder.Services.AddInteractions();
builder.Services.AddCrossOrigin();
builder.Services.AddUi();
builder.Services.AddBackground();
builder.Services.AddHealth();

return await Start.RunAsync(() =>
{
    var app = builder.Build();
    app.UseDrain();
    app.UseTrustedProxies();
    app.UsePublicPath();
    app.UseErrorPages();
    app.UseDialects();
    app.UseRouting();
    app.UseCors();
    app.MapOAuth();
    app.MapDialects();
    app.MapAdmin();
    app.MapUi();
    app.MapHealth();
    return app;
});

/// <summary>The entry point, named so that tests can start the real server.</summary>
public partial class Program;
