namespace IdentityHub.Server.Tests.Nodes;

/// <summary>What several nodes have to agree about: clients of every kind, an API, and users.</summary>
internal static class SharedConfig
{
    /// <summary>A public client with opaque access tokens and a grace window of 30 s.</summary>
    public const string App = "app";

    /// <summary>The same with JWT access tokens.</summary>
    public const string JwtApp = "app-jwt";

    /// <summary>The same without a grace window.</summary>
    public const string StrictApp = "app-strict";

    /// <summary>A back end that gets JWTs of its own.</summary>
    public const string Machine = "machine";

    public const string MachineSecret = "machine-secret";

    /// <summary>The API, which introspects.</summary>
    public const string Orders = "orders";

    public const string OrdersSecret = "orders-secret";

    public const string Alice = "alice";

    public const string Password = "Right-Pass-1234";

    public static readonly Guid AliceId = new("11111111-1111-4111-8111-111111111111");

    /// <summary>Everything but the users, whom files may name in Development only.</summary>
    public const string WithoutUsers =
        """
        clients:
          - client_id: app
            token_endpoint_auth_method: none
            grant_types: [password, refresh_token]
            scope: openid profile orders.read
            access_token_format: reference
          - client_id: app-jwt
            token_endpoint_auth_method: none
            grant_types: [password, refresh_token]
            scope: openid profile orders.read
            access_token_format: jwt
          - client_id: app-strict
            token_endpoint_auth_method: none
            grant_types: [password, refresh_token]
            scope: openid profile orders.read
            access_token_format: reference
            refresh_token: { rotation: true, grace: 0s }
          - client_id: machine
            grant_types: [client_credentials]
            client_secrets: [{ value: "plain:machine-secret" }]
            scope: orders.read
            access_token_format: jwt
        scopes:
          - { name: orders.read }
        api_resources:
          - { name: orders, scopes: [orders.read], client_secrets: [{ value: "plain:orders-secret" }] }

        """;

    public const string Yaml = WithoutUsers +
        """
        organizations:
          - { id: acme, name: Acme }
        users:
          - { id: 11111111-1111-4111-8111-111111111111, user_name: alice, email: alice@example.com, phone_number: "+27761234567", password: "plain:Right-Pass-1234", organization: acme }
          - { id: 22222222-2222-4222-8222-222222222222, user_name: bob, password: "plain:Right-Pass-1234" }
        """;
}
