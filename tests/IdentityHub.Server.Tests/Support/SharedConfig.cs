using IdentityHub.Testing;

namespace IdentityHub.Server.Tests.Support;

/// <summary>An installation of several nodes: clients of each kind, an API, and users.</summary>
internal static class SharedConfig
{
    public const string AppId = "app";
    public const string JwtAppId = "app-jwt";
    public const string StrictAppId = "app-strict";

    /// <summary>A back end that gets JWTs of its own.</summary>
    public const string Machine = "machine";

    /// <summary>The API, which introspects.</summary>
    public const string Orders = "orders";

    public const string Alice = "alice";

    /// <summary>Of every user.</summary>
    public const string Password = TokenRequests.AlicePassword;

    /// <summary>A public client with opaque access tokens and a grace window of 30 s.</summary>
    public static readonly TestClient App = TestClient.Public(AppId);

    /// <summary>The same with JWT access tokens.</summary>
    public static readonly TestClient JwtApp = TestClient.Public(JwtAppId);

    /// <summary>The same without a grace window.</summary>
    public static readonly TestClient StrictApp = TestClient.Public(StrictAppId);

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
          - { id: 11111111-1111-4111-8111-111111111111, user_name: alice, email: alice@example.com, phone_number: "+27761234567", password: "plain:Alice-Pass-1234", organization: acme }
          - { id: 22222222-2222-4222-8222-222222222222, user_name: bob, password: "plain:Alice-Pass-1234" }
        """;
}
