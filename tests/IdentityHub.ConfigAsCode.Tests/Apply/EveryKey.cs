namespace IdentityHub.ConfigAsCode.Tests.Apply;

/// <summary>
/// A configuration in which each key of the format has a value other than its default. A test finds a key that is missing here.
/// </summary>
internal static class EveryKey
{
    public const string TenantKey = "customer-tenant-key-0123456789";
    public const string Password = "Alice-Pass-1234";

    public const string Yaml =
        $$"""
        organizations:
          - { id: acme, name: "Acme: \"the\" # company", email_domains: [acme.example, "corp.acme.example"] }
          - { id: shop, name: Shop, parent: acme, require_mfa: true, mfa_grace_until: "2027-01-31T00:00:00Z", remember_browser: false, enabled: false }
        roles: [{ name: reader, description: Reads, permissions: [session.read], require_mfa: true, mfa_grace_until: "2027-01-31T00:00:00Z" }]
        claims:
          - { name: "https://acme.example/department", source: custom_data, path: work.department, type: string, destinations: [id_token] }
          - { name: tier, source: static, value: { level: 1.50, tags: ["a: b", null, true] }, destinations: [access_token, userinfo] }
        user_attributes:
          - name: level
            display_name: "Level: of service"
            type: enum
            values: [silver, gold]
            readable_by: [user, application]
            writable_by: [application]
            required: true
            searchable: true
          - { name: nicknames, type: string, list: true, unique: true, max_length: 40 }
        scopes: [{ name: orders.read, display_name: Read your orders, description: "True: all", claims: [email, "https://acme.example/department"] }]
        api_resources:
          - name: orders
            display_name: Orders
            enabled: false
            scopes: [orders.read]
            claims: [tier]
            required_acr: urn:identityhub:acr:2
            required_max_age: 15m
            client_secrets: [{ value: "plain:orders", not_before: 2026-01-01T00:00:00Z, expires_at: 2036-01-01T00:00:00Z }]
        users:
          - id: 11111111-1111-4111-8111-111111111111
            user_name: alice
            email: alice@example.com
            phone_number: "+27761234567"
            password: plain:{{Password}}
            given_name: Alice
            family_name: Archer
            region: eu-1
            locale: en-ZA
            address: { street_address: 12 Long Street, locality: Cape Town, region: Western Cape, postal_code: "8001", country: South Africa }
            organization: acme
            roles: [reader]
            attributes: [{ name: level, value: gold }, { name: nicknames, value: [Al, "Ally: #1"] }]
            password_hash_login: false
            enabled: false
        api_keys:
          - name: dialer
            value: plain:dialer-key-0123456789
            not_before: 2026-01-01T00:00:00Z
            expires_at: 2036-01-01T00:00:00.25Z
            organization: acme
            permissions: [session.read]
            enabled: false
        tenants:
          - alias: customer
            api_keys: [{ value: "plain:{{TenantKey}}", not_before: 2026-01-01T00:00:00Z, expires_at: 2036-01-01T00:00:00Z }]
            require_exp: true
            contacts: [help@customer.example]
            enabled: false
        dialects:
          hash-secret: { enabled: true, deprecation: 2027-01-01, sunset: 2027-12-31 }
          service-user: { enabled: true, deprecation: 2027-01-01, sunset: 2027-12-31, access_token_lifetime: 20m, on_behalf_of_ip: true, strict_custom_data: true }
          client-accounts:
            enabled: true
            deprecation: 2027-01-01
            sunset: 2027-12-31
            access_token_lifetime: 20m
            on_behalf_of_ip: true
            strict_custom_data: true
          oauth-v2: { enabled: true, deprecation: 2027-01-01, sunset: 2027-12-31 }
          otp: { enabled: true, deprecation: 2027-01-01, sunset: 2027-12-31 }
          open-endpoints: { enabled: true, deprecation: 2027-01-01, sunset: 2027-12-31 }
          lsid:
            enabled: true
            deprecation: 2027-01-01
            sunset: 2027-12-31
            client_password_hash: sha1
            password_hash_login: false
            idle_timeout: 20m
            lifetime: 10h
            reset_page_urls: ["https://app.example.com/reset"]
        clients:
          - client_id: full
            client_name: "null"
            contacts: ["Anne: #1 <anne@example.com>", "+27 21 555 0100"]
            enabled: false
            organization: acme
            scim_organization: shop
            grant_types:
              - authorization_code
              - refresh_token
              - password
              - client_credentials
              - urn:identityhub:params:oauth:grant-type:otp
              - urn:ietf:params:oauth:grant-type:token-exchange
              - urn:ietf:params:oauth:grant-type:jwt-bearer
            token_endpoint_auth_method: private_key_jwt
            client_secrets:
              - { value: "plain:one", not_before: 2026-01-01T00:00:00.5Z, expires_at: 2036-01-01T00:00:00+02:00 }
              - { value: "sha512:{{Sha512}}" }
            jwks:
              keys:
                - kty: EC
                  crv: P-256
                  kid: a
                  use: sig
                  key_ops: [verify]
                  alg: ES256
                  ext: true
                  x: f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU
                  y: x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0
                  x5c: [MIIB]
                  x5t: dGh1bWI
                  x5t#S256: dGh1bWItMjU2
                - kty: RSA
                  kid: b
                  e: AQAB
                  n: >-
                    0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw
            redirect_uris: ["https://app.example.com/cb?x=1,2"]
            allow_custom_scheme: true
            post_logout_redirect_uris: ["https://app.example.com/"]
            backchannel_logout_uri: https://app.example.com/back
            backchannel_logout_session_required: true
            frontchannel_logout_uri: https://app.example.com/front
            frontchannel_logout_session_required: true
            revoke_offline_access_at_logout: true
            allowed_cors_origins: ["https://app.example.com"]
            scope: openid offline_access orders.read scim
            default_scope: openid
            require_consent: true
            require_mfa: true
            mfa_grace_until: "2027-01-31T00:00:00Z"
            remember_browser: false
            allow_password_grant_without_mfa: true
            require_pushed_authorization_requests: true
            require_pkce: true
            dialects: [hash-secret, otp]
            suspended_dialects: [hash-secret]
            hash_alias: "an alias: with [signs] # and 'quotes'"
            tenant: customer
            on_behalf_of_ip: true
            otp: { enabled: true, ttl: 5m, digits: 8, allow_new_users: true }
            token_exchange: { subject_tokens: [lsid], clients: [other], delegation: true }
            access_token_format: reference
            access_token_lifetime: 10m
            access_token_signed_response_alg: RS256
            id_token_signed_response_alg: ES256
            id_token_lifetime: 10m
            id_token_claims: scopes
            claims:
              - { name: region, value: eu, destinations: [introspection] }
              - { name: limits, value: { per_day: 100 }, destinations: [id_token, userinfo] }
            authorization_code_lifetime: 30s
            refresh_token: { rotation: false, grace: 0s, idle_lifetime: 1d, absolute_lifetime: 2d }
          - client_id: other
            grant_types: [client_credentials]
            client_secrets: [{ value: "plain:other" }]
            require_pkce: false
        """;

    private const string Sha512 = "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==";
}
