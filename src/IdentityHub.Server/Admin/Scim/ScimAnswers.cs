using System.Text.Json.Nodes;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Scim;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.Admin.Scim;

/// <summary>What comes of a call about one resource.</summary>
/// <param name="Body">Null: no body.</param>
/// <param name="Location">Where the resource is; null where it is gone.</param>
/// <param name="Version">Its weak ETag; null where it is gone, or was not read.</param>
internal sealed record ScimResult(int Status, JsonObject? Body, string? Location, string? Version);

/// <summary>Writes answers as <c>application/scim+json</c>. RFC 7644 §3.1.</summary>
internal static class ScimAnswers
{
    private const string MediaType = "application/scim+json; charset=utf-8";

    /// <summary>An object that no cache may keep.</summary>
    public static Task WriteAsync(HttpContext http, int status, JsonObject body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = MediaType;
        OAuthResults.SetNoStore(http.Response);
        return http.Response.WriteAsync(body.ToJsonString(), http.RequestAborted);
    }

    /// <summary>A resource, with its version and where it is.</summary>
    /// <returns>Null: it is written.</returns>
    public static async Task<Refusal?> WriteAsync(HttpContext http, ScimResult result)
    {
        if (result.Version is { } version)
            http.Response.Headers.ETag = version;
        if (result.Status == StatusCodes.Status201Created)
            http.Response.Headers.Location = result.Location;
        else if (result.Location is { } location)
            http.Response.Headers.ContentLocation = location;
        if (result.Body is { } body)
        {
            await WriteAsync(http, result.Status, body);
            return null;
        }

        http.Response.StatusCode = result.Status;
        OAuthResults.SetNoStore(http.Response);
        return null;
    }

    /// <summary>The answer to a query. RFC 7644 §3.4.2.</summary>
    /// <param name="total">Of all pages.</param>
    /// <param name="startIndex">Of the first one here; the first of all is 1.</param>
    public static JsonObject List(int total, int startIndex, IReadOnlyCollection<JsonObject> resources) => new()
    {
        ["schemas"] = new JsonArray(ScimUrns.ListResponse),
        ["totalResults"] = total,
        ["startIndex"] = startIndex,
        ["itemsPerPage"] = resources.Count,
        ["Resources"] = new JsonArray([.. resources]),
    };
}
