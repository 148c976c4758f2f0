using System.Globalization;
using IdentityHub.Server.Clients;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace IdentityHub.Server.Http;

/// <summary>
/// Lets applications that run in a browser call the endpoints that are made for them, from the origins that their clients name in
/// <c>allowed_cors_origins</c>; the authorization endpoint is not among them. OAuth 2.1 §3.1, ASSURANCE P4.
/// </summary>
internal static class CrossOrigin
{
    private const string PolicyName = "clients";
    private static readonly TimeSpan PreflightMaxAge = TimeSpan.FromHours(1);

    // The names come back in the answer, whose headers have to stay small.
    private const int MaxRequestedHeadersLength = 1024;

    public static void AddCrossOrigin(this IServiceCollection services)
    {
        services.AddCors();
        services.AddSingleton<ICorsPolicyProvider, ClientOrigins>();
    }

    /// <summary>
    /// Marks an endpoint that such applications call. No cookie is sent along: they authenticate by what stands in the request.
    /// </summary>
    public static IEndpointConventionBuilder ForBrowserClients(this IEndpointConventionBuilder endpoint) =>
        endpoint.RequireCors(PolicyName);

    /// <summary>
    /// Answers <c>OPTIONS</c> of a public document: 204, any origin, any header. CORS §3.2.
    /// </summary>
    /// <returns>False for another verb: nothing was answered.</returns>
    public static bool TryAnswerPreflight(HttpContext http)
    {
        if (!HttpMethods.IsOptions(http.Request.Method))
            return false;
        var asked = http.Request.Headers.AccessControlRequestHeaders.ToString();
        var headers = http.Response.Headers;
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        headers.Allow = "GET, HEAD, OPTIONS";
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "GET, HEAD";

        // A star does not stand for Authorization: what is asked for is named, as long as the answer stays small.
        headers.AccessControlAllowHeaders =
            asked.Length is > 0 and <= MaxRequestedHeadersLength && asked.All(IsHeaderNameOrComma) ? asked : "*";
        headers.AccessControlMaxAge = ((long)PreflightMaxAge.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return true;
    }

    // RFC 9110 §5.1, as far as names in use go.
    private static bool IsHeaderNameOrComma(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or ',' or ' ' or '.';

    // Made once a generation of the configuration.
    private sealed class ClientOrigins(ClientRegistry registry) : ICorsPolicyProvider
    {
        private volatile MadePolicy? _made;

        public Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName)
        {
            if (policyName != PolicyName)
                return Task.FromResult<CorsPolicy?>(null);
            var snapshot = registry.Current;
            var made = _made;
            if (made?.Snapshot != snapshot)
                _made = made = new MadePolicy(
                    snapshot, Policy(snapshot, static policy => policy.AllowAnyHeader()),
                    Policy(snapshot, static policy => policy.WithHeaders("authorization", "content-type")));
            var asked = context.Request.Headers.AccessControlRequestHeaders.ToString().Length;
            return Task.FromResult<CorsPolicy?>(asked <= MaxRequestedHeadersLength ? made.AnyHeader : made.UsualHeaders);
        }

        // Instrumented pages send headers of their own (traceparent, sentry-trace): for an origin that a client names, each is allowed.
        private static CorsPolicy Policy(RegistrySnapshot snapshot, Func<CorsPolicyBuilder, CorsPolicyBuilder> headers)
        {
            var policy = new CorsPolicyBuilder()
                .WithOrigins([
                    .. snapshot
                        .Document.Clients.Where(client => client.Enabled)
                        .SelectMany(client => client.AllowedCorsOrigins)
                        .Distinct(StringComparer.Ordinal)
                ])
                .WithMethods("GET", "POST")
                .WithExposedHeaders("www-authenticate", "retry-after")
                .SetPreflightMaxAge(PreflightMaxAge);
            return headers(policy).Build();
        }

        private sealed record MadePolicy(RegistrySnapshot Snapshot, CorsPolicy AnyHeader, CorsPolicy UsualHeaders);
    }
}
