using System.Text.Json;
using IdentityHub.Server.Http;
using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Ui.Account;

/// <summary>
/// <c>GET /.well-known/passkey-endpoints</c>: tells password managers where users add passkeys and look after them. W3C, A Well-Known URL
/// for Relying Party Passkey Endpoints.
/// </summary>
internal static class PasskeyEndpoints
{
    private const string Path = "/.well-known/passkey-endpoints";
    private const string Page = "/account/passkeys";
    private static readonly string[] Methods = ["GET", "HEAD"];

    public static void MapPasskeyEndpoints(this IEndpointRouteBuilder routes)
    {
        var page = routes.ServiceProvider.GetRequiredService<IOptions<HubSettings>>().Value.Issuer + Page;
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["enroll"] = page, ["manage"] = page });
        var document = new CachedDocument(page, body);
        routes.MapMethods(Path, Methods, http => document.WriteAsync(http, "public, max-age=300"));
    }
}
