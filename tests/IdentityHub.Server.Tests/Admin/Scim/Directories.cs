using IdentityHub.Testing;

namespace IdentityHub.Server.Tests.Admin.Scim;

/// <summary>An installation with the directories of two organizations, and calls as they make them.</summary>
internal static class Directories
{
    public const string Users = "/scim/v2/Users";
    public const string Groups = "/scim/v2/Groups";

    /// <summary>An API key of acme that gives readers their role, and managers not.</summary>
    public const string Key = "okta-key-0123456789";

    /// <summary>An API key of an organization below acme.</summary>
    public const string LabsKey = "labs-key-0123456789";

    /// <summary>An API key of an organization without users.</summary>
    public const string PagedKey = "paged-key-0123456789";

    /// <summary>A user of the files, in acme.</summary>
    public const string AliceId = "11111111-1111-4111-8111-111111111111";

    /// <summary>A user of the other organization.</summary>
    public const string BobId = "22222222-2222-4222-8222-222222222222";

    /// <summary>An administrator of the installation, in acme.</summary>
    public const string AdminId = "33333333-3333-4333-8333-333333333333";

    public const string Config =
        """
        organizations:
          - { id: group, name: Group }
          - { id: acme, name: Acme, parent: group, email_domains: [acme.example] }
          - { id: labs, name: Labs, parent: acme }
          - { id: other, name: Other }
          - { id: paged, name: Paged }
          - { id: closed, name: Closed, enabled: false }
        roles:
          - { name: reader, permissions: [session.read] }
          - { name: writer, permissions: [session.terminate] }
          - { name: editor, permissions: [session.terminate] }
          - { name: manager, permissions: [session.read, session.assume] }
          - { name: approver }
        users:
          - { id: 11111111-1111-4111-8111-111111111111, user_name: alice, email: alice@acme.example, organization: acme,
              password: "plain:Alice-Pass-1234" }
          - { id: 22222222-2222-4222-8222-222222222222, user_name: bob, email: bob@other.example, organization: other, roles: [manager] }
          - { id: 33333333-3333-4333-8333-333333333333, user_name: root, organization: acme, roles: [admin] }
        clients:
          - { client_id: entra, grant_types: [client_credentials], client_secrets: [{ value: "plain:entra-secret" }], scope: scim orders,
              default_scope: scim, scim_organization: acme }
          - { client_id: entra-ref, grant_types: [client_credentials], client_secrets: [{ value: "plain:entra-ref-secret" }], scope: scim,
              scim_organization: acme, access_token_format: reference }
          - { client_id: rival, grant_types: [client_credentials], client_secrets: [{ value: "plain:rival-secret" }], scope: scim,
              scim_organization: other }
          - { client_id: late, grant_types: [client_credentials], client_secrets: [{ value: "plain:late-secret" }], scope: scim,
              scim_organization: closed }
          - { client_id: app, token_endpoint_auth_method: none, grant_types: [password, refresh_token], scope: openid orders,
              access_token_format: reference }
        scopes: [{ name: orders }]
        api_resources: [{ name: orders, scopes: [orders], client_secrets: [{ value: "plain:orders-secret" }] }]
        api_keys:
          - { name: okta, value: "plain:okta-key-0123456789", organization: acme, permissions: [directory.write, session.read] }
          - { name: paged, value: "plain:paged-key-0123456789", organization: paged, permissions: [directory.write] }
          - { name: labs, value: "plain:labs-key-0123456789", organization: labs, permissions: [directory.write] }
          - { name: everywhere, value: "plain:everywhere-key-0123456789", permissions: [directory.write] }
          - { name: reading, value: "plain:reading-key-0123456789", organization: acme, permissions: [session.read] }

        """;

    /// <summary>An access token of a client's own.</summary>
    public static async Task<string> TokenAsync(this HttpClient client, string clientId, string? scope = null) =>
        (await client.MachineAsync(clientId, scope))["access_token"]!;

    /// <summary>A call.</summary>
    /// <param name="bearer">Access token or API key.</param>
    /// <param name="headers">E.g. <c>If-Match</c>.</param>
    public static Task<Answer> ScimAsync(
        this HttpClient client, string? bearer, string method, string path, string? body = null,
        params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path).WithBearer(bearer).WithJson(body, "application/scim+json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return client.AnswerAsync(request);
    }

    /// <summary>The body of a new user.</summary>
    /// <param name="more">Further members, each with a comma before it.</param>
    public static string User(string userName, string more = "") =>
        $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{{userName}}"{{more}}}""";

    /// <summary>The body of a group.</summary>
    public static string Group(string name, string more = "") =>
        $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"{{name}}"{{more}}}""";

    /// <summary>The body of a PATCH.</summary>
    public static string Patch(params string[] operations) =>
        $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{string.Join(',', operations)}}]}""";

    /// <summary>Makes a user and says their id.</summary>
    public static async Task<string> NewUserAsync(this HttpClient client, string bearer, string userName, string more = "") =>
        (await client.ScimAsync(bearer, "POST", Users, User(userName, more)))["id"]!;

    /// <summary>Ids of the resources in a list.</summary>
    public static IEnumerable<string> Ids(this Answer answer) =>
        answer.Json.GetProperty("Resources").EnumerateArray().Select(resource => resource.GetProperty("id").GetString()!);
}
