using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Rules;

/// <summary>A claim that is named has a value from somewhere, and a claim that is defined is issued somewhere.</summary>
public class ClaimFaultTests
{
    private const string Client = "client_id: a, token_endpoint_auth_method: none, grant_types: [password]";
    private const string Scope = "\nscopes: [{ name: a, claims: [c] }]";

    [Test]
    public void A_claim_of_a_scope_that_nothing_yields() => Faulty.At(
        """
        scopes:
        - { name: team, claims: [email, «group] }
        - { name: other, claims: [groups] }
        claims: [{ name: groups, source: roles }]
        """,
        "scopes[0].claims[1]: claim 'group' is not defined; did you mean 'groups'?");

    [Test]
    public void A_claim_of_an_API_that_nothing_yields() => Faulty.At(
        "api_resources: [{ name: orders, claims: [«shoe_size] }]",
        "api_resources[0].claims[0]: claim 'shoe_size' is not defined; add it to 'claims'");

    [Test]
    public void Claims_that_need_no_definition() => Faulty.None(
        """
        scopes: [{ name: a, claims: [name, email, email_verified, phone_number, address, roles, permissions, org_id, org_name] }]
        """);

    [TestCase("sub")]
    [TestCase("scope")]
    [TestCase("cnf")]
    [TestCase("at_hash")]
    [TestCase("client_id")]
    [TestCase("username", Description = "of introspection")]
    [TestCase("r", Description = "of service users")]
    [TestCase("reg", Description = "of service users")]
    public void A_name_of_the_protocol(string name)
    {
        Faulty.At(
            $"claims: [{{ name: «{name}, source: roles }}]", $"claims[0].name: '{name}' is a claim of the protocol; choose another name");
        Faulty.At(
            $"scopes: [{{ name: a, claims: [«{name}] }}]",
            $"scopes[0].claims[0]: '{name}' is a claim of the protocol, which no scope brings; remove it");
        Faulty.At(
            $"clients: [{{ {Client}, claims: [{{ name: «{name}, value: 1 }}] }}]",
            $"clients[0].claims[0].name: '{name}' is a claim of the protocol; choose another name");
    }

    [TestCase("email")]
    [TestCase("org_id")]
    public void A_built_in_claim_cannot_be_defined_again(string name) => Faulty.At(
        $"claims: [{{ name: «{name}, source: roles }}]", $"claims[0].name: '{name}' is built in; remove it");

    [Test]
    public void A_predefined_claim_can() => Faulty.None(
        "claims: [{ name: roles, source: custom_data, path: app.roles, type: array }]\nscopes: [{ name: a, claims: [roles] }]");

    [Test]
    public void A_claim_that_is_never_issued() => Faulty.At(
        "claims: [{ name: «groups, source: roles }]",
        "claims[0].name: no scope and no API names 'groups' in its claims, so it would never be issued; add it to one");

    [Test]
    public void A_claim_is_defined_once() => Faulty.At(
        "claims: [{ name: c, source: roles }, { name: «c, source: permissions }]" + Scope,
        "claims[1].name: is already used at config/test.yaml(1,10); it must be unique");

    [TestCase("«{ name: c, source: custom_data }", "path: is missing; source custom_data needs it")]
    [TestCase("{ name: c, source: roles, path: «x }", "path: has no effect with source roles; remove it")]
    [TestCase("«{ name: c, source: static }", "value: is missing; source static needs it")]
    [TestCase("{ name: c, source: roles, value: «1 }", "value: has no effect with source roles; remove it")]
    [TestCase(
        "{ name: c, source: custom_data, path: «a..b }", "path: must be names of members separated by dots, such as work.department")]
    [TestCase("{ name: c, source: attribute, path: «user_nam }", "path: 'user_nam' is no attribute of users; did you mean 'user_name'?")]
    [TestCase("{ name: c, source: static, value: gold, type: «number }", "type: the value is no number")]
    [TestCase("{ name: c, source: permissions, type: «boolean }", "type: source permissions never gives a boolean")]
    [TestCase("{ name: c, source: static, value: [1, «.inf] }", "value[1]: is a number that JSON does not have")]
    [TestCase("{ name: c, source: roles, destinations: «[] }", "destinations: is empty; at least one item is needed")]
    [TestCase("{ name: c, source: roles, destinations: [«id_tokn] }", "destinations[0]: is not a known value; did you mean 'id_token'?")]
    [TestCase("{ name: c, source: «role }", "source: is not a known value; did you mean 'roles'?")]
    public void A_definition_that_cannot_give_a_value(string marked, string pathAndMessage) =>
        Faulty.At($"claims: [{marked}]{Scope}", $"claims[0].{pathAndMessage}");

    [Test]
    public void A_claim_of_a_client_that_users_have() => Faulty.At(
        $"clients: [{{ {Client}, claims: [{{ name: «roles, value: x }}] }}]",
        "clients[0].claims[0].name: 'roles' is a claim of users; choose another name");

    [Test]
    public void A_claim_that_a_client_has_twice() => Faulty.At(
        $"clients: [{{ {Client}, claims: [{{ name: t, value: 1 }}, {{ name: «t, value: 2 }}] }}]",
        "clients[0].claims[1].name: the client has the claim 't' twice");

    [Test]
    public void Claims_of_a_client_that_are_too_long()
    {
        var value = new string('x', 1500);
        Faulty.At(
            $"clients: [{{ {Client}, claims: «[{{ name: s, value: {value} }}, "
                + $"{{ name: t, value: {value} }}] }}]",
            "clients[0].claims: have 3006 characters; at most 2048 are allowed, so that tokens are not too long");
        Faulty.At(
            $"clients: [{{ {Client}, claims: [{{ name: s, value: «{value}{value} }}] }}]",
            "clients[0].claims[0].value: has 3002 characters as JSON; at most 2048 are allowed");
    }
}
