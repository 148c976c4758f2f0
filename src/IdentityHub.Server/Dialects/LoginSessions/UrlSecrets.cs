using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Http;
using IdentityHub.Server.Settings;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>What was secret in the URL of a request. It is taken out before anything routes, logs or traces the request.</summary>
/// <param name="Lsid">The matrix parameter; null for none.</param>
/// <param name="ApiKey">The query parameter <c>apiKey</c>; null for none.</param>
/// <param name="SessionInPath">The LSID that stood in the path as the id of a session; null where that was none.</param>
internal sealed record UrlSecrets(string? Lsid, string? ApiKey, string? SessionInPath)
{
    /// <summary>What stands in the path in place of an LSID.</summary>
    public const string Placeholder = "lsid";

    /// <summary>What every LSID begins with.</summary>
    public const string LsidPrefix = "ihs_";

    private static readonly UrlSecrets None = new(null, null, null);

    /// <summary>Those of a request.</summary>
    public static UrlSecrets Of(HttpContext http) => http.Features.Get<UrlSecrets>() ?? None;

    /// <summary>Shows nothing of them.</summary>
    public override string ToString() => nameof(UrlSecrets);
}

/// <summary>
/// Reads matrix parameters and <c>apiKey</c> of the paths of login sessions once, before routing, and takes them out: no log, trace or
/// handler sees them in the URL. Refuses what can be read in two ways, and plain HTTP outside Development.
/// </summary>
internal static class UrlSecretsReading
{
    private const string ApiKey = "apiKey";
    private const string PathTag = "url.path";
    private static readonly string[] Prefixes = ["authenticate", "session", "password"];

    /// <summary>Must stand before routing.</summary>
    public static void UseUrlSecrets(this WebApplication app)
    {
        var registry = app.Services.GetRequiredService<ClientRegistry>();
        var allowsHttp = app.Services.GetRequiredService<IOptions<HubSettings>>().Value.IsDevelopment;
        app.Use((http, next) =>
        {
            if (!Applies(http.Request.Path) || registry.Current.Document.Dialects.Lsid is not { Enabled: true })
                return next(http);
            http.Response.Headers["Referrer-Policy"] = "no-referrer";
            if (Take(http) is { } malformed)
                return RefuseAsync(http, malformed);
            return !allowsHttp && !http.Request.IsHttps
                ? RefuseAsync(http, Refusal.InvalidRequest("Use https: the address holds secrets.", Reasons.PlainHttp))
                : next(http);
        });
    }

    /// <summary>True for a path whose first segment, whatever parameters it has, is one of the dialect's.</summary>
    public static bool Applies(PathString path)
    {
        if (path.Value is not ['/', ..] text)
            return false;
        var end = text.AsSpan(1).IndexOfAny('/', ';', '\\');
        var first = end < 0 ? text.AsSpan(1) : text.AsSpan(1, end);
        foreach (var prefix in Prefixes)
        {
            if (first.Equals(prefix, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static Refusal? Take(HttpContext http)
    {
        var request = http.Features.GetRequiredFeature<IHttpRequestFeature>();
        var path = MatrixPath.Parse(PublicPath.PathOf(request.RawTarget));
        var query = http.Request.QueryString.HasValue ? QueryReader.Read(http.Request) : new Parameters();

        // Whatever comes of it: nothing that is written down later may hold what was sent.
        Replace(
            http, request, path.Succeeded ? path.Value.Path : $"/{UrlSecrets.Placeholder}",
            query.Succeeded ? query.Value : new Parameters(), path.Value?.Lsid);
        return path.Error ?? query.Error;
    }

    private static void Replace(HttpContext http, IHttpRequestFeature request, string path, Parameters query, string? lsid)
    {
        // Decoded first: an LSID is one however its letters are written. No delimiter is encoded, so the segments are the same.
        var segments = PathString.FromUriComponent(path).Value!.Split('/');
        var isSession =
            segments is ["", var first, var id, ..]
            && id.StartsWith(UrlSecrets.LsidPrefix, StringComparison.Ordinal)
            && first.Equals("session", StringComparison.OrdinalIgnoreCase);
        var inPath = isSession ? segments[2] : null;
        for (var i = 0; i < segments.Length; i++)
        {
            if ((isSession && i == 2) || IsLsid(segments[i]))
                segments[i] = UrlSecrets.Placeholder;
        }

        http.Features.Set(new UrlSecrets(lsid, query[ApiKey], inPath));
        if (http.Request.QueryString.HasValue)
        {
            var rest = query.Without(ApiKey);
            http.Request.QueryString = rest.Items.Count == 0 ? QueryString.Empty : new QueryString("?" + rest.ToForm());
        }

        http.Request.Path = new PathString(string.Join('/', segments));
        request.RawTarget = http.Request.Path.ToUriComponent() + http.Request.QueryString.ToUriComponent();
        http.Features.Get<IHttpActivityFeature>()?.Activity.SetTag(PathTag, http.Request.Path.Value);
    }

    // Where it means nothing: whole, or nearly so; not what only begins like one, such as the name of a user.
    private static bool IsLsid(string segment) =>
        segment.Length > OpaqueToken.Length / 2 && segment.StartsWith(UrlSecrets.LsidPrefix, StringComparison.Ordinal);

    private static Task RefuseAsync(HttpContext http, Refusal error) =>
        HubEndpoint.Answer("/" + Prefixes[1], null, (_, _) => Task.FromResult<Refusal?>(error), CodedErrors.WriteAsync)(http);
}
