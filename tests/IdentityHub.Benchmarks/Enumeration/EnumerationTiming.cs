using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;

namespace IdentityHub.Benchmarks.Enumeration;

/// <summary>
/// Whether the time of an answer tells what there is behind a name: the verb <c>enumeration</c>. A hub of its own in a process of its own;
/// for each sample of each state a user of its own and an address of the caller's own, so that no limit is reached; the states by turns, in
/// another order each time. ASSURANCE E2.
/// </summary>
internal sealed partial class EnumerationTiming(HttpClient client, int samples)
{
    private const string Config =
        """
        clients:
          - client_id: app
            grant_types: [client_credentials, password]
            client_secrets: [{ value: "plain:app-secret" }]
            dialects: [otp]
            otp: { enabled: true }
        dialects:
          otp: { enabled: true }
          lsid: { enabled: true, reset_page_urls: [https://app.example.com/reset] }
        """;

    // Nobody's, in every state.
    private static readonly string WrongHash = new('a', 64);

    private int _caller;

    /// <summary>Measures and prints.</summary>
    /// <param name="args"><c>--samples N</c> (2000), <c>--iterations N</c> of a hash (220000), <c>--mail-server-dead</c>,
    /// <c>--endpoint TEXT</c>: those whose name holds it.</param>
    public static async Task RunAsync(string[] args)
    {
        var samples = Number(args, "--samples", 2000);
        var iterations = Number(args, "--iterations", UserPasswordHasher.MinIterations);
        (string, string)[] mail = args.Contains("--mail-server-dead")
            ?
            [
                ("IdentityHub:Email:Smtp:Host", "127.0.0.1"), ("IdentityHub:Email:Smtp:Port", $"{HubProcess.FreePort()}"),
                ("IdentityHub:Email:Smtp:From", "hub@example.com")
            ]
            : [];
        await using var installation = await Installation.CreateAsync(Config, DatabaseKind.Postgres);
        await AddUsersAsync(installation, samples, iterations);
        var hub = await installation.StartProcessAsync(
        [
            ("IdentityHub:TrustedProxies", "127.0.0.1, ::1"), ("IdentityHub:Passwords:Iterations", $"{iterations}"),
            ("IdentityHub:Otp:SendsPerClientAndHour", "10000000"),
            ("IdentityHub:Otp:SendsPerIpAndHour", "10000000"), ("IdentityHub:Limits:CallsPerMinute", "10000000"), .. mail,
        ]);

        var timing = new EnumerationTiming(hub.Client, samples);
        Console.WriteLine($"{iterations} iterations a hash{(mail.Length > 0 ? ", the mail server is dead" : "")}\n");
        var chosen = Array.IndexOf(args, "--endpoint") is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : "";
        foreach (var (endpoint, requestAsync) in timing
                .Endpoints()
                .Where(endpoint => endpoint.Name.Contains(chosen, StringComparison.OrdinalIgnoreCase)))
            Console.WriteLine(await timing.MeasureAsync(endpoint, await requestAsync()));
    }

    private IEnumerable<(string Name, Func<Task<Func<string, int, HttpRequestMessage>>> Request)> Endpoints() =>
    [
        ("POST /otp/send", OtpAsync),
        ("POST /password/reset", () => Task.FromResult(Reset)),
        ("POST /connect/token, grant password", () => Task.FromResult(Form)),
        ("POST /authenticate, password", () => Task.FromResult(Authenticate("password", "Wrong-Pass-1234"))),
        ("POST /authenticate, hash", () => Task.FromResult(Authenticate("passwordHash", WrongHash))),
        ("POST /login", LoginAsync),
    ];

    private async Task<string> MeasureAsync(string endpoint, Func<string, int, HttpRequestMessage> request)
    {
        var timings = new Timings();
        string[] order = [.. UserStates.Names];
        for (var sample = 0; sample < samples; sample++)
        {
            RandomNumberGenerator.Shuffle<string>(order);
            foreach (var state in order)
            {
                var message = request(state, sample);
                message.Headers.Add("X-Forwarded-For", NextCaller());
                var began = Stopwatch.GetTimestamp();
                var answer = await client.AnswerAsync(message);
                timings.Add(state, Stopwatch.GetElapsedTime(began));
                if (answer.Status is 429 or >= 500)
                    throw new InvalidOperationException($"{endpoint} answers {answer}: something else would be measured.");
            }
        }

        return timings.Table(endpoint);
    }

    private async Task<Func<string, int, HttpRequestMessage>> OtpAsync()
    {
        var token = (await client.MachineAsync("app"))["access_token"];
        return (state, sample) => Json("/otp/send", $$"""{"email":"{{UserStates.AddressOf(state, sample)}}"}""").WithBearer(token);
    }

    private static Func<string, int, HttpRequestMessage> Form { get; } =
        (state, sample) =>
            new HttpRequestMessage(HttpMethod.Post, "/connect/token").WithForm(
                ("grant_type", "password"), ("client_id", "app"), ("client_secret", "app-secret"),
                ("username", UserStates.AddressOf(state, sample)), ("password", "Wrong-Pass-1234"));

    private static Func<string, int, HttpRequestMessage> Reset { get; } =
        (state, sample) =>
            Json($"/password/reset/{UserStates.IdOf(state, sample)}", $$"""{"email":"{{UserStates.AddressOf(state, sample)}}"}""");

    private static Func<string, int, HttpRequestMessage> Authenticate(string field, string value) =>
        (state, sample) => Json($"/authenticate/{UserStates.AddressOf(state, sample)}", $$"""{"{{field}}":"{{value}}"}""");

    private static HttpRequestMessage Json(string path, string body) => new(HttpMethod.Post, path) { Content = new StringContent(body) };

    // One page, whose form is sent again and again.
    private async Task<Func<string, int, HttpRequestMessage>> LoginAsync()
    {
        var page = await client.AnswerAsync(new HttpRequestMessage(HttpMethod.Get, "/login"));
        var (cookie, formToken) = (page.Header("Set-Cookie")!.Split(';')[0], FormToken().Match(page.Body).Groups[1].Value);
        return (state, sample) =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "/login").WithForm(
                ("username", UserStates.AddressOf(state, sample)), ("password", "Wrong-Pass-1234"), ("form_token", formToken));
            request.Headers.Add("Cookie", cookie);
            return request;
        };
    }

    private string NextCaller()
    {
        var caller = ++_caller;
        return $"10.{caller >> 16 & 255}.{caller >> 8 & 255}.{caller & 255}";
    }

    private static async Task AddUsersAsync(Installation installation, int samples, int iterations)
    {
        var hash = new UserPasswordHasher(iterations).HashPassword(new User(), "Right-Pass-1234");
        var now = TimeProvider.System.GetUtcNow();
        foreach (var users in UserStates.Users(samples, hash, now).Chunk(1000))
        {
            await using var context = installation.Database.NewContext();
            context.AddRange(users.AsEnumerable());
            await context.SaveChangesAsync();
        }
    }

    private static int Number(string[] args, string name, int otherwise) =>
        Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length
            ? int.Parse(args[at + 1], CultureInfo.InvariantCulture)
            : otherwise;

    [GeneratedRegex("name=\"form_token\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
