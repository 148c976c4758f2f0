namespace IdentityHub.Interop.Support;

/// <summary>Ports that registered addresses name: the scripts listen there.</summary>
/// <param name="Logout">Where the clients <c>leaving</c> and <c>told</c> are told of a logout.</param>
/// <param name="Spa">Origin of the single-page application.</param>
internal sealed record InteropPorts(int Logout, int Spa);

/// <summary>The clients that the scripts are, one for each thing that they do differently.</summary>
internal static class InteropConfig
{
    public const string AliceId = "11111111-1111-4111-8111-111111111111";

    public const string Password = "Alice-Pass-1234";

    // Nothing listens at http://127.0.0.1/callback: a script's own browser stops there.
    public static string Yaml(ClientKey ec, ClientKey rsa, InteropPorts ports) =>
        $$"""
        clients:
          - client_id: web
            grant_types: [authorization_code, refresh_token]
            redirect_uris: [http://127.0.0.1/callback]
            client_secrets: [{ value: "plain:web-secret" }]
            scope: openid profile email phone offline_access orders.read
          - client_id: other
            grant_types: [authorization_code]
            redirect_uris: [http://127.0.0.1/callback]
            client_secrets: [{ value: "plain:other-secret" }]
            scope: openid
          - client_id: dashboard
            grant_types: [authorization_code]
            redirect_uris: [http://127.0.0.1/callback]
            client_secrets: [{ value: "plain:dashboard-secret" }]
            scope: openid profile email groups
            id_token_claims: scopes
          - client_id: kubernetes
            grant_types: [authorization_code, refresh_token]
            redirect_uris: [http://127.0.0.1/callback]
            client_secrets: [{ value: "plain:kubernetes-secret" }]
            scope: openid profile email groups offline_access
            id_token_claims: scopes
          - client_id: authjs
            grant_types: [authorization_code]
            redirect_uris: [http://127.0.0.1/auth/callback/hub]
            client_secrets: [{ value: "plain:authjs-secret" }]
            scope: openid profile email groups
            id_token_claims: scopes
          - client_id: native
            token_endpoint_auth_method: none
            grant_types: [authorization_code, refresh_token]
            redirect_uris: [http://127.0.0.1/callback]
            scope: openid profile orders.read
            id_token_signed_response_alg: ES256
            refresh_token: { rotation: true, grace: 0s }
          - client_id: asking
            client_name: An application that asks
            grant_types: [authorization_code]
            redirect_uris: [http://127.0.0.1/callback]
            client_secrets: [{ value: "plain:asking-secret" }]
            scope: openid profile email
            require_consent: true
          - client_id: signed
            token_endpoint_auth_method: private_key_jwt
            grant_types: [authorization_code, client_credentials, refresh_token]
            redirect_uris: [http://127.0.0.1/callback]
            jwks: { keys: [{{ec.PublicYaml}}, {{rsa.PublicYaml}}] }
            scope: openid profile offline_access orders.read
          - client_id: pushing
            grant_types: [authorization_code]
            redirect_uris: [http://127.0.0.1/callback]
            client_secrets: [{ value: "plain:pushing-secret" }]
            require_pushed_authorization_requests: true
            scope: openid profile
          - client_id: opaque
            grant_types: [authorization_code, refresh_token]
            redirect_uris: [http://127.0.0.1/callback]
            client_secrets: [{ value: "plain:opaque-secret" }]
            scope: openid offline_access orders.read
            access_token_format: reference
          - client_id: spa
            token_endpoint_auth_method: none
            grant_types: [authorization_code, refresh_token]
            redirect_uris: [http://localhost:{{ports.Spa}}/app, http://localhost:{{ports.Spa}}/silent, http://127.0.0.1:{{ports.Spa}}/app, http://127.0.0.1:{{ports.Spa}}/silent]
            post_logout_redirect_uris: [http://localhost:{{ports.Spa}}/goodbye]
            allowed_cors_origins: [http://localhost:{{ports.Spa}}, http://127.0.0.1:{{ports.Spa}}]
            scope: openid profile offline_access
          - client_id: device
            token_endpoint_auth_method: none
            grant_types: ["urn:ietf:params:oauth:grant-type:device_code", refresh_token]
            scope: openid profile offline_access
          - client_id: leaving
            grant_types: [authorization_code, refresh_token]
            redirect_uris: [http://127.0.0.1/callback]
            post_logout_redirect_uris: [http://127.0.0.1/goodbye]
            backchannel_logout_uri: http://127.0.0.1:{{ports.Logout}}/backchannel/leaving
            backchannel_logout_session_required: true
            client_secrets: [{ value: "plain:leaving-secret" }]
            scope: openid offline_access
          - client_id: told
            grant_types: [authorization_code]
            redirect_uris: [http://127.0.0.1/callback]
            backchannel_logout_uri: http://127.0.0.1:{{ports.Logout}}/backchannel/told
            client_secrets: [{ value: "plain:told-secret" }]
            scope: openid
          - client_id: machine
            grant_types: [client_credentials]
            client_secrets: [{ value: "plain:machine-secret" }]
            scope: orders.read orders.write stock.read
          - client_id: direct
            token_endpoint_auth_method: none
            grant_types: [password]
            scope: openid
        claims:
          - { name: groups, source: roles }
        roles:
          - { name: org-admin }
          - { name: reader }
        scopes:
          - { name: groups, claims: [groups] }
          - { name: orders.read, display_name: Read your orders }
          - { name: orders.write }
          - { name: stock.read }
        api_resources:
          - { name: orders, scopes: [orders.read, orders.write], client_secrets: [{ value: "plain:orders-secret" }] }
          - { name: stock, scopes: [stock.read] }
        organizations:
          - { id: acme, name: Acme }
        users:
          - { id: {{AliceId}}, user_name: alice, email: alice@example.com, phone_number: "+27761234567",
              password: "plain:{{Password}}", given_name: Alice, family_name: Archer, organization: acme, roles: [org-admin, reader] }
        """;
}
