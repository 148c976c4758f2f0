using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Rules;

public class ClientFaultTests
{
    private const string Secret = "client_secrets: [{ value: 'plain:s' }]";

    [TestCase("otp: { ttl: «31m }", "otp.ttl: is over its limit; at most 30m")]
    [TestCase("access_token_lifetime: «25h", "access_token_lifetime: is over its limit; at most 1d")]
    [TestCase("authorization_code_lifetime: «61s", "authorization_code_lifetime: is over its limit; at most 1m")]
    [TestCase("refresh_token: { grace: «6m }", "refresh_token.grace: is over its limit; at most 5m")]
    [TestCase("access_token_lifetime: «0s", "access_token_lifetime: is too short; at least 1s")]
    [TestCase(
        "refresh_token: { idle_lifetime: «31d, absolute_lifetime: 30d }",
        "refresh_token.idle_lifetime: is longer than absolute_lifetime (30d)")]
    public void A_lifetime_over_its_limit(string line, string fault) => Faulty.At(
        $"clients: [{{ client_id: a, grant_types: [password], {Secret}, {line} }}]", $"clients[0].{fault}");

    [Test]
    public void An_idle_lifetime_over_the_default_of_the_absolute_one() => Faulty.At(
        $"clients: [{{ client_id: a, grant_types: [password], {Secret}, refresh_token: {{ idle_lifetime: «91d }} }}]",
        "clients[0].refresh_token.idle_lifetime: is longer than absolute_lifetime (90d)");

    [TestCase("hash-secret")]
    [TestCase("oauth-v2")]
    public void A_lifetime_over_what_a_dialect_promises(string dialect) => Faulty.At(
        $$"""
        clients: [{ client_id: a, {{Secret}}, dialects: [{{dialect}}], access_token_lifetime: «61m }]
        dialects: { {{dialect}}: { enabled: true } }
        """,
        $"clients[0].access_token_lifetime: is over its limit; at most 1h with the dialect {dialect}");

    [Test]
    public void A_client_that_may_do_nothing() => Faulty.At(
        $"clients: [«{{ client_id: a, {Secret} }}]",
        "clients[0].grant_types: lists nothing that the client may do; name a grant such as client_credentials, or a dialect");

    [Test]
    public void Client_credentials_without_credentials() =>
        Faulty.At(
            "clients: [{ client_id: a, grant_types: [client_credentials], token_endpoint_auth_method: «none }]",
            "clients[0].token_endpoint_auth_method: none cannot go with client_credentials: anybody could use it; set client_secret_basic "
                + "or private_key_jwt");

    [Test]
    public void A_confidential_client_without_a_secret() =>
        Faulty.At(
            "clients: [«{ client_id: a, grant_types: [client_credentials] }]",
            "clients[0].client_secrets: is missing; client_secret_basic needs a secret (for a public client: "
                + "token_endpoint_auth_method: none)");

    [Test]
    public void A_public_client_that_names_the_address_of_its_user() =>
        Faulty.At(
            "clients: [{ client_id: a, grant_types: [password], token_endpoint_auth_method: none, on_behalf_of_ip: «true }]",
            "clients[0].on_behalf_of_ip: true cannot go with token_endpoint_auth_method none: anybody could say any address; set "
                + "client_secret_basic or private_key_jwt");

    [Test]
    public void A_public_client_with_a_secret() => Faulty.At(
        "clients: [{ client_id: a, grant_types: [password], token_endpoint_auth_method: none, client_secrets: «[{ value: 'plain:s' }] }]",
        "clients[0].client_secrets: would never be checked; remove them, or set token_endpoint_auth_method to client_secret_basic");

    [Test]
    public void Private_key_jwt_without_keys() => Faulty.At(
        "clients: [«{ client_id: a, grant_types: [client_credentials], token_endpoint_auth_method: private_key_jwt }]",
        "clients[0].jwks: is missing; private_key_jwt needs the client's public keys");

    [TestCase("[refresh_token]")]
    [TestCase("[client_credentials, refresh_token]")]
    public void A_refresh_token_that_nothing_issues(string grants) => Faulty.At(
        $"clients: [{{ client_id: a, grant_types: «{grants}, {Secret} }}]",
        "clients[0].grant_types: refresh_token is never issued without one of authorization_code, password, "
        + "urn:ietf:params:oauth:grant-type:device_code, urn:ietf:params:oauth:grant-type:token-exchange, "
        + "urn:ietf:params:oauth:grant-type:jwt-bearer, urn:identityhub:params:oauth:grant-type:otp; add one, or remove it");

    [Test]
    public void Offline_access_without_refresh_tokens() => Faulty.At(
        $"clients: [{{ client_id: a, grant_types: [password], {Secret}, scope: «openid offline_access }}]",
        "clients[0].scope: offline_access asks for a refresh token; add refresh_token to grant_types");

    [Test]
    public void An_authorization_code_without_a_redirect_uri() => Faulty.At(
        $"clients: [«{{ client_id: a, grant_types: [authorization_code], {Secret} }}]",
        "clients[0].redirect_uris: is missing; authorization_code needs at least one redirect URI");

    [Test]
    public void A_public_client_without_pkce() => Faulty.At(
        "clients: [{ client_id: a, grant_types: [password], token_endpoint_auth_method: none, require_pkce: «false }]",
        "clients[0].require_pkce: cannot be false for a public client (token_endpoint_auth_method none); RFC 9700 §2.1.1");

    [Test]
    public void A_default_scope_outside_the_scope() => Faulty.At(
        $"clients: [{{ client_id: a, grant_types: [password], {Secret}, scope: openid, default_scope: «openid email }}]",
        "clients[0].default_scope: scope 'email' is not in the client's scope; add it there");

    [Test]
    public void One_time_passwords_that_no_endpoint_takes() => Faulty.At(
        $"clients: [{{ client_id: a, grant_types: [password], {Secret}, otp: {{ enabled: «true }} }}]",
        "clients[0].otp.enabled: has no effect; add 'otp' to dialects or urn:identityhub:params:oauth:grant-type:otp to grant_types");

    [Test]
    public void A_dialect_that_is_suspended_and_not_named() => Faulty.At(
        $"clients: [{{ client_id: a, grant_types: [password], {Secret}, suspended_dialects: [«lsid] }}]",
        "clients[0].suspended_dialects[0]: has no effect; 'lsid' is not in dialects");

    [Test]
    public void A_dialect_that_is_suspended_and_that_no_client_calls() => Faulty.At(
        $$"""
        dialects: { lsid: { enabled: true } }
        clients: [{ client_id: a, grant_types: [password], {{Secret}}, dialects: [lsid], suspended_dialects: [«lsid] }]
        """,
        "clients[0].suspended_dialects[0]: has no effect; no caller of 'lsid' is a client");

    [TestCase("\"\"")]
    [TestCase("\" anne@example.com\"")]
    [TestCase("\"anne@example.com\\nBcc: all\"")]
    public void A_contact_that_is_no_line(string contact) => Faulty.At(
        $"clients: [{{ client_id: a, grant_types: [password], {Secret}, contacts: [«{contact}] }}]",
        "clients[0].contacts[0]: must be 1 to 200 characters of one line, without blanks around them");

    [Test]
    public void A_hash_alias_that_no_endpoint_takes() => Faulty.At(
        $"clients: [{{ client_id: a, grant_types: [password], {Secret}, hash_alias: «x }}]",
        "clients[0].hash_alias: has no effect; add 'hash-secret' to dialects, or its grant to grant_types");

    [TestCase(
        "{ client_id: a, dialects: [hash-secret], token_endpoint_auth_method: «none }",
        "token_endpoint_auth_method: none cannot go with the dialect hash-secret, which checks a secret")]
    [TestCase(
        "«{ client_id: a, dialects: [hash-secret] }",
        "client_secrets: is missing; client_secret_basic needs a secret (for a public client: token_endpoint_auth_method: none)")]
    public void The_dialect_hash_secret_without_a_secret(string client, string fault) => Faulty.At(
        $"dialects: {{ hash-secret: {{ enabled: true }} }}\nclients: [{client}]", $"clients[0].{fault}");

    [Test]
    public void A_logout_key_without_its_address() => Faulty.At(
        $"clients: [{{ client_id: a, grant_types: [password], {Secret}, backchannel_logout_session_required: «true }}]",
        "clients[0].backchannel_logout_session_required: has no effect without backchannel_logout_uri");

    [Test]
    public void The_end_of_an_offline_access_that_the_client_does_not_have() => Faulty.At(
        $"clients: [{{ client_id: a, grant_types: [password, refresh_token], {Secret}, revoke_offline_access_at_logout: «true }}]",
        "clients[0].revoke_offline_access_at_logout: has no effect without offline_access in scope");

    [Test]
    public void A_directory_without_its_scope_or_its_organization() => Faulty.At(
        $"clients: [{{ client_id: a, grant_types: [client_credentials], {Secret}, scope: «scim }}]",
        "clients[0].scope: scim needs the organization whose directory the client is; add scim_organization");

    [TestCase("grant_types: [client_credentials]", "has no effect without scim in scope")]
    [TestCase("grant_types: [password], scope: scim", "a directory calls for itself; add client_credentials to grant_types")]
    public void A_directory_that_cannot_call(string keys, string fault) => Faulty.At(
        $"organizations: [{{ id: acme, name: Acme }}]\nclients: [{{ client_id: a, {keys}, {Secret}, scim_organization: «acme }}]",
        $"clients[0].scim_organization: {fault}");

    [Test]
    public void A_directory_of_no_organization() => Faulty.At(
        $"organizations: [{{ id: acme, name: Acme }}]\n"
            + $"clients: [{{ client_id: a, grant_types: [client_credentials], {Secret}, scope: scim, scim_organization: «acne }}]",
        "clients[0].scim_organization: organization 'acne' is not defined; did you mean 'acme'?");

    [TestCase(
        "[acme.example, «ACME.example]",
        "email_domains[1]: is already used at config/test.yaml(1,17); a domain has one organization")]
    [TestCase("[«acme]", "email_domains[0]: 'acme' is no domain; it must be something like example.com")]
    [TestCase("[«'a@acme.example']", "email_domains[0]: 'a@acme.example' is no domain; it must be something like example.com")]
    public void A_domain_of_an_organization(string domains, string fault) => Faulty.At(
        $"organizations: [{{ id: acme, name: Acme, email_domains: {domains} }}]", $"organizations[0].{fault}");

    [Test]
    public void A_dialect_that_ends_before_it_is_deprecated() => Faulty.At(
        "dialects: { otp: { enabled: true, deprecation: 2027-12-31, sunset: «2027-01-01 } }",
        "dialects.otp.sunset: must not be earlier than deprecation");

    [Test]
    public void A_client_that_exchanges_tokens_of_no_tenant() => Faulty.At(
        $"clients: [«{{ client_id: a, grant_types: ['urn:ietf:params:oauth:grant-type:jwt-bearer'], {Secret} }}]",
        "clients[0].tenant: is missing; urn:ietf:params:oauth:grant-type:jwt-bearer needs the tenant whose tokens the client may exchange");

    [Test]
    public void A_tenant_of_a_client_that_exchanges_nothing() => Faulty.At(
        $$"""
        clients: [{ client_id: a, grant_types: [client_credentials], {{Secret}}, tenant: «t }]
        tenants: [{ alias: t, api_keys: [{ value: 'plain:1234567890123456' }] }]
        """,
        "clients[0].tenant: has no effect; add urn:ietf:params:oauth:grant-type:jwt-bearer to grant_types");

    [Test]
    public void A_public_client_may_exchange_the_tokens_of_its_tenant() => Faulty.None(
        """
        clients: [{ client_id: a, grant_types: ['urn:ietf:params:oauth:grant-type:jwt-bearer', refresh_token], token_endpoint_auth_method: none, tenant: t }]
        tenants: [{ alias: t, api_keys: [{ value: 'plain:1234567890123456' }] }]
        """);
}
