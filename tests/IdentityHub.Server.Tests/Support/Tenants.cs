using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Server.Tests.Support;

/// <summary>Tenants of the open endpoints, and the tokens that they sign for their users.</summary>
internal static class Tenants
{
    public const string Key = "TEST_B4BYA15POHYQ284HBND1";
    public const string SecondKey = "TEST_second-key-of-test_abc";
    public const string OtherKey = "TEST_key-of-other-tenant";
    public const string StrictKey = "TEST_key-of-strict-tenant";

    public const string Root = "/api/v1/test_abc/open";

    public const string JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    /// <summary>
    /// Four tenants, one of them with two keys, one that requires <c>exp</c>, one that is disabled; apps that may exchange tokens; ends
    /// with a line break.
    /// </summary>
    public const string Config =
        """
        tenants:
          - alias: test_abc
            api_keys:
              - { value: "plain:TEST_B4BYA15POHYQ284HBND1" }
              - { value: "plain:TEST_second-key-of-test_abc", not_before: 2026-11-22T11:00:00Z, expires_at: 2026-11-22T13:00:00Z }
          - { alias: other, api_keys: [{ value: "plain:TEST_key-of-other-tenant" }] }
          - { alias: strict, api_keys: [{ value: "plain:TEST_key-of-strict-tenant" }], require_exp: true }
          - { alias: closed, api_keys: [{ value: "plain:TEST_key-of-closed-tenant" }], enabled: false }
        api_resources:
          - { name: orders, scopes: [orders.read], client_secrets: [{ value: "plain:orders-secret" }] }
        scopes:
          - { name: orders.read }
        clients:
          - { client_id: referrals, client_secrets: [{ value: "plain:referrals-secret" }], grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer", refresh_token], tenant: test_abc, scope: openid profile orders.read }
          - { client_id: opaque, client_secrets: [{ value: "plain:opaque-secret" }], grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"], tenant: test_abc, scope: openid profile, access_token_format: reference }
          - { client_id: of-other, client_secrets: [{ value: "plain:of-other-secret" }], grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"], tenant: other, scope: openid }
          - { client_id: of-closed, client_secrets: [{ value: "plain:of-closed-secret" }], grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"], tenant: closed, scope: openid }
          - { client_id: plain, client_secrets: [{ value: "plain:plain-secret" }], grant_types: [client_credentials], scope: orders.read }
        dialects:
          open-endpoints: { enabled: true }

        """;

    public static string UserPath(string id, string account = "acc-1") => $"{Root}/account/{account}/user/{id}";

    public static string ApplyPath(string code, string id, string account = "acc-1") => $"{Root}/code/{code}/account/{account}/user/{id}";

    /// <summary>A call with the API key where there is one, and a JSON body under the media type of a plain <c>curl --data</c>.</summary>
    public static Task<Answer> OpenAsync(
        this HttpClient client, HttpMethod method, string path, string? json = null, string? key = Key,
        string? mediaType = "application/x-www-form-urlencoded") =>
        client.AnswerAsync(new HttpRequestMessage(method, path).WithKey(key).WithJson(json, mediaType));

    /// <summary>The same with a customer's token in its own header.</summary>
    public static Task<Answer> OpenWithTokenAsync(this HttpClient client, HttpMethod method, string path, string token, string? json = null)
    {
        var request = new HttpRequestMessage(method, path).WithJson(json);
        request.Headers.TryAddWithoutValidation("X-SaaSquatch-User-Token", token);
        return client.AnswerAsync(request);
    }

    /// <summary>A new user, made with the API key.</summary>
    public static async Task<Answer> TenantUserAsync(
        this HttpClient client, string id, string firstName = "Bob", string? code = null, string account = "acc-1", string key = Key,
        string tenant = "test_abc")
    {
        var body = JsonSerializer.Serialize(
            new Dictionary<string, string?>
            {
                ["email"] = $"{id}@example.com",
                ["firstName"] = firstName,
                ["lastName"] = "Testerson",
            }
                .Concat(code is null ? [] : [KeyValuePair.Create("referralCode", (string?)code)])
                .ToDictionary());
        var answer = await client.OpenAsync(HttpMethod.Post, $"/api/v1/{tenant}/open/account/{account}/user/{id}", body, key);
        return answer.Status == 201 ? answer : throw new InvalidOperationException($"There is no user: {answer}");
    }

    /// <summary>The grant of RFC 7523, by a client whose secret is its id and <c>-secret</c>.</summary>
    public static Task<Answer> ExchangeAsync(
        this HttpClient client, string assertion, string clientId = "referrals", string? scope = null) =>
        client.TokenAsync([
            ("grant_type", JwtBearer),
            ("client_id", clientId),
            ("client_secret", $"{clientId}-secret"),
            ("assertion", assertion),
            .. scope is null ? Array.Empty<(string, string)>() : [("scope", scope)]
        ]);

    public static HttpRequestMessage WithKey(this HttpRequestMessage request, string? key, string userName = "")
    {
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{userName}:{key}")));
        return request;
    }

    /// <summary>A read token.</summary>
    public static string ReadToken(this Hub hub, string id, string account = "acc-1", string key = Key) =>
        Sign($$"""{"user":{"id":"{{id}}","accountId":"{{account}}"},"exp":{{hub.In(TimeSpan.FromMinutes(5))}}}""", key);

    /// <summary>A write token.</summary>
    /// <param name="members">More members of the user, each with a comma before it.</param>
    public static string WriteToken(this Hub hub, string id, string account = "acc-1", string key = Key, string members = "") =>
        Sign(
            $$"""{"user":{"id":"{{id}}","accountId":"{{account}}","email":"{{id}}@example.com","firstName":"Ann"{{members}}},"exp":{{hub.In(TimeSpan.FromMinutes(5))}}}""",
            key);

    /// <summary>The moment after <paramref name="time"/> from now, in seconds since 1970.</summary>
    public static long In(this Hub hub, TimeSpan time) => (hub.Time.GetUtcNow() + time).ToUnixTimeSeconds();

    /// <summary>Signs a payload.</summary>
    /// <param name="header">Left out: HS256.</param>
    public static string Sign(string payload, string key = Key, string header = """{"alg":"HS256","typ":"JWT"}""")
    {
        var input = $"{Encode(Encoding.UTF8.GetBytes(header))}.{Encode(Encoding.UTF8.GetBytes(payload))}";
        return $"{input}.{Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.ASCII.GetBytes(input)))}";
    }

    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>The user of the hub that a user of <c>test_abc</c> is.</summary>
    public static async Task<Guid> TenantUserOfAsync(this Hub hub, string id)
    {
        await using var context = hub.NewContext();
        return await context
            .TenantUsers.Where(user => user.Tenant == "test_abc" && user.ExternalId == id)
            .Select(user => user.UserId)
            .SingleAsync();
    }

    /// <summary>Status and <c>apiErrorCode</c>.</summary>
    public static (int Status, string? Code) Refusal(this Answer answer) => (answer.Status, answer["apiErrorCode"]);
}
