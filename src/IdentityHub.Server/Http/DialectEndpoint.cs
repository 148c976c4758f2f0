using System.Globalization;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;

namespace IdentityHub.Server.Http;

/// <summary>Marks an endpoint of an older API; next to it stands a description with a limit for each of its verbs.</summary>
/// <param name="Dialect">Of <see cref="DialectNames"/>.</param>
internal sealed record OlderApi(string Dialect, IReadOnlyList<string> Methods);

/// <summary>
/// An endpoint of an older dialect: it is there only while the installation has the dialect on. contracts/README.md rule 5.
/// </summary>
internal static class DialectEndpoint
{
    /// <summary>Maps an endpoint of <paramref name="dialect"/>; off, it answers as a path that does not exist.</summary>
    public static IEndpointConventionBuilder MapDialectEndpoint(
        this IEndpointRouteBuilder routes, string dialect, string path, IReadOnlyList<string> methods, EndpointHandler handle,
        ErrorWriter writeError)
    {
        var use = routes.ServiceProvider.GetRequiredService<DialectUsage>();
        return routes
            .MapWhileOn(dialect, path, HubEndpoint.Answer(path, methods, Counted, writeError))
            .WithMetadata(new OlderApi(dialect, methods));

        // Counted for the client, or the service user, that has proven who it is, whatever the answer.
        async Task<Refusal?> Counted(HttpContext http, RequestContext context)
        {
            var error = await handle(http, context);
            if ((context.ServiceUser ?? (context.ClientAuthenticated ? context.ClientId : null)) is { } caller)
                use.Count(dialect, caller, context.Now);
            return error;
        }
    }

    /// <summary>
    /// Answers, in the dialect's own shape, whatever below <paramref name="prefix"/> is no path of it; off, nothing is there.
    /// </summary>
    /// <param name="prefix">With its leading slash, without one at the end.</param>
    public static void MapDialectNotFound(this IEndpointRouteBuilder routes, string dialect, string prefix, ErrorWriter writeError)
    {
        var pattern = prefix + "/{**rest}";
        routes.MapWhileOn(dialect, pattern, HubEndpoint.Answer(prefix, null, (_, _) => Task.FromResult<Refusal?>(NotFound), writeError))
            .Add(static endpoint => ((RouteEndpointBuilder)endpoint).Order = int.MaxValue);
    }

    private static Refusal NotFound { get; } = Refusal.Of(RefusalKind.NotFound, "There is no such path.", Reasons.PathUnknown);

    private static IEndpointConventionBuilder MapWhileOn(
        this IEndpointRouteBuilder routes, string dialect, string pattern, RequestDelegate endpoint)
    {
        var registry = routes.ServiceProvider.GetRequiredService<ClientRegistry>();
        return routes.Map(pattern, http =>
        {
            if (registry.Current.Document.Dialects.Find(dialect) is not { Enabled: true } definition)
            {
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }

            // RFC 9745: a structured date. RFC 8594: an HTTP date.
            if (definition.Deprecation is { } deprecation)
                http.Response.Headers["Deprecation"] = $"@{Utc(deprecation).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}";
            if (definition.Sunset is { } sunset)
                http.Response.Headers["Sunset"] = Utc(sunset).ToString("R", CultureInfo.InvariantCulture);
            return endpoint(http);
        });
    }

    private static DateTimeOffset Utc(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
}
