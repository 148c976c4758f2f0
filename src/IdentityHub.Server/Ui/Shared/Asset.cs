using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>A style sheet or picture, served from memory. Its address changes with its content, so that browsers may keep it.</summary>
internal sealed class Asset
{
    private readonly ReadOnlyMemory<byte> _content;
    private readonly string _contentType;
    private readonly string _hash;

    /// <param name="path">Where it is served.</param>
    public Asset(string path, string contentType, byte[] content)
    {
        Path = path;
        _content = content;
        _contentType = contentType;
        _hash = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8));
    }

    public string Path { get; }

    /// <summary>What pages name: another one after a change.</summary>
    public string Address => $"{Path}?v={_hash}";

    /// <summary>One that lies in the program.</summary>
    public static Asset Embedded(string path, string contentType, string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return new Asset(path, contentType, content.ToArray());
    }

    /// <summary>
    /// Answers 200, or 304 to a browser that has it. A picture is not meant to be opened as a page: it may not even run its own script.
    /// </summary>
    public Task WriteAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ETag = $"\"{_hash}\"";
        headers.CacheControl = http.Request.Query["v"] == _hash ? "public, max-age=31536000, immutable" : "public, max-age=300";
        headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (IsKnown(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        http.Response.ContentType = _contentType;
        http.Response.ContentLength = _content.Length;
        return HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask
            : http.Response.BodyWriter.WriteAsync(_content, http.RequestAborted).AsTask();
    }

    private bool IsKnown(HttpRequest request) => request.Headers.IfNoneMatch.Count > 0
        && request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Tag == $"\"{_hash}\"");
}
