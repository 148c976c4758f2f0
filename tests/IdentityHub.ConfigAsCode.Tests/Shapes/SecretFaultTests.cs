using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Shapes;

public class SecretFaultTests
{
    [Test]
    public void A_secret_that_does_not_say_where_it_comes_from_is_not_repeated() =>
        Faulty.At(
            Client("«hunter2"),
            "clients[0].client_secrets[0].value: must say where the secret comes from: env:NAME, file:PATH, sha256:BASE64, or plain:VALUE "
                + "in Development");

    [TestCase(ConfigContext.Staging)]
    [TestCase(ConfigContext.Production)]
    public void Plain_outside_Development(string stage) => Faulty.At(
        Client("«'plain:s'"),
        $"clients[0].client_secrets[0].value: plain: is for Development only (this is {stage}); use env:NAME, file:PATH or sha256:BASE64",
        stage);

    [Test]
    public void Nothing_behind_plain() => Faulty.At(Client("«'plain:'"), "clients[0].client_secrets[0].value: is empty behind plain:");

    [Test]
    public void An_environment_variable_that_is_not_set() => Faulty.At(
        Client("«env:MISSING"),
        "clients[0].client_secrets[0].value: the environment variable MISSING is not set; set it for the server and for hub");

    [Test]
    public void An_environment_variable_with_an_impossible_name() => Faulty.At(
        Client("«env:A-B"), "clients[0].client_secrets[0].value: must name an environment variable behind env: with letters, digits and _");

    [Test]
    public void A_file_that_does_not_exist() => Faulty.At(
        Client("«file:secrets/none"),
        "clients[0].client_secrets[0].value: the file does not exist; paths begin at the configuration directory");

    [Test]
    public void A_file_that_is_empty()
    {
        using var folder = new ConfigFolder().With("test.yaml", Client("file:secret")).With("secret", "\n");
        Assert.That(
            folder.Load().Faults.Single().ToString(),
            Is.EqualTo("config/test.yaml(4,31): clients[0].client_secrets[0].value: the file is empty"));
    }

    [TestCase("sha256:")]
    [TestCase("sha256:AAAA")]
    [TestCase("sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    [TestCase("sha256:not base64 at all, and certainly not of 32 bytes")]
    public void A_digest_that_is_not_the_base64_of_32_bytes(string written) =>
        Faulty.At(
            Client($"«'{written}'"),
            "clients[0].client_secrets[0].value: must be sha256: and the base64 of 32 bytes (44 characters): printf %s \"$SECRET\" | "
                + "openssl dgst -sha256 -binary | base64");

    [TestCase("sha512:")]
    [TestCase("sha512:AAAA")]
    public void A_digest_that_is_not_the_base64_of_64_bytes(string written) =>
        Faulty.At(
            Client($"«'{written}'"),
            "clients[0].client_secrets[0].value: must be sha512: and the base64 of 64 bytes (88 characters): printf %s \"$SECRET\" | "
                + "openssl dgst -sha512 -binary | base64 -w0");

    [TestCase(
        "K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=",
        "looks like a SHA-256 without its prefix: if it is one, write sha256: before it; a secret itself comes from env:NAME or file:PATH")]
    [TestCase(
        "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b",
        "looks like a SHA-256 without its prefix: if it is one, write sha256: before it; a secret itself comes from env:NAME or file:PATH")]
    [TestCase(
        "vSsar3708Jvp9Szi2NWZZ02Bqp1qRCFpbcTZPdBhnWgs5WtNZKnvCXdhztmeD2cmW192CF5bDufKRpayrW/isg==",
        "looks like a SHA-512 without its prefix: if it is one, write sha512: before it; a secret itself comes from env:NAME or file:PATH")]
    [TestCase(
        "sha256:vSsar3708Jvp9Szi2NWZZ02Bqp1qRCFpbcTZPdBhnWgs5WtNZKnvCXdhztmeD2cmW192CF5bDufKRpayrW/isg==",
        "holds 64 bytes behind sha256:, which is a SHA-512: write sha512:")]
    [TestCase("sha512:K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=", "holds 32 bytes behind sha512:, which is a SHA-256: write sha256:")]
    public void A_digest_of_IdentityServer_without_its_prefix_or_with_the_wrong_one_says_which_is_right(string written, string message) =>
        Faulty.At(Client($"«'{written}'"), $"clients[0].client_secrets[0].value: {message}");

    [Test]
    public void An_API_key_is_found_by_its_SHA_256_and_by_no_other_digest() => Faulty.At(
        "api_keys: [{ name: a, value: "
            + "«'sha512:vSsar3708Jvp9Szi2NWZZ02Bqp1qRCFpbcTZPdBhnWgs5WtNZKnvCXdhztmeD2cmW192CF5bDufKRpayrW/isg==' }]",
        "api_keys[0].value: is a SHA-512; this secret is found by its SHA-256: sha256:BASE64, env:NAME or file:PATH");

    [Test]
    public void A_digest_for_a_password() => Faulty.At(
        "users: [{ id: 11111111-1111-4111-8111-111111111111, user_name: a, password: "
            + "«'sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' }]",
        "users[0].password: is a digest; this secret is needed itself: env:NAME or file:PATH");

    [Test]
    public void A_secret_that_ends_before_it_begins() => Faulty.At(
        Client("'plain:s', not_before: 2027-01-01T00:00:00Z, expires_at: «2026-12-31T00:00:00Z"),
        "clients[0].client_secrets[0].expires_at: must be later than not_before");

    [Test]
    public void Secrets_that_have_all_expired() => Faulty.At(
        """
        clients:
          - client_id: a
            grant_types: [client_credentials]
            client_secrets: «[{ value: 'plain:s', expires_at: 2026-11-22T00:00:00Z }]
        """,
        "clients[0].client_secrets: have all expired; add one, or set enabled: false");

    [TestCase("clients: [{ client_id: a, grant_types: [client_credentials], enabled: false, client_secrets: [SECRET] }]")]
    [TestCase("api_resources: [{ name: a, enabled: false, client_secrets: [SECRET] }]")]
    public void Secrets_that_have_all_expired_are_no_fault_of_what_is_off(string text) =>
        Faulty.None(text.Replace("SECRET", "{ value: 'plain:s', expires_at: 2026-01-01T00:00:00Z }", StringComparison.Ordinal));

    [Test]
    public void An_expired_secret_beside_a_live_one_is_no_fault() =>
        Faulty.None(Client("'plain:s', expires_at: 2026-01-01T00:00:00Z }, { value: 'plain:t'"));

    [Test]
    public void An_api_key_that_has_expired() => Faulty.At(
        "api_keys: [{ name: a, value: 'plain:k', expires_at: «2026-01-01T00:00:00Z }]",
        "api_keys[0].expires_at: is in the past; remove the key, or set enabled: false");

    [TestCase(
        "clients: [{ client_id: a, grant_types: [client_credentials], client_secrets: [{ value: «env:SECRET }] }]",
        "clients[0].client_secrets[0].value")]
    [TestCase("api_resources: [{ name: a, client_secrets: [{ value: «env:SECRET }] }]", "api_resources[0].client_secrets[0].value")]
    [TestCase("api_keys: [{ name: a, value: «env:SECRET }]", "api_keys[0].value")]
    public void A_demo_secret_in_production(string marked, string path)
    {
        var text = marked.Replace(
            "env:SECRET", $"'sha256:{Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData("demo-machine-secret"u8))}'",
            StringComparison.Ordinal);
        Faulty.At(
            text,
            $"{path}: is a secret of the files that are shipped for trying out, which everybody knows; make another one: openssl "
                + "rand -base64 32",
            ConfigContext.Production);
        Faulty.None(text.Replace("«", "", StringComparison.Ordinal), ConfigContext.Staging);
    }

    [Test]
    public void A_demo_key_of_a_tenant_in_production()
    {
        using var folder = new ConfigFolder().With("test.yaml", "tenants: [{ alias: a, api_keys: [{ value: env:KEY }] }]");
        folder.Environment["KEY"] = "TEST_B4BYA15POHYQ284HBND1";
        Assert.That(
            folder.Load(ConfigContext.Production).Faults.Select(fault => fault.Message),
            Has.Some.StartsWith("is a secret of the files that are shipped for trying out"));
    }

    [Test]
    public void A_weak_key_of_a_tenant() => Faulty.At(
        "tenants: [{ alias: t, api_keys: [{ value: «'plain:123456789012345' }] }]",
        "tenants[0].api_keys[0].value: has 15 bytes; an HS256 key needs at least 16 here: openssl rand -base64 32");

    [Test]
    public void A_key_of_a_tenant_that_would_do_in_Development_only()
    {
        using var folder = new ConfigFolder().With("test.yaml", "tenants: [{ alias: t, api_keys: [{ value: env:KEY }] }]");
        folder.Environment["KEY"] = new string('k', 31);
        Assert.Multiple(() =>
        {
            Assert.That(folder.Load().Faults, Is.Empty);
            Assert.That(
                folder.Load(ConfigContext.Production).Faults.Single().ToString(),
                Is.EqualTo(
                    "config/test.yaml(1,43): tenants[0].api_keys[0].value: has 31 bytes; an HS256 key needs at least 32 here: openssl "
                        + "rand -base64 32"));
        });
    }

    [Test]
    public void A_key_of_two_tenants() => Faulty.At(
        """
        tenants:
        - { alias: a, api_keys: [{ value: 'plain:1234567890123456' }] }
        - { alias: b, api_keys: [{ value: 'plain:6543210987654321' }, { value: «'plain:1234567890123456' }] }
        """,
        "tenants[1].api_keys[1].value: is already a key of the tenant at config/test.yaml(2,3); each key is used once");

    [Test]
    public void A_password_that_is_too_short() => Faulty.At(
        "users: [{ id: 11111111-1111-4111-8111-111111111111, user_name: a, password: «'plain:1234567' }]",
        "users[0].password: has fewer than 8 characters");

    [Test]
    public void Users_outside_Development() => Faulty.At(
        "users: «[{ id: 11111111-1111-4111-8111-111111111111, user_name: a }]",
        "users: users in files are for Development only (this is production); create them with: hub users create",
        ConfigContext.Production);

    private static string Client(string secret) =>
        $$"""
        clients:
          - client_id: a
            grant_types: [client_credentials]
            client_secrets: [{ value: {{secret}} }]
        """;
}
