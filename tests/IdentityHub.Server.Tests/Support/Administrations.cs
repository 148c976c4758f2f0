using System.Text;
using IdentityHub.Storage.Consents;
using IdentityHub.Storage.SecondFactors;
using IdentityHub.Testing;

namespace IdentityHub.Server.Tests.Support;

/// <summary>
/// A tree of organizations with administrators of each, and calls of the administration API. <c>acme</c> is above <c>south</c>, which is
/// above <c>cape</c>; <c>globex</c> is beside <c>acme</c>.
/// </summary>
internal static class Administrations
{
    public const string Base = "/admin/api/v1";

    public const string Password = "Ample-Pass-1234";

    /// <summary>Every scope, a few of which an administrator asks for.</summary>
    public const string Config =
        """
        organizations:
          - { id: acme, name: Acme }
          - { id: south, name: South, parent: acme }
          - { id: cape, name: Cape, parent: south }
          - { id: globex, name: Globex }
        roles:
          - { name: manager, permissions: [user.read, user.write, user.erase, user.block, organization.read, organization.write, role.grant,
              session.read, session.terminate, audit.read, api_key.read, api_key.write] }
          - { name: reader, permissions: [user.read, organization.read] }
          - { name: auditor, permissions: [audit.read, user.password] }
        api_keys:
          - { name: southern, value: "plain:southern-key-0123456789", organization: south, permissions: [session.read] }
        users:
          - { id: 00000000-0000-4000-8000-000000000001, user_name: root, password: "plain:Ample-Pass-1234", roles: [admin] }
          - { id: 00000000-0000-4000-8000-000000000002, user_name: boss, password: "plain:Ample-Pass-1234", organization: acme, roles: [manager] }
          - { id: 00000000-0000-4000-8000-000000000003, user_name: local, password: "plain:Ample-Pass-1234", organization: south, roles: [manager] }
          - { id: 00000000-0000-4000-8000-000000000004, user_name: stranger, password: "plain:Ample-Pass-1234", organization: globex, roles: [manager] }
          - { id: 00000000-0000-4000-8000-000000000005, user_name: nobody, password: "plain:Ample-Pass-1234", organization: south }
          - { id: 00000000-0000-4000-8000-000000000006, user_name: filed, email: filed@example.com, given_name: Filed, organization: south }
        dialects:
          lsid: { enabled: true }
        clients:
          - { client_id: console, grant_types: [client_credentials, password], client_secrets: [{ value: "plain:console-secret" }],
              scope: openid hub.admin admin.read admin.write admin.users.read admin.users.write admin.organizations.read }
          - { client_id: machine, grant_types: [client_credentials], client_secrets: [{ value: "plain:machine-secret" }],
              scope: admin.read admin.write admin.users.write }
          - { client_id: desk, grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"], client_secrets: [{ value: "plain:desk-secret" }],
              scope: admin.write, token_exchange: { subject_tokens: [lsid] } }

        """;

    public const string RootId = "00000000-0000-4000-8000-000000000001";
    public const string BossId = "00000000-0000-4000-8000-000000000002";
    public const string LocalId = "00000000-0000-4000-8000-000000000003";
    public const string StrangerId = "00000000-0000-4000-8000-000000000004";
    public const string NobodyId = "00000000-0000-4000-8000-000000000005";
    public const string FiledId = "00000000-0000-4000-8000-000000000006";

    /// <summary>The line of <see cref="Config"/>, counted from 1, in which a text stands first.</summary>
    public static string LineOf(string text) =>
        $"{Config[..Config.IndexOf(text, StringComparison.Ordinal)].Count(character => character == '\n') + 1}";

    /// <summary>A token of an administrator.</summary>
    public static async Task<string> TokenOfAsync(this HttpClient client, string userName, string scope = "admin.write") =>
        (await client.LoginAsync("console", userName, Password, scope))["access_token"]
            ?? throw new InvalidOperationException($"{userName} got no token.");

    /// <summary>A token of a client that acts for itself.</summary>
    public static async Task<string> ClientTokenAsync(this HttpClient client, string scope = "admin.write") =>
        (await client.MachineAsync("machine", scope))["access_token"] ?? throw new InvalidOperationException("The machine got no token.");

    /// <summary>Makes a user by the API, with a live session, a role in <c>cape</c>, a consent and an authenticator app.</summary>
    /// <returns>What stands for them in a path: <c>{user}</c>, <c>{session}</c>.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> AddUserWithEverythingAsync(
        this Hub hub, string userName, string organization)
    {
        var token = await hub.Client.ClientTokenAsync();
        var made = await hub.Client.AdminAsync(
            "POST", "/users", token,
            $$"""{"user_name":"{{userName}}","password":"{{Password}}","organization":"{{organization}}"}""");
        var id = made["id"] ?? throw new InvalidOperationException(made.ToString());
        await hub.Client.AdminAsync("POST", $"/users/{id}/roles", token, """{"role":"reader","organization":"cape"}""");
        await hub.Client.TokenOfAsync(userName, "openid");
        await using var context = hub.NewContext();
        context.Add(
            new Consent { UserId = Guid.Parse(id), ClientId = "console", Scopes = "openid", GrantedAt = hub.Time.GetUtcNow() });
        context.Add(
            new TotpAuthenticator { UserId = Guid.Parse(id), WrappedSecret = [1], LastStep = 0, CreatedAt = hub.Time.GetUtcNow() });
        await context.SaveChangesAsync();
        var sessions = await hub.Client.AdminAsync("GET", $"/users/{id}/sessions", token);
        return new Dictionary<string, string>
        {
            ["{user}"] = id,
            ["{session}"] = sessions.Json.GetProperty("items")[0].GetProperty("id").GetString()!,
        };
    }

    /// <summary>A call of the administration API.</summary>
    /// <param name="path">Below the base path.</param>
    /// <param name="ifMatch">Null for none.</param>
    public static Task<Answer> AdminAsync(
        this HttpClient client, string method, string path, string? token, string? json = null, string? ifMatch = null,
        params IEnumerable<(string Name, string Value)> headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), Base + path).WithBearer(token);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return client.AnswerAsync(request);
    }
}
