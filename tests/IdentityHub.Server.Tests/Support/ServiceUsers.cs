using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityHub.Server.Tests.Support;

/// <summary>Service users and the accounts that they look after.</summary>
internal static class ServiceUsers
{
    public const string LoginPath = "/v1/login/password";
    public const string SignUpPath = "/v1/client/signup";
    public const string AccountLoginPath = "/v1/client/login";

    public const string Id = "22222222-2222-4222-8222-222222222222";
    public const string Password = "service-Pass-1234";

    /// <summary>A service user, an API that may introspect the tokens of accounts, and both dialects on; ends with a line break.</summary>
    public const string Config =
        """
        organizations:
          - { id: acme, name: Acme }
        users:
          - { id: 11111111-1111-4111-8111-111111111111, user_name: alice, email: alice@example.com, phone_number: "+27761234567", password: "plain:Alice-Pass-1234", organization: acme }
          - { id: 22222222-2222-4222-8222-222222222222, user_name: service_user, password: "plain:service-Pass-1234", roles: [service] }
          - { id: 44444444-4444-4444-8444-444444444444, user_name: regional, password: "plain:service-Pass-1234", roles: [service, admin], region: za }
        api_resources:
          - { name: client-api, client_secrets: [{ value: "plain:client-api-secret" }] }
        clients:
          - { client_id: app, grant_types: [client_credentials, password, refresh_token], client_secrets: [{ value: "plain:app-secret" }], scope: openid profile email }
        dialects:
          service-user: { enabled: true }
          client-accounts: { enabled: true }

        """;

    /// <summary>
    /// The same with one-time passwords, reset mails, <c>/oauth/v2/token</c>, a client <c>open</c> that takes codes, and a web application.
    /// </summary>
    public static readonly string ConfigWithCodes = Config
        .Replace(
            "clients:\n",
            """
            scopes: []
            clients:
              - client_id: open
                grant_types: [client_credentials, password, refresh_token, "urn:identityhub:params:oauth:grant-type:otp"]
                client_secrets: [{ value: "plain:open-secret" }]
                scope: openid profile email phone
                dialects: [oauth-v2, otp]
                otp: { enabled: true, allow_new_users: true }
                access_token_format: reference
              - { client_id: web, grant_types: [authorization_code], redirect_uris: [https://web.test/cb], client_secrets: [{ value: "plain:web-secret" }], scope: openid }

            """.Replace("scopes: []\n", "", StringComparison.Ordinal),
            StringComparison.Ordinal)
        .Replace(
            "dialects:\n  service-user",
            "dialects:\n  oauth-v2: { enabled: true }\n  otp: { enabled: true }\n  lsid: { enabled: true, reset_page_urls: "
                + "[\"https://app.example.com/reset\"] }\n  service-user",
            StringComparison.Ordinal);

    /// <summary>
    /// POST with a JSON body, a bearer token and a Client-Token, where given; the media type is that of a plain <c>curl --data</c>.
    /// </summary>
    public static Task<Answer> CallAsync(
        this HttpClient client, HttpMethod method, string path, string? json = null, string? bearer = null, string? clientToken = null,
        string? mediaType = "application/x-www-form-urlencoded")
    {
        var request = new HttpRequestMessage(method, path).WithBearer(bearer).WithJson(json, mediaType);
        if (clientToken is not null)
            request.Headers.TryAddWithoutValidation("Client-Token", clientToken);
        return client.AnswerAsync(request);
    }

    /// <summary>The API token of a service user.</summary>
    public static async Task<string> ApiTokenAsync(this HttpClient client, string userName = "service_user", string password = Password)
    {
        var answer = await client.CallAsync(HttpMethod.Post, LoginPath, $$"""{"username":"{{userName}}","password":"{{password}}"}""");
        return answer["api_token"] ?? throw new InvalidOperationException($"There is no API token: {answer}");
    }

    /// <summary>A new account.</summary>
    public static async Task<TestAccount> AccountAsync(this HttpClient client, string apiToken, string members = "")
    {
        var id = Guid.NewGuid();
        var account = new TestAccount(id, $"{id:N}@client.test", "Account-Pass-1", "");
        var answer = await client.CallAsync(HttpMethod.Post, SignUpPath, account.SignUp(members), apiToken);
        return account with
        {
            ClientToken = answer["client_token"] ?? throw new InvalidOperationException($"There is no account: {answer}"),
        };
    }

    /// <summary>Signs an account in.</summary>
    public static Task<Answer> AccountLoginAsync(this HttpClient client, string apiToken, TestAccount account, string? password = null) =>
        client.CallAsync(
            HttpMethod.Post, AccountLoginPath, $$"""{"email":"{{account.Email}}","password":"{{password ?? account.Password}}"}""",
            apiToken);

    /// <summary>A service user with a password that no file may hold.</summary>
    public static async Task<User> AddServiceUserAsync(this Hub hub, string userName, string password)
    {
        var hasher = hub.Services.GetRequiredService<IPasswordHasher<User>>();
        var user = await hub.AddUserAsync(user =>
        {
            user.UserName = userName;
            user.PasswordHash = hasher.HashPassword(user, password);
        });
        await using var context = hub.NewContext();
        var role = await context.Roles.SingleAsync(role => role.Name == "service");
        context.UserRoles.Add(new IdentityUserRole<Guid> { UserId = user.Id, RoleId = role.Id });
        await context.SaveChangesAsync();
        return user;
    }

    /// <summary>The user of this name.</summary>
    public static async Task<User> FindUserAsync(this Hub hub, string userName)
    {
        await using var context = hub.NewContext();
        return await context.Users.AsNoTracking().SingleAsync(user => user.UserName == userName);
    }

    /// <summary>The codes of an error list, in order.</summary>
    public static IReadOnlyList<string> Codes(this Answer answer) => [.. Errors(answer, "code")];

    /// <summary>The sources of an error list, in order.</summary>
    public static IReadOnlyList<string> Sources(this Answer answer) => [.. Errors(answer, "source")];

    private static IEnumerable<string> Errors(Answer answer, string member) =>
        answer
            .Json.GetProperty("errors")
            .EnumerateArray()
            .Select(error => error.TryGetProperty(member, out var value) ? value.GetString()! : "");
}

/// <summary>An account of a test.</summary>
internal sealed record TestAccount(Guid Id, string Email, string Password, string ClientToken)
{
    public string Path => $"/v1/client/{Id}";

    /// <summary>The body of its sign-up.</summary>
    /// <param name="members">More members, each with a comma before it.</param>
    public string SignUp(string members = "") =>
        $$"""{"user_id":"{{Id}}","email":"{{Email}}","name":{"first_name":"Ann","last_name":"Other"},"password":"{{Password}}"{{members}}}""";
}
