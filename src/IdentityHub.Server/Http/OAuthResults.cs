using System.Buffers;
using System.Globalization;
using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.Http;

/// <summary>Writes the answers of the standard endpoints: RFC 6749 §5.1 and §5.2. Nothing of it may be stored on the way.</summary>
internal static class OAuthResults
{
    private const string Json = "application/json";
    private const string BasicChallenge = "Basic realm=\"IdentityHub\", charset=\"UTF-8\"";

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? writer;

    /// <summary>200 with the tokens.</summary>
    public static Task WriteTokenAsync(HttpContext http, TokenResponse tokens) =>
        WriteAsync(http, StatusCodes.Status200OK, tokens, static (json, tokens) =>
        {
            json.WriteString("access_token"u8, tokens.AccessToken);
            json.WriteString("token_type"u8, "Bearer"u8);
            json.WriteNumber("expires_in"u8, (long)tokens.Lifetime.TotalSeconds);
            if (tokens.Scopes.Count > 0)
                json.WriteString("scope"u8, ScopeSet.Format(tokens.Scopes));
            if (tokens.RefreshToken is { } refreshToken)
                json.WriteString("refresh_token"u8, refreshToken);
            if (tokens.IssuedTokenType is { } issuedType)
                json.WriteString("issued_token_type"u8, issuedType);
            if (tokens.IdToken is { } idToken)
                json.WriteString("id_token"u8, idToken);
        });

    /// <summary>The refusal: public sentence and trace id; the stable reason too once the client has proven who it is.</summary>
    public static Task WriteErrorAsync(HttpContext http, RequestContext context, Refusal error) =>
        WriteErrorAsync(
            http, context, error, OAuthErrors.StatusOf(error.Kind) == StatusCodes.Status401Unauthorized ? BasicChallenge : null);

    /// <summary>The refusal, with the challenge that the endpoint's own scheme asks for.</summary>
    public static Task WriteErrorAsync(HttpContext http, RequestContext context, Refusal error, string? challenge)
    {
        SetErrorHeaders(http, error, challenge);
        return WriteAsync(http, OAuthErrors.StatusOf(error.Kind), (context, error), static (json, answer) =>
        {
            json.WriteString("error"u8, OAuthErrors.CodeOf(answer.error.Kind));
            json.WriteString("error_description"u8, answer.error.Description);
            if (answer.context.ClientAuthenticated)
                json.WriteString("error_reason"u8, answer.error.PublicReason);
            json.WriteString("trace_id"u8, answer.context.TraceIdText);
        });
    }

    /// <summary>One JSON object that no cache may keep.</summary>
    public static Task WriteAsync<T>(HttpContext http, int status, T value, Action<Utf8JsonWriter, T> members)
    {
        var body = buffer ??= new ArrayBufferWriter<byte>(2048);
        body.ResetWrittenCount();
        var json = writer ??= new Utf8JsonWriter(body, new JsonWriterOptions { SkipValidation = true });
        json.Reset(body);
        json.WriteStartObject();
        members(json, value);
        json.WriteEndObject();
        json.Flush();

        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = Json;
        response.ContentLength = body.WrittenCount;
        SetNoStore(response);

        // Copied into the response's own buffer before anything awaits: the thread's buffer is free again.
        response.BodyWriter.Write(body.WrittenSpan);
        return response.BodyWriter.FlushAsync(http.RequestAborted).AsTask();
    }

    /// <summary>The headers that a refusal brings along: <c>Retry-After</c>, and for 401 the scheme that was expected.</summary>
    public static void SetErrorHeaders(HttpContext http, Refusal error, string? challenge)
    {
        if (error.RetryAfter is { } wait)
            http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (challenge is not null)
            http.Response.Headers.WWWAuthenticate = challenge;
    }

    /// <summary>Answers success without a body; the answer must not be cached.</summary>
    public static void WriteEmpty(HttpContext http)
    {
        SetNoStore(http.Response);
        http.Response.ContentLength = 0;
    }

    /// <summary>
    /// Sends the browser on; 303 after a POST, so that what was posted is not posted on (RFC 9700 §4.12). An address that would not fit
    /// into the headers that a proxy takes goes into a page (<see cref="RefreshPage"/>).
    /// </summary>
    /// <param name="address">A local path of the hub, or the absolute URL of a client.</param>
    public static Task RedirectAsync(HttpContext http, string address)
    {
        var url = http.PublicUrl(address);
        if (url.Length > RefreshPage.MaxLocationLength)
            return RefreshPage.WriteAsync(http, url);
        http.Response.StatusCode = HttpMethods.IsPost(http.Request.Method) ? StatusCodes.Status303SeeOther : StatusCodes.Status302Found;
        http.Response.Headers.Location = url;
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    /// <summary>RFC 6749 §5.1.</summary>
    public static void SetNoStore(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.Pragma = "no-cache";
    }
}
