using IdentityHub.Server.Settings;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Http;

/// <summary>
/// Serves the hub below the path of its issuer, e.g. <c>/auth</c> of <c>https://host.example/auth</c>. The path comes from the setting,
/// never from a request: <c>X-Forwarded-Prefix</c> is not read. A proxy may keep the path in front of the request's own or take it away;
/// both are answered.
/// </summary>
internal static class PublicPath
{
    /// <summary>Must stand before everything that reads the path of a request.</summary>
    public static void UsePublicPath(this WebApplication app)
    {
        var path = app.Services.GetRequiredService<IOptions<HubSettings>>().Value.PublicPath;
        if (path.Length == 0)
            return;

        var pathBase = new PathString(path);
        app.Use((http, next) =>
        {
            TakeAway(http, pathBase);
            http.Request.PathBase = pathBase;
            return next(http);
        });
        app.Lifetime.ApplicationStarted.Register(() => WarnOfAmbiguity(app, path));
    }

    /// <summary>What the browser calls a path of the hub: with the issuer's path in front. An absolute address stays as it is.</summary>
    /// <param name="address">A local path with its leading slash, or an absolute URL.</param>
    public static string PublicUrl(this HttpContext http, string address) =>
        address.StartsWith('/') ? http.Request.PathBase.Value + address : address;

    /// <summary>The path of a request target, in its origin form and in its absolute form. RFC 9112 §3.2.</summary>
    /// <param name="target">As it came over the wire.</param>
    public static string PathOf(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target : target[..query];
        if (path.StartsWith('/'))
            return path;
        var authority = path.IndexOf("://", StringComparison.Ordinal);
        var start = authority < 0 ? -1 : path.IndexOf('/', authority + 3);
        return start < 0 ? "/" : path[start..];
    }

    // The decoded path and the one on the wire must agree, so that what is read of either later is the same request.
    private static void TakeAway(HttpContext http, PathString pathBase)
    {
        var request = http.Features.GetRequiredFeature<IHttpRequestFeature>();
        var raw = PathOf(request.RawTarget);
        if (!http.Request.Path.StartsWithSegments(pathBase, StringComparison.Ordinal, out var rest) || !IsBelow(raw, pathBase.Value!))
            return;
        http.Request.Path = rest.HasValue ? rest : "/";
        request.RawTarget = $"/{raw.AsSpan(pathBase.Value!.Length).TrimStart('/')}{http.Request.QueryString.Value}";
    }

    private static bool IsBelow(string raw, string path) =>
        raw.StartsWith(path, StringComparison.Ordinal) && (raw.Length == path.Length || raw[path.Length] == '/');

    // "/oauth" in front, taken away by the proxy, would be looked for a second time in "/oauth/v2/token".
    private static void WarnOfAmbiguity(WebApplication app, string path)
    {
        var endpoints = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();
        if (endpoints
                .Select(endpoint => "/" + endpoint.RoutePattern.RawText?.TrimStart('/'))
                .FirstOrDefault(route => IsBelow(route, path)) is
            { } route)
            Log.PublicPathAmbiguous(app.Logger, path, route);
    }
}
