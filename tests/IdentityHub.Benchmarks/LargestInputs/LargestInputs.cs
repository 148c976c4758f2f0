using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using IdentityHub.Testing;

namespace IdentityHub.Benchmarks.LargestInputs;

/// <summary>
/// What a header, a parameter or a body of the largest size that is read costs before anybody is authenticated: the verb
/// <c>largest-inputs</c>. Each of them is filled with each of the <see cref="Patterns"/>; the time of the fastest of several answers is
/// compared with that of a short value. A hub of its own in a process of its own, with the shipped configuration. ASSURANCE I10.
/// </summary>
internal sealed class LargestInputs(HttpClient client, int samples)
{
    // Kestrel reads 32 KiB of headers in all, and the hub 16 KiB of a parameter.
    private const int HeaderLength = 30_000;
    private const int ParameterLength = 16_000;
    private const int BodyLength = 60_000;
    private const double MostMilliseconds = 5;

    private static readonly string[] Headers =
    [
        "Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Authorization Basic", "Authorization Bearer", "Baggage", "Cookie",
        "Cookie of the hub", "DPoP", "Forwarded",
        "If-Modified-Since", "If-None-Match", "Origin", "Range", "Referer", "Sec-Fetch-Site", "Traceparent", "Tracestate", "User-Agent",
        "X-API-Key", "X-Forwarded-Host", "X-Forwarded-Prefix",
        "X-Forwarded-Proto", "X-LSID",
    ];

    private static readonly string[] Pages =
    [
        "/nowhere", "/login", "/connect/authorize?client_id=demo-web", "/connect/userinfo", "/.well-known/openid-configuration",
        "/session/x", "/account"
    ];

    private static readonly string[] AuthorizeParameters =
    [
        "acr_values", "claims", "client_id", "code_challenge", "code_challenge_method", "display", "id_token_hint", "login_hint", "max_age",
        "nonce", "prompt", "redirect_uri", "request",
        "request_uri", "resource", "response_mode", "response_type", "scope", "state", "ui_locales", "unknown",
    ];

    private static readonly string[] TokenParameters =
    [
        "actor_token", "assertion", "audience", "client_assertion", "client_id", "client_secret", "code", "code_verifier", "device_code",
        "grant_type", "hash", "otp", "password",
        "redirect_uri", "refresh_token", "resource", "scope", "secret", "subject_token", "subject_token_type", "username",
    ];

    private int _caller;

    /// <summary>Measures and prints the ten most costly, and all above 5 ms.</summary>
    /// <param name="args"><c>--samples N</c> of each (7), <c>--only TEXT</c>: those whose name holds it.</param>
    public static async Task RunAsync(string[] args)
    {
        var samples = int.Parse(Option(args, "--samples") ?? "7", CultureInfo.InvariantCulture);
        var only = Option(args, "--only") ?? "";
        await using var installation = await Installation.CreateAsync("");
        var hub = await installation.StartProcessAsync(
            ("IdentityHub:ConfigDirectory", SourceTree.PathOf("config")), ("IdentityHub:TrustedProxies", "127.0.0.1, ::1"),
            ("Logging:LogLevel:Default", "Warning"));
        var run = new LargestInputs(hub.Client, samples);
        var results = new List<(string Name, double Extra)>();
        var (place, ofShortValue) = ("", 0.0);
        foreach (var input in (await run.InputsAsync()).Where(input => input.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            if (input.Place != place)
                (place, ofShortValue) = (input.Place, await run.FastestAsync(input.Short));
            results.Add((input.Name, await run.FastestAsync(input.Largest) - ofShortValue));
        }

        Console.WriteLine($"{results.Count} inputs of the largest size, fastest of {samples} answers; milliseconds above a short value:");
        foreach (var (name, extra) in results
                .OrderByDescending(result => result.Extra)
                .Where((result, i) => i < 10 || result.Extra > MostMilliseconds))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{extra,8:0.00}  {name}"));
    }

    private async Task<IReadOnlyList<Input>> InputsAsync() =>
        [.. HeaderInputs(), .. ParameterInputs(), .. BodyInputs(await PathsAsync())];

    private static IEnumerable<Input> HeaderInputs() =>
        from page in Pages
        from header in Headers
        from pattern in Patterns.Texts
        select new Input(
            $"GET {page} {header}", pattern.Name, With(page, header, "a"),
            With(page, header, Patterns.Repeat(pattern.Piece, HeaderLength)));

    private static Func<HttpRequestMessage> With(string page, string header, string value) => () =>
    {
        var request = new HttpRequestMessage(HttpMethod.Get, page);
        (header, value) = header switch
        {
            "Cookie of the hub" => ("Cookie", $"hub_session={value}; hub_csrf={value[..Math.Min(100, value.Length)]}"),
            "Authorization Basic" => ("Authorization", "Basic " + value),
            "Authorization Bearer" => ("Authorization", "Bearer " + value),
            _ => (header, value),
        };
        request.Headers.TryAddWithoutValidation(header, value);
        return request;
    };

    private static IEnumerable<Input> ParameterInputs() =>
        from endpoint in new[]
        {
            ("/connect/par", AuthorizeParameters), ("/connect/token", TokenParameters), ("/connect/introspect", ["token"]),
            ("/connect/revocation", ["token"]), ("/api/token", ["hash", "secret"]),
        }
        from name in endpoint.Item2
        from value in Patterns
            .Texts.Concat(Patterns.Unicode)
            .Select(pattern =>
                (pattern.Name, Value: Patterns.Repeat(pattern.Piece, ParameterLength / EncodedLength(pattern.Piece) * pattern.Piece.Length))
            )
            .Concat(Patterns.Shapes(ParameterLength / 2))
        select new Input(
            $"POST {endpoint.Item1} {name}", value.Name, Form(endpoint.Item1, name, "a"), Form(endpoint.Item1, name, value.Value));

    private static int EncodedLength(string piece) => Uri.EscapeDataString(piece).Length;

    private static Func<HttpRequestMessage> Form(string path, string name, string value) => () =>
    {
        var grantType = name switch
        {
            "assertion" => "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "subject_token" or "subject_token_type" or "actor_token" or "audience" => "urn:ietf:params:oauth:grant-type:token-exchange",
            "device_code" => "urn:ietf:params:oauth:grant-type:device_code",
            "refresh_token" => "refresh_token",
            "username" or "password" or "otp" => "password",
            _ => "authorization_code",
        };
        var fields = new Dictionary<string, string>
        {
            ["client_id"] = "demo-web",
            ["client_secret"] = "demo-web-secret",
            ["grant_type"] = grantType,
            ["redirect_uri"] = "http://localhost:5090/callback",
            ["response_type"] = "code",
            ["scope"] = "openid",
        };
        if (name == "client_assertion")
            (fields["client_assertion_type"], fields["client_secret"]) = ("urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "");
        fields[name] = value;
        return new HttpRequestMessage(HttpMethod.Post, path).WithForm([.. fields.Select(field => (field.Key, field.Value))]);
    };

    private static IEnumerable<Input> BodyInputs(IReadOnlyList<(HttpMethod Method, string Path)> endpoints) =>
        from endpoint in endpoints
        from type in new[] { "application/json", "application/x-www-form-urlencoded" }
        from body in Patterns
            .Texts.Select(pattern => (pattern.Name, Value: Patterns.Repeat(pattern.Piece, BodyLength)))
            .Concat(Patterns.Shapes(BodyLength))
            .Append((Name: "JSON, a long text", Value: $"{{\"email\":\"{new string('a', BodyLength - 100)}\"}}"))
        select new Input(
            $"{endpoint.Method} {endpoint.Path} {type}", body.Name, Body(endpoint, type, "{}"), Body(endpoint, type, body.Value));

    private static Func<HttpRequestMessage> Body((HttpMethod Method, string Path) endpoint, string type, string body) => () =>
        new(endpoint.Method, endpoint.Path) { Content = new StringContent(body, MediaTypeHeaderValue.Parse(type)) };

    // Whatever the hub says that takes a body.
    private async Task<IReadOnlyList<(HttpMethod Method, string Path)>> PathsAsync()
    {
        using var document = JsonDocument.Parse((await client.GetAnswerAsync("/docs/openapi.json")).Body);
        return
        [
            .. from path in document.RootElement.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            where operation.Value.ValueKind == JsonValueKind.Object && operation.Value.TryGetProperty("requestBody", out _)
            select (
                HttpMethod.Parse(operation.Name),
                path.Name.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal)),
        ];
    }

    // The fastest: whatever else the machine does only adds to it. Each from an address of its own, so that no limit is reached.
    private async Task<double> FastestAsync(Func<HttpRequestMessage> request)
    {
        var fastest = double.MaxValue;
        for (var i = 0; i < samples; i++)
        {
            using var message = request();
            if (!message.Headers.Contains("X-Forwarded-For"))
                message.Headers.Add("X-Forwarded-For", NextCaller());
            var began = Stopwatch.GetTimestamp();
            using var response = await client.SendAsync(message);
            await response.Content.ReadAsByteArrayAsync();
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            if ((int)response.StatusCode is 429 or >= 500)
                throw new InvalidOperationException(
                    $"{message.Method} {message.RequestUri} answers {(int)response.StatusCode}: something else would be measured.");
        }

        return fastest;
    }

    private string NextCaller()
    {
        var caller = ++_caller;
        return $"10.{(caller >> 16) & 255}.{(caller >> 8) & 255}.{caller & 255}";
    }

    private static string? Option(string[] args, string name) =>
        Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;

    // Where the value stands, which pattern it is, the request with a short value and that with the largest.
    private sealed record Input(string Place, string Pattern, Func<HttpRequestMessage> Short, Func<HttpRequestMessage> Largest)
    {
        public string Name => $"{Place}: {Pattern}";
    }
}
