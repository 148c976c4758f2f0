using IdentityHub.Protocol;
using IdentityHub.Storage.Audit.Reading;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Explain;

/// <summary>
/// The order of the checks that <c>hub explain</c> shows is the order in which the server makes them: of two faults in one request, the one
/// whose check comes first is the reason.
/// </summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
public class CheckOrderTests
{
    private const string Config =
        """
        clients:
          - client_id: web
            grant_types: [authorization_code, password, refresh_token]
            client_secrets: [{ value: "plain:web-secret" }]
            redirect_uris: ["https://app.test/in"]
            scope: openid orders.read
          - client_id: other
            grant_types: [authorization_code]
            client_secrets: [{ value: "plain:other-secret" }]
            redirect_uris: ["https://app.test/in"]
            scope: openid
        scopes:
          - { name: orders.read }
        users:
          - { id: 11111111-1111-4111-8111-111111111111, user_name: alice, password: "plain:Alice-Pass-1234" }

        """;

    private static readonly Dictionary<string, string> Login = new()
    {
        ["grant_type"] = "password",
        ["client_id"] = "web",
        ["client_secret"] = "web-secret",
        ["username"] = "alice",
        ["password"] = "Alice-Pass-1234",
        ["scope"] = "orders.read",
    };

    private static readonly Dictionary<string, string> Authorization = new()
    {
        ["client_id"] = "web",
        ["redirect_uri"] = "https://app.test/in",
        ["response_type"] = "code",
        ["scope"] = "openid",
        ["code_challenge"] = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ["code_challenge_method"] = "S256",
    };

    // A fault is a parameter with a value that is wrong, or without one: null.
    private static readonly Fault[] LoginFaults =
    [
        new("form_malformed", "broken", "%zz"),
        new("client_presented_twice", "client_assertion", "x"),
        new("client_authentication_missing", "client_secret", null),
        new("grant_type_missing", "grant_type", null),
        new("unsupported_grant_type", "grant_type", "nonsense"),
        new("unauthorized_client", "grant_type", "client_credentials"),
        new("invalid_target", "resource", "nowhere"),
        new("username_missing", "username", null),
        new("password_missing", "password", null),
        new("invalid_scope", "scope", "another"),
        new("password_too_long", "password", new string('a', 2000)),
        new("user_unknown", "username", "nobody"),
        new("password_wrong", "password", "another horse battery"),
    ];

    private static readonly Fault[] RefreshFaults =
    [
        new("invalid_target", "resource", "nowhere"),
        new("refresh_token_missing", "refresh_token", null),
        new("refresh_token_malformed", "refresh_token", "nonsense"),
        new("invalid_scope", "scope", "\"\\"),
    ];

    private static readonly Fault[] AuthorizationFaults =
    [
        new("client_id_missing", "client_id", null),
        new("client_unknown", "client_id", "nobody"),
        new("redirect_uri_mismatch", "redirect_uri", "https://app.test/out"),
        new("nonce_too_long", "nonce", new string('n', 1025)),
        new("response_type_missing", "response_type", null),
        new("response_mode", "response_mode", "nonsense"),
        new("registration", "registration", "{}"),
        new("max_age", "max_age", "soon"),
        new("code_challenge_missing", "code_challenge", null),
        new("invalid_scope", "scope", "orders.write orders.read openid profile"),
        new("invalid_target", "resource", "nowhere"),
        new("prompt", "prompt", "none login"),
        new("claims_malformed", "claims", "{"),
        new("id_token_hint", "id_token_hint", "nonsense"),
        new("login_required", "prompt", "none"),
    ];

    private Installation _installation = null!;
    private Hub _node = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _installation = await Installation.CreateAsync(Config);
        _node = await _installation.StartNodeAsync();
    }

    [OneTimeTearDown]
    public async Task EndAsync() => await _installation.DisposeAsync();

    [Test]
    public Task Of_the_password_grant() => VerifyAsync("connect/token", "password", Login, LoginFaults, PostAsync);

    [Test]
    public Task Of_the_refresh_grant() =>
        VerifyAsync(
            "connect/token", "refresh_token",
            new(Login) { ["grant_type"] = "refresh_token", ["refresh_token"] = OpaqueToken.Create(OpaqueTokenType.RefreshToken) },
            RefreshFaults, PostAsync);

    [Test]
    public async Task Of_the_code_grant()
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = "web",
            ["client_secret"] = "web-secret",
            ["code"] = await GetCodeAsync("web"),
            ["redirect_uri"] = "https://app.test/in",
            ["code_verifier"] = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        };
        var used = new Fault("code_used", "code", await GetCodeAsync("web"));
        await PostAsync(Guid.NewGuid(), With(form, used));

        await VerifyAsync(
            "connect/token",
            "authorization_code",
            form,
            [
                new("invalid_target", "resource", "nowhere"),
                new("code_missing", "code", null),
                new("code_malformed", "code", "nonsense"),
                new("code_unknown", "code", OpaqueToken.Create(OpaqueTokenType.AuthorizationCode)),
                new("code_foreign", "code", await GetCodeAsync("other")),
                new("redirect_uri_mismatch", "redirect_uri", "https://app.test/out"),
                new("code_verifier_wrong", "code_verifier", new string('a', 43)),
                used,
            ],
            PostAsync);
    }

    [Test]
    public Task Of_the_authorization_endpoint() => VerifyAsync("connect/authorize", null, Authorization, AuthorizationFaults, GetAsync);

    // Every fault alone, and every pair of faults that can be in one request.
    private async Task VerifyAsync(
        string endpoint, string? grant, Dictionary<string, string> good, Fault[] faults,
        Func<Guid, IEnumerable<KeyValuePair<string, string>>, Task> sendAsync)
    {
        var sent = new Dictionary<Guid, (string First, string? Second)>();
        for (var i = 0; i < faults.Length; i++)
        {
            foreach (var second in faults[(i + 1)..].Where(other => CanBeTogether(faults[i], other)).Prepend(null))
            {
                var trace = Guid.NewGuid();
                sent[trace] = (faults[i].Reason, second?.Reason);
                await sendAsync(trace, With(With(good, faults[i]), second));
            }
        }

        var rows = await ReadAsync([.. sent.Keys]);
        Assert.Multiple(() =>
        {
            foreach (var (trace, (first, second)) in sent)
            {
                Assert.That(rows.GetValueOrDefault(trace), Is.EqualTo(first), $"{first} and {second ?? "nothing else"}");
                if (second is not null)
                    Assert.That(
                        IndexOf(endpoint, grant, first), Is.LessThanOrEqualTo(LastIndexOf(endpoint, grant, second)),
                        $"{first} before {second}");
            }
        });
    }

    // A client that sends no secret is not presented twice.
    private static bool CanBeTogether(Fault one, Fault other) =>
        one.Parameter != other.Parameter && (one.Reason, other.Parameter) != ("client_presented_twice", "client_secret");

    private static Dictionary<string, string> With(Dictionary<string, string> form, Fault? fault)
    {
        var changed = new Dictionary<string, string>(form);
        if (fault is null)
            return changed;
        changed.Remove(fault.Parameter);
        if (fault.Value is not null)
            changed[fault.Parameter] = fault.Value;
        return changed;
    }

    private async Task<string> GetCodeAsync(string client)
    {
        var browser = new Browser(_node.Client);
        var request = new Dictionary<string, string>(Authorization) { ["client_id"] = client };
        var login = await browser.GetAsync($"/connect/authorize?{Encode(request)}");
        var end = await browser.SubmitAsync(
            login, login.FormWith("password"), ("username", "alice"), ("password", TokenRequests.AlicePassword));
        return end.Sent("code") ?? throw new InvalidOperationException($"There is no code in {end.Location}.");
    }

    private async Task PostAsync(Guid trace, IEnumerable<KeyValuePair<string, string>> form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/connect/token", UriKind.Relative))
        {
            Content = new StringContent(Encode(form), System.Text.Encoding.UTF8, "application/x-www-form-urlencoded"),
        };
        await SendAsync(trace, request);
    }

    private async Task GetAsync(Guid trace, IEnumerable<KeyValuePair<string, string>> query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/connect/authorize?{Encode(query)}", UriKind.Relative));
        await SendAsync(trace, request);
    }

    private async Task SendAsync(Guid trace, HttpRequestMessage request)
    {
        request.Headers.Add("traceparent", $"00-{trace:N}-00f067aa0ba902b7-01");
        using var answer = await _node.Client.SendAsync(request);
    }

    // The value of the one that breaks the form is sent as it is.
    private static string Encode(IEnumerable<KeyValuePair<string, string>> pairs) =>
        string.Join('&', pairs.Select(pair => $"{pair.Key}={(pair.Key == "broken" ? pair.Value : Uri.EscapeDataString(pair.Value))}"));

    private async Task<Dictionary<Guid, string?>> ReadAsync(List<Guid> traces)
    {
        var reader = new AuditReader(_installation.Database.Open());
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var rows = await reader.ListNewestAsync(
                new AuditFilter { HasReason = true }, 1000, _installation.Time.GetUtcNow(), CancellationToken.None);
            var found = rows.Where(row => traces.Contains(row.TraceId)).ToLookup(row => row.TraceId, row => row.Reason);
            if (found.Count == traces.Count || deadline.IsCancellationRequested)
                return found.ToDictionary(row => row.Key, row => row.Last());
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static int IndexOf(string endpoint, string? grant, string reason) =>
        CheckLists.Of(endpoint, grant)!.Select((check, index) => (check, index)).First(each => each.check.Reasons.Contains(reason)).index;

    private static int LastIndexOf(string endpoint, string? grant, string reason) =>
        CheckLists.Of(endpoint, grant)!.Select((check, index) => (check, index)).Last(each => each.check.Reasons.Contains(reason)).index;

    private sealed record Fault(string Reason, string Parameter, string? Value);
}
