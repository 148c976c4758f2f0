using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Rules;

public class ReferenceFaultTests
{
    [Test]
    public void A_scope_of_a_client() => Faulty.At(
        """
        clients:
        - { client_id: a, grant_types: [client_credentials], client_secrets: [{ value: 'plain:s' }], scope: «openid order.read }
        scopes: [{ name: orders.read }]
        """,
        "clients[0].scope: scope 'order.read' is not defined; did you mean 'orders.read'?");

    [Test]
    public void A_scope_of_an_api_resource() =>
        Faulty.At(
            "api_resources: [{ name: orders, scopes: [«billing] }]",
            "api_resources[0].scopes[0]: scope 'billing' is not defined; add it to 'scopes'");

    [Test]
    public void The_standard_scopes_are_built_in() => Faulty.None(
        """
        clients:
        - client_id: a
          grant_types: [password, refresh_token]
          client_secrets: [{ value: "plain:s" }]
          scope: openid profile email phone address offline_access
        """);

    [Test]
    public void A_standard_scope_cannot_be_defined_again() => Faulty.At(
        "scopes: [{ name: «openid }]", "scopes[0].name: 'openid' is built in; remove it");

    [Test]
    public void A_dialect_that_the_installation_does_not_name() => Faulty.At(
        "clients: [{ client_id: a, dialects: [«lsid], client_secrets: [{ value: 'plain:s' }] }]",
        "clients[0].dialects[0]: dialect 'lsid' is not named in 'dialects'; add 'lsid: { enabled: true }' there");

    [Test]
    public void A_dialect_that_is_named_but_off_is_no_fault() => Faulty.None(
        """
        clients: [{ client_id: a, dialects: [lsid], client_secrets: [{ value: 'plain:s' }] }]
        dialects: { lsid: { enabled: false } }
        """);

    [TestCase(
        "clients: [{ client_id: a, grant_types: [client_credentials], client_secrets: [{ value: 'plain:s' }], organization: «acme }]",
        "clients[0].organization")]
    [TestCase("users: [{ id: 11111111-1111-4111-8111-111111111111, user_name: a, organization: «acme }]", "users[0].organization")]
    [TestCase("api_keys: [{ name: a, value: 'plain:k', organization: «acme }]", "api_keys[0].organization")]
    [TestCase("organizations: [{ id: shop, name: Shop, parent: «acme }]", "organizations[0].parent")]
    public void An_organization(string yaml, string path) =>
        Faulty.At(yaml, $"{path}: organization 'acme' is not defined; add it to 'organizations'");

    [Test]
    public void An_organization_below_itself()
    {
        using var folder = new ConfigFolder().With(
            "test.yaml",
            """
            organizations:
            - { id: a, name: A, parent: b }
            - { id: b, name: B, parent: a }
            - { id: c, name: C, parent: a }
            """);
        Assert.That(folder.Load().Faults.Select(fault => fault.ToString()), Is.EqualTo([
            "config/test.yaml(2,29): organizations[0].parent: 'b' makes a circle: 'a' would lie below itself",
            "config/test.yaml(3,29): organizations[1].parent: 'a' makes a circle: 'b' would lie below itself",
        ]));
    }

    [Test]
    public void A_role() => Faulty.At(
        """
        users: [{ id: 11111111-1111-4111-8111-111111111111, user_name: a, organization: acme, roles: [«org-admn] }]
        roles: [{ name: org-admin }]
        organizations: [{ id: acme, name: Acme }]
        """,
        "users[0].roles[0]: role 'org-admn' is not defined; did you mean 'org-admin'?");

    [Test]
    public void A_role_without_an_organization_to_hold_it_in() => Faulty.At(
        """
        users: [{ id: 11111111-1111-4111-8111-111111111111, user_name: a, roles: [service, «reader] }]
        roles: [{ name: reader }]
        """,
        "users[0].roles[1]: role 'reader' is held in an organization; give the user one");

    [Test]
    public void A_built_in_role_cannot_be_defined_again() => Faulty.At(
        "roles: [{ name: «admin }]", "roles[0].name: 'admin' is built in; choose another name");

    [Test]
    public void A_tenant_of_a_client() => Faulty.At(
        """
        clients: [{ client_id: a, grant_types: ['urn:ietf:params:oauth:grant-type:jwt-bearer'], client_secrets: [{ value: 'plain:s' }], tenant: «test_abd }]
        tenants: [{ alias: test_abc, api_keys: [{ value: 'plain:1234567890123456' }] }]
        """,
        "clients[0].tenant: tenant 'test_abd' is not defined; did you mean 'test_abc'?");
}
