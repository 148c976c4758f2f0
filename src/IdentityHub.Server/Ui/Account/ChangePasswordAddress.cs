using IdentityHub.Server.Http;

namespace IdentityHub.Server.Ui.Account;

/// <summary>
/// <c>/.well-known/change-password</c>: where password managers send users to change their password. W3C, "A Well-Known URL for Changing
/// Passwords".
/// </summary>
internal static class ChangePasswordAddress
{
    public const string Path = "/.well-known/change-password";
    private static readonly string[] Methods = ["GET", "HEAD"];

    public static void MapChangePasswordAddress(this IEndpointRouteBuilder routes) => routes.MapMethods(Path, Methods, http =>
    {
        http.Response.StatusCode = StatusCodes.Status302Found;
        http.Response.Headers.Location = http.PublicUrl("/account/password");
        http.Response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    });
}
