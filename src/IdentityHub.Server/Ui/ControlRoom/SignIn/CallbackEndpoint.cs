using IdentityHub.Protocol;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Settings;

namespace IdentityHub.Server.Ui.ControlRoom.SignIn;

/// <summary><c>GET /admin/callback</c>: where the authorization endpoint sends a browser that logs in to the control room.</summary>
internal sealed class CallbackEndpoint(ControlRoomSignIn signIn)
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapHubEndpoint(
        ControlRoomSettings.CallbackPath, ["GET"], routes.ServiceProvider.GetRequiredService<CallbackEndpoint>().HandleAsync,
        PageErrors.WriteAsync);

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        OAuthResults.SetNoStore(http.Response);
        var sent = QueryReader.Read(http.Request);
        if (!sent.Succeeded)
            return sent.Error;
        var next = await signIn.FinishAsync(http, sent.Value, context);
        if (!next.Succeeded)
            return next.Error;
        await OAuthResults.RedirectAsync(http, next.Value);
        return null;
    }
}
