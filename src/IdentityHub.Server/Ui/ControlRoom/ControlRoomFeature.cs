using IdentityHub.Server.Authentication;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Ui.ControlRoom.SignIn;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Ui.ControlRoom;

/// <summary><c>/admin</c>: the control room, pages for administrators. Decision 0045.</summary>
internal static class ControlRoomFeature
{
    private static readonly string[] Methods = ["GET", "HEAD"];

    public static void AddControlRoom(this IServiceCollection services)
    {
        services.AddSingleton<ControlRoomSignIn>();
        services.AddSingleton<CallbackEndpoint>();
        services.AddSingleton<FactorProof>();
        services.AddSingleton<SecondFactorRule>(provider => provider.GetRequiredService<FactorProof>().AsksAsync);
        services.AddSingleton<ControlRoomVisits>();
        services.AddSingleton<ControlRoomAccess>();
    }

    public static void MapControlRoom(this IEndpointRouteBuilder routes)
    {
        if (!IsOn(routes.ServiceProvider))
            return;
        CallbackEndpoint.Map(routes);
        routes.MapMethods(ControlRoomAssets.Style.Path, Methods, ControlRoomAssets.Style.WriteAsync);
        routes.MapMethods(ControlRoomAssets.Script.Path, Methods, ControlRoomAssets.Script.WriteAsync);
    }

    /// <summary>True for a page that is mapped: while the control room is off, none of its pages is.</summary>
    public static bool IsMapped(IServiceProvider services, string route) =>
        IsOn(services) || !(route == "/admin" || route.StartsWith("/admin/", StringComparison.Ordinal));

    private static bool IsOn(IServiceProvider services) => services.GetRequiredService<IOptions<HubSettings>>().Value.ControlRoom.Enabled;
}
