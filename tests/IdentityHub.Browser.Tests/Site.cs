using System.Text.Json;
using System.Text.RegularExpressions;
using IdentityHub.Testing;

namespace IdentityHub.Browser.Tests;

/// <summary>What the pages are about: people, clients, scopes; and how a browser comes to each page.</summary>
internal static class Site
{
    public const string Password = "Alice-Pass-1234";
    /// <summary>Everybody has a user of his own, so that tries of one do not count for another.</summary>
    public static readonly IReadOnlyList<string> Users = [.. Enumerable.Range(0, 27).Select(i => $"alice{i}")];

    public static readonly string Config =
        """
        scopes:
          - { name: orders.read, display_name: Read your orders, description: Those of the last three years }
          - { name: orders.write, display_name: Change your orders }
        api_resources:
          - { name: orders, scopes: [orders.read, orders.write], client_secrets: [{ value: "plain:orders-secret" }] }
        organizations:
          - { id: acme, name: Acme }
          - { id: acme-south, name: Acme South, parent: acme }
        roles:
          - { name: keeper, permissions: [user.read, user.write, user.erase, user.block, organization.read, organization.write, role.grant,
              session.read, session.terminate, audit.read] }
        clients:
          - { client_id: shop, client_name: The Shop Around the Corner, grant_types: [authorization_code, refresh_token], client_secrets: [{ value: "plain:shop-secret" }],
              redirect_uris: ["http://shop.test/cb"], post_logout_redirect_uris: ["http://shop.test/bye"], frontchannel_logout_uri: "http://shop.test/front",
              frontchannel_logout_session_required: true, scope: openid profile email offline_access orders.read orders.write }
          - { client_id: asking, client_name: Asking, grant_types: [authorization_code, refresh_token], client_secrets: [{ value: "plain:asking-secret" }], require_consent: true,
              redirect_uris: ["http://asking.test/cb"], scope: openid profile email phone address offline_access orders.read orders.write }
          - { client_id: chain, client_name: Chain, grant_types: [authorization_code], client_secrets: [{ value: "plain:chain-secret" }], redirect_uris: ["http://chain.test/cb"],
              post_logout_redirect_uris: ["http://chain.test/bye"], scope: openid profile email orders.read orders.write }
          - { client_id: opener, client_name: Opener, grant_types: [authorization_code], client_secrets: [{ value: "plain:opener-secret" }], redirect_uris: ["http://opener.test/cb"],
              scope: openid profile email orders.read orders.write }
          - { client_id: strict, client_name: Strict, grant_types: [authorization_code], client_secrets: [{ value: "plain:strict-secret" }], redirect_uris: ["http://strict.test/cb"],
              scope: openid profile email orders.read orders.write, require_mfa: true }
          - { client_id: television, client_name: Television, token_endpoint_auth_method: none, grant_types: ["urn:ietf:params:oauth:grant-type:device_code"],
              scope: openid profile orders.read }
        dialects:
          hash-secret: { enabled: true }
          service-user: { enabled: true }
          client-accounts: { enabled: true }
          oauth-v2: { enabled: true }
          otp: { enabled: true }
          lsid: { enabled: true }
          open-endpoints: { enabled: true }
        user_attributes:
          - { name: department, display_name: Department, type: enum, values: [sales, support] }
        users:
          - { id: 22222222-2222-4222-8222-222222222201, user_name: chief, password: "plain:Alice-Pass-1234", given_name: Charlotte, family_name: Chief, roles: [admin] }
          - { id: 22222222-2222-4222-8222-222222222202, user_name: keeper, password: "plain:Alice-Pass-1234", given_name: Kim, family_name: Keeper, organization: acme, roles: [keeper] }

        """
        + string.Concat(
            Users.Select(
                (name, i) =>
                    $"  - {{ id: 11111111-1111-4111-8111-1111111111{i:00}, user_name: {name}, email: {name}@example.com, phone_number: "
                        + $"\"+2776123450{i:00}\", password: \"plain:{Password}\", given_name: Alice, family_name: Archer, "
                        + $"organization: acme }}\n"));

    /// <summary>An authorization request of a client.</summary>
    public static string Authorize(string clientId, string more = "") =>
        $"/connect/authorize?client_id={clientId}&response_type=code&redirect_uri=http%3A%2F%2F{clientId}.test%2Fcb&state=s&"
            + "scope=openid%20profile%20email%20orders.read%20orders.write"
        + $"&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256{more}";

    /// <summary>What the newest message to an address holds that looks like this.</summary>
    public static async Task<string> SentAsync(Hub hub, string address, string pattern)
    {
        var found = await Eventually.GetAsync(
            async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/dev/outbox");
                request.Headers.Add("Accept", "application/json");
                using var response = await hub.Client.SendAsync(request);
                using var outbox = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
                return outbox.RootElement.GetProperty("messages").EnumerateArray()
                    .Where(message => message.GetProperty("to").GetString() == address)
                    .Select(message => Regex.Match(message.GetProperty("text").GetString()!, pattern))
                    .FirstOrDefault(match => match.Success);
            },
            match => match is not null);
        return found!.Value;
    }

    /// <summary>The code that a device shows.</summary>
    public static async Task<string> UserCodeAsync(Hub hub) =>
        (await hub.Client.PostFormAsync(
                "/connect/deviceauthorization", ("client_id", "television"), ("scope", "openid profile orders.read"))
        )["user_code"]!;
}
