using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace IdentityHub.Server.Http;

/// <summary>A document that is served from memory until what it was made of changes, with an <c>ETag</c>. RFC 9110 §8.8.3.</summary>
internal sealed class CachedDocument
{
    private readonly ReadOnlyMemory<byte> _body;
    private readonly EntityTagHeaderValue _tag;
    private readonly string _tagText;

    /// <param name="madeOf">What <paramref name="body"/> was made of; compared by reference.</param>
    public CachedDocument(object madeOf, byte[] body)
    {
        MadeOf = madeOf;
        _body = body;
        _tagText = $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 8))}\"";
        _tag = new EntityTagHeaderValue(_tagText);
    }

    public object MadeOf { get; }

    /// <summary>Answers 200 with the document, or 304 to a caller who has it. It holds nothing but public facts.</summary>
    /// <param name="cacheControl">E.g. <c>public, max-age=300</c>.</param>
    /// <param name="forEveryOrigin">False: pages of other origins may not read it.</param>
    public Task WriteAsync(HttpContext http, string cacheControl, bool forEveryOrigin = true)
    {
        var headers = http.Response.Headers;
        headers.ETag = _tagText;
        headers.CacheControl = cacheControl;
        if (forEveryOrigin)
            headers.AccessControlAllowOrigin = "*";
        if (IsKnown(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        http.Response.ContentType = "application/json";
        http.Response.ContentLength = _body.Length;
        return HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask
            : http.Response.BodyWriter.WriteAsync(_body, http.RequestAborted).AsTask();
    }

    // RFC 9110 §13.1.2: the star stands for whatever there is.
    private bool IsKnown(HttpRequest request) => request.Headers.IfNoneMatch.Count > 0
        && request
            .GetTypedHeaders()
            .IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(_tag, useStrongComparison: false));
}
