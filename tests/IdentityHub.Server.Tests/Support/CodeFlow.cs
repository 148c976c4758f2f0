using IdentityHub.Testing;

namespace IdentityHub.Server.Tests.Support;

/// <summary>The authorization code flow, as a client and its user go through it.</summary>
internal static class CodeFlow
{
    public const string Path = "/connect/authorize";

    /// <summary>RFC 7636 appendix B.</summary>
    public const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    public const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    /// <summary>Clients of every kind; the secret of each is its id and <c>-secret</c>.</summary>
    public const string Clients =
        """
          - { client_id: web, client_name: Web shop, grant_types: [authorization_code, refresh_token], client_secrets: [{ value: "plain:web-secret" }],
              redirect_uris: ["https://web.test/cb", "https://web.test/cb?tenant=a"], post_logout_redirect_uris: ["https://web.test/bye"],
              scope: openid profile email phone address offline_access orders.read }
          - { client_id: other, grant_types: [authorization_code, refresh_token], client_secrets: [{ value: "plain:other-secret" }],
              redirect_uris: ["https://other.test/cb"], scope: openid profile offline_access }
          - { client_id: spa, token_endpoint_auth_method: none, grant_types: [authorization_code, refresh_token],
              redirect_uris: ["http://127.0.0.1/cb", "http://localhost:5090/spa", "http://[::1]/cb"], allowed_cors_origins: ["https://spa.test"], scope: openid profile offline_access }
          - { client_id: app, token_endpoint_auth_method: none, grant_types: [authorization_code], redirect_uris: ["com.example.app:/cb"], scope: openid }
          - { client_id: pushing, grant_types: [authorization_code], client_secrets: [{ value: "plain:pushing-secret" }], redirect_uris: ["https://pushing.test/cb"],
              require_pushed_authorization_requests: true, scope: openid profile }
          - { client_id: curious, client_name: Curious, grant_types: [authorization_code, refresh_token], client_secrets: [{ value: "plain:curious-secret" }],
              redirect_uris: ["https://curious.test/cb"], require_consent: true, scope: openid profile email offline_access orders.read }
          - { client_id: elliptic, grant_types: [authorization_code], client_secrets: [{ value: "plain:elliptic-secret" }], redirect_uris: ["https://elliptic.test/cb"],
              id_token_signed_response_alg: ES256, access_token_format: reference, authorization_code_lifetime: 10s, scope: openid profile }
          - { client_id: closed, enabled: false, grant_types: [authorization_code], client_secrets: [{ value: "plain:closed-secret" }], redirect_uris: ["https://closed.test/cb"], scope: openid }
          - { client_id: machine, grant_types: [client_credentials], client_secrets: [{ value: "plain:machine-secret" }], redirect_uris: ["https://machine.test/cb"], scope: orders.read }

        """;

    /// <summary>A whole configuration: people, APIs and <see cref="Clients"/>.</summary>
    public const string Config = Parts.Apis + Parts.People + "clients:\n" + Clients;

    /// <summary>
    /// The parameters of a good request of <paramref name="clientId"/>, each replaced by what is given; null leaves one out.
    /// </summary>
    public static (string Name, string Value)[] Request(string clientId, params (string Name, string? Value)[] given)
    {
        (string Name, string? Value)[] usual =
        [
            ("client_id", clientId), ("response_type", "code"), ("redirect_uri", RedirectUriOf(clientId)), ("scope", "openid"),
            ("state", "some-state"), ("nonce", "some-nonce"),
            ("code_challenge", Challenge), ("code_challenge_method", "S256"),
        ];
        return
        [
            .. usual.Where(parameter => given.All(other => other.Name != parameter.Name)).Concat(given)
                .Where(parameter => parameter.Value is not null).Select(parameter => (parameter.Name, parameter.Value!)),
        ];
    }

    public static string RedirectUriOf(string clientId) => clientId switch
    {
        "spa" => "http://127.0.0.1/cb",
        "app" => "com.example.app:/cb",
        _ => $"https://{clientId}.test/cb",
    };

    /// <summary>The same as an address.</summary>
    public static string Address(string clientId, params (string Name, string? Value)[] given) => AddressOf(Request(clientId, given));

    public static string AddressOf(IEnumerable<(string Name, string Value)> parameters) =>
        Path
        + "?"
        + string.Join(
            '&', parameters.Select(parameter => $"{Uri.EscapeDataString(parameter.Name)}={Uri.EscapeDataString(parameter.Value)}"));

    /// <summary>Opens a request, and logs in where the login page comes up.</summary>
    public static async Task<Page> AuthorizeAsync(this Browser browser, string clientId, params (string Name, string? Value)[] given) =>
        await browser.GetAsync(Address(clientId, given)) is var page && page.IsLogin() ? await browser.LogInAsync(page) : page;

    /// <summary>Fills in the login page.</summary>
    public static Task<Page> LogInAsync(
        this Browser browser, Page page, string userName = "alice", string password = TokenRequests.AlicePassword,
        params (string Name, string? Value)[] more) =>
        browser.SubmitAsync(page, page.FormWith("password"), [("username", userName), ("password", password), .. more]);

    /// <summary>True for the login page.</summary>
    public static bool IsLogin(this Page page) => page.Document.QuerySelector("input[name='password']") is not null;

    /// <summary>Exchanges a code. A public client sends no secret.</summary>
    public static Task<Answer> RedeemAsync(
        this HttpClient client, string clientId, string? code, params (string Name, string? Value)[] given)
    {
        (string Name, string? Value)[] usual =
        [
            ("grant_type", "authorization_code"), ("client_id", clientId),
            ("client_secret", clientId is "spa" or "app" ? null : $"{clientId}-secret"), ("code", code),
            ("redirect_uri", RedirectUriOf(clientId)), ("code_verifier", Verifier),
        ];
        return client.TokenAsync(
        [
            .. usual.Where(parameter => given.All(other => other.Name != parameter.Name)).Concat(given)
                .Where(parameter => parameter.Value is not null).Select(parameter => (parameter.Name, parameter.Value!)),
        ]);
    }

    /// <summary>A fresh code of a fresh login.</summary>
    public static async Task<string> CodeAsync(this HttpClient client, string clientId, params (string Name, string? Value)[] given)
    {
        var page = await new Browser(client).AuthorizeAsync(clientId, given);
        return page.Sent("code") ?? throw new InvalidOperationException($"There is no code in {page.Location}.");
    }

    /// <summary>The tokens of a fresh login.</summary>
    public static async Task<Answer> TokensAsync(this HttpClient client, string clientId, params (string Name, string? Value)[] given)
    {
        var redirectUri = given.FirstOrDefault(parameter => parameter.Name == "redirect_uri").Value ?? RedirectUriOf(clientId);
        return await client.RedeemAsync(clientId, await client.CodeAsync(clientId, given), ("redirect_uri", redirectUri));
    }
}
