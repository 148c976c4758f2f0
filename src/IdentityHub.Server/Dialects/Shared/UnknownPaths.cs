using IdentityHub.Protocol;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.Dialects.Shared;

/// <summary>What lies under a dialect's paths and is none of its endpoints: 404 in the dialect's own shape, while it is on.</summary>
internal static class UnknownPaths
{
    // Every verb: a path that is not there allows none.
    private static readonly string[] AnyMethod = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];

    /// <param name="prefix">With both slashes, e.g. <c>/v1/client/</c>.</param>
    public static void MapUnknownPaths(this IEndpointRouteBuilder routes, string dialect, string prefix, ErrorWriter writeError) =>
        routes.MapDialectDoor(dialect, prefix + "{**rest}", AnyMethod, Refuse, writeError);

    private static Task<OAuthError?> Refuse(HttpContext http, Call call) =>
        Task.FromResult<OAuthError?>(OAuthError.InvalidRequest("There is nothing at this path.", "path_unknown") with { Status = StatusCodes.Status404NotFound });
}
