using IdentityHub.Testing;

namespace IdentityHub.Server.Tests.Support;

/// <summary>Calls of the endpoints of login sessions, and an installation with somebody in every place of the tree.</summary>
internal static class Lsids
{
    /// <summary>Of every user of <see cref="Config"/>.</summary>
    public const string Password = "Lsid-Pass-1234";

    public const string Key = "dialer-api-key-0123456789";

    /// <summary>
    /// Root over acme over east, and another tree. Admins hold every permission where they are; dora may assume, and nothing else; eve may
    /// nothing; the admin of the installation belongs to no organization, nor does ivan.
    /// </summary>
    public const string Config =
        """
        organizations:
          - { id: root, name: Root }
          - { id: acme, name: Acme, parent: root }
          - { id: east, name: Acme East, parent: acme }
          - { id: other, name: Other }
        roles:
          - { name: org-admin, permissions: [session.read, session.terminate, session.assume, user.block, user.password] }
          - { name: desk, permissions: [session.assume] }
        users:
          - { id: 00000000-0000-4000-8000-000000000001, user_name: rita, password: "plain:Lsid-Pass-1234", organization: root, roles: [org-admin] }
          - { id: 00000000-0000-4000-8000-000000000002, user_name: alice, email: alice@example.com, phone_number: "+27761234567", password: "plain:Lsid-Pass-1234", organization: acme, roles: [org-admin] }
          - { id: 00000000-0000-4000-8000-000000000003, user_name: dora, password: "plain:Lsid-Pass-1234", organization: acme, roles: [desk] }
          - { id: 00000000-0000-4000-8000-000000000004, user_name: eve, password: "plain:Lsid-Pass-1234", organization: acme }
          - { id: 00000000-0000-4000-8000-000000000005, user_name: bob, email: bob@example.com, password: "plain:Lsid-Pass-1234", organization: acme }
          - { id: 00000000-0000-4000-8000-000000000006, user_name: ed, password: "plain:Lsid-Pass-1234", organization: east }
          - { id: 00000000-0000-4000-8000-000000000007, user_name: fay, password: "plain:Lsid-Pass-1234", organization: east, roles: [org-admin] }
          - { id: 00000000-0000-4000-8000-000000000008, user_name: olga, password: "plain:Lsid-Pass-1234", organization: other, roles: [org-admin] }
          - { id: 00000000-0000-4000-8000-000000000009, user_name: sam, password: "plain:Lsid-Pass-1234", organization: other }
          - { id: 00000000-0000-4000-8000-000000000010, user_name: dan, password: "plain:Lsid-Pass-1234", organization: acme, enabled: false }
          - { id: 00000000-0000-4000-8000-000000000011, user_name: svc, password: "plain:Lsid-Pass-1234", organization: acme, roles: [service] }
          - { id: 00000000-0000-4000-8000-000000000012, user_name: ivan, password: "plain:Lsid-Pass-1234" }
          - { id: 00000000-0000-4000-8000-000000000013, user_name: ada, password: "plain:Lsid-Pass-1234", roles: [admin] }
        api_keys:
          - { name: dialer, value: "plain:dialer-api-key-0123456789", organization: acme, permissions: [session.read, user.block] }
        scopes:
          - { name: orders.read }
          - { name: orders.write }
        api_resources:
          - { name: orders, scopes: [orders.read, orders.write], client_secrets: [{ value: "plain:orders-secret" }] }
        clients:
          - { client_id: desk, grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"], client_secrets: [{ value: "plain:desk-secret" }], scope: orders.read orders.write,
              access_token_format: reference, token_exchange: { subject_tokens: [lsid, access_token], clients: [web], delegation: true } }
          - { client_id: desk-jwt, grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"], client_secrets: [{ value: "plain:desk-jwt-secret" }], scope: orders.read,
              token_exchange: { subject_tokens: [lsid] } }
          - { client_id: plain, grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"], client_secrets: [{ value: "plain:plain-secret" }], scope: orders.read }
          - { client_id: web, grant_types: [password, refresh_token, client_credentials], client_secrets: [{ value: "plain:web-secret" }], scope: orders.read, access_token_format: reference }
          - { client_id: web-jwt, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:web-jwt-secret" }], scope: orders.read }
        dialects:
          lsid: { enabled: true, reset_page_urls: [https://app.example.com/reset, https://app.example.com/other/] }

        """;

    /// <summary>Names of every user, in the order of their ids.</summary>
    public static readonly string[] Names =
    [
        "rita", "alice", "dora", "eve", "bob", "ed", "fay", "olga", "sam", "dan", "svc", "ivan", "ada"
    ];

    public static string IdOf(string name) => $"00000000-0000-4000-8000-{Array.IndexOf(Names, name) + 1:D12}";

    /// <summary>POST /authenticate/{username} with a password.</summary>
    public static Task<Answer> AuthenticateAsync(this HttpClient client, string name, string password = Password) =>
        client.PostJsonAsync($"/authenticate/{name}", $$"""{"password":"{{password}}"}""");

    /// <summary>The LSID of a new session.</summary>
    public static async Task<string> LsidAsync(this HttpClient client, string name, string password = Password) =>
        (await client.AuthenticateAsync(name, password)) is { Status: 200 } answer
            ? answer["sessionId"]!
            : throw new InvalidOperationException($"{name} could not log in.");

    /// <summary>A call with a body as it stands.</summary>
    public static Task<Answer> CallAsync(
        this HttpClient client, string method, string path, string? body = null, string? mediaType = "application/json",
        params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path).WithJson(body, mediaType);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return client.AnswerAsync(request);
    }

    /// <summary>GET of one's own session.</summary>
    public static Task<Answer> ShowAsync(this HttpClient client, string lsid) => client.CallAsync("GET", $"/session/{lsid};lsid={lsid}");

    public static Task<Answer> AssumeAsync(this HttpClient client, string lsid, string userId) =>
        client.CallAsync("PUT", $"/session/{lsid}/setEffectiveUser;lsid={lsid}", $"\"{userId}\"");

    public static Task<Answer> ActInAsync(this HttpClient client, string lsid, string organization) =>
        client.CallAsync("PUT", $"/session/{lsid}/setEffectiveOrg;lsid={lsid}", $"\"{organization}\"");

    public static Task<Answer> ResetIdentityAsync(this HttpClient client, string lsid) =>
        client.CallAsync("DELETE", $"/session/{lsid}/assumedIdentity;lsid={lsid}");

    public static Task<Answer> CloneAsync(this HttpClient client, string lsid) =>
        client.CallAsync("POST", $"/session/{lsid}/clone;lsid={lsid}");

    /// <summary>RFC 8693.</summary>
    public static Task<Answer> TokenExchangeAsync(
        this HttpClient client, string clientId, string token, string type = "urn:identityhub:params:oauth:token-type:lsid",
        params (string Name, string Value)[] more) =>
        client.TokenAsync([
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("client_id", clientId),
            ("client_secret", clientId + "-secret"),
            ("subject_token", token), ("subject_token_type", type), .. more]);
}
