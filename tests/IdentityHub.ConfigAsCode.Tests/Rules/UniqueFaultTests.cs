using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Rules;

public class UniqueFaultTests
{
    private const string Secret = "client_secrets: [{ value: 'plain:s' }]";

    [Test]
    public void A_client_id() => Faulty.At(
        $"clients:\n- {{ client_id: a, grant_types: [client_credentials], {Secret} }}\n- {{ client_id: «a, grant_types: "
            + $"[client_credentials], {Secret} }}",
        "clients[1].client_id: is already used at config/test.yaml(2,3); it must be unique");

    [Test]
    public void A_client_id_over_two_files()
    {
        var client = $"clients: [{{ client_id: a, grant_types: [client_credentials], {Secret} }}]";
        using var folder = new ConfigFolder().With("one.yaml", client).With("two.yaml", client);
        Assert.That(
            folder.Load().Faults.Single().ToString(),
            Is.EqualTo("config/two.yaml(1,24): clients[0].client_id: is already used at config/one.yaml(1,11); it must be unique"));
    }

    [Test]
    public void An_api_resource_named_as_a_client() => Faulty.At(
        $"clients:\n- {{ client_id: orders, grant_types: [client_credentials], {Secret} }}\napi_resources: [{{ name: «orders }}]",
        "api_resources[0].name: is already used at config/test.yaml(2,3); it must be unique");

    [TestCase("service-user")]
    [TestCase("client-accounts")]
    public void The_name_of_a_built_in_client(string name)
    {
        Faulty.At(
            $"clients:\n- {{ client_id: «{name}, grant_types: [client_credentials], {Secret} }}",
            $"clients[0].client_id: is the name of a built-in client (that of the dialect {name}); choose another");
        Faulty.At(
            $"api_resources: [{{ name: «{name} }}]",
            $"api_resources[0].name: is the name of a built-in client (that of the dialect {name}); choose another");
    }

    [TestCase("client_id: b, hash_alias: x", "client_id: c, hash_alias: «x")]
    [TestCase("client_id: b", "client_id: c, hash_alias: «b")]
    public void A_hash_alias(string first, string second) => Faulty.At(
        $$"""
        clients:
        - { {{first}}, dialects: [hash-secret], {{Secret}} }
        - { {{second}}, dialects: [hash-secret], {{Secret}} }
        dialects: { hash-secret: { enabled: true } }
        """,
        "clients[1].hash_alias: is already used at config/test.yaml(2,3); it must be unique");

    [TestCase("scopes", "name: a", "name: «a", "name")]
    [TestCase("organizations", "id: a, name: A", "id: «a, name: B", "id")]
    [TestCase("roles", "name: a", "name: «a", "name")]
    [TestCase("api_keys", "name: a, value: 'plain:1'", "name: «a, value: 'plain:2'", "name")]
    [TestCase("api_keys", "name: a, value: 'plain:1'", "name: b, value: «'plain:1'", "value")]
    [TestCase(
        "tenants", "alias: a, api_keys: [{ value: 'plain:1234567890123456' }]",
        "alias: «a, api_keys: [{ value: 'plain:1234567890123456' }]", "alias")]
    public void Any_other_name(string section, string first, string second, string key) => Faulty.At(
        $"{section}:\n- {{ {first} }}\n- {{ {second} }}",
        $"{section}[1].{key}: is already used at config/test.yaml(2,3); it must be unique");

    [TestCase("user_name: «ALICE", "user_name")]
    [TestCase("user_name: bob, email: «Alice@Example.com", "email")]
    [TestCase("user_name: bob, phone_number: «'+27761234567'", "phone_number")]
    public void What_a_user_logs_in_with_without_regard_to_case(string second, string key) => Faulty.At(
        $$"""
        users:
        - { id: 11111111-1111-4111-8111-111111111111, user_name: alice, email: alice@example.com, phone_number: "+27761234567" }
        - { id: 22222222-2222-4222-8222-222222222222, {{second}} }
        """,
        $"users[1].{key}: is already used at config/test.yaml(2,3); it must be unique");

    [Test]
    public void A_user_id() => Faulty.At(
        """
        users:
        - { id: aaaaaaaa-1111-4111-8111-111111111111, user_name: alice }
        - { id: «AAAAAAAA-1111-4111-8111-111111111111, user_name: bob }
        """,
        "users[1].id: is already used at config/test.yaml(2,3); it must be unique");
}
