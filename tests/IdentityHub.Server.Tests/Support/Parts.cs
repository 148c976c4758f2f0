namespace IdentityHub.Server.Tests.Support;

/// <summary>Parts of a configuration that many suites share; each ends with a line break.</summary>
internal static class Parts
{
    /// <summary>
    /// Two APIs: <c>orders</c>, and <c>stock</c>, which shares the scope <c>orders.write</c>; <c>lonely</c> belongs to none.
    /// </summary>
    public const string Apis =
        """
        scopes:
          - { name: orders.read }
          - { name: orders.write }
          - { name: stock.read }
          - { name: contact, claims: [email, phone_number] }
          - { name: lonely }
        api_resources:
          - { name: orders, scopes: [orders.read, orders.write, contact], client_secrets: [{ value: "plain:orders-secret" }] }
          - { name: stock, scopes: [stock.read, orders.write], client_secrets: [{ value: "plain:stock-secret" }] }

        """;

    /// <summary>Alice of Acme, who may log in, and an organization that is closed.</summary>
    public const string People =
        """
        organizations:
          - { id: acme, name: Acme }
          - { id: closed, name: Closed, enabled: false }
        users:
          - { id: 11111111-1111-4111-8111-111111111111, user_name: alice, email: alice@example.com, phone_number: "+27761234567",
              password: "plain:Alice-Pass-1234", given_name: Alice, family_name: Archer, organization: acme,
              address: { street_address: 12 Long Street, locality: Cape Town, postal_code: "8001", country: South Africa } }

        """;

    /// <summary><c>sub</c> of Alice.</summary>
    public const string AliceId = "11111111-1111-4111-8111-111111111111";
}
