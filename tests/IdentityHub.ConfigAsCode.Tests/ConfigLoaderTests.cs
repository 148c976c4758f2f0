using System.Diagnostics;
using System.Globalization;
using System.Text;
using IdentityHub.Protocol;
using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests;

public class ConfigLoaderTests
{
    [Test]
    public void Every_fault_of_every_file_is_reported_at_once_in_order()
    {
        using var folder = new ConfigFolder()
            .With("a.yaml", "clients:\n  - client_id: a\n    grant_typ: [password]\n    scope: nope\n    enabled: maybe\n")
            .With("b.yaml", "organizations:\n  - id: B\n")
            .With("c.yaml", "roles: [")
            .With("d.json", "{\n\t\"roles\": [ { \"name\": 7 } ]\n}");
        var faults = folder.Load().Faults;
        Assert.That(faults.Select(fault => (fault.File, fault.Line, fault.Path)), Is.EqualTo([
            ("config/a.yaml", 2, "clients[0].client_secrets"),
            ("config/a.yaml", 3, "clients[0].grant_typ"),
            ("config/a.yaml", 5, "clients[0].enabled"),
            ("config/b.yaml", 2, "organizations[0].name"),
            ("config/b.yaml", 2, "organizations[0].id"),
            ("config/c.yaml", 2, ""),
            ("config/d.json", 2, "roles[0].name"),
        ]).AsCollection);
    }

    [Test]
    public void Files_are_joined_whatever_the_split()
    {
        using var folder = new ConfigFolder()
            .With("1.yaml", "organizations: [{ id: a, name: A }]")
            .With("sub/two.yml", "organizations: [{ id: b, name: B, parent: a }]\nroles: [{ name: reader }]")
            .With("3.json", "{ \"organizations\": [ { \"id\": \"c\", \"name\": \"C\", \"parent\": \"b\" } ], \"scopes\": [] }")
            .With("empty.yaml", "# nothing yet\n")
            .With("schema.json", "not a configuration file");
        var document = folder.Load().Document!;
        Assert.Multiple(() =>
        {
            Assert.That(document.Organizations.Select(organization => organization.Id), Is.EqualTo(["a", "c", "b"]));
            Assert.That(document.Roles.Single().Source, Is.EqualTo(new ConfigSource("sub/two.yml", 2)));
        });
    }

    [Test]
    public void A_key_that_is_left_out_has_its_default()
    {
        var client = Faulty
            .None("clients: [{ client_id: a, grant_types: [client_credentials], client_secrets: [{ value: 'plain:s' }] }]")
            .Clients.Single();
        Assert.Multiple(() =>
        {
            Assert.That(client.Enabled, Is.True);
            Assert.That(client.RequireConsent, Is.False);
            Assert.That(client.TokenEndpointAuthMethod, Is.EqualTo("client_secret_basic"));
            Assert.That(client.AccessTokenFormat, Is.Null);
            Assert.That(client.AccessTokenLifetime, Is.Null);
            Assert.That(client.RefreshToken.Rotation, Is.True);
            Assert.That(client.RefreshToken.Grace, Is.EqualTo(TimeSpan.FromSeconds(30)));
            Assert.That(client.IdTokenSignedResponseAlg, Is.EqualTo("RS256"));
            Assert.That(client.AccessTokenSignedResponseAlg, Is.EqualTo("ES256"));
        });
    }

    [Test]
    public void A_secret_is_the_same_from_every_source_and_is_kept_as_its_digest()
    {
        using var folder = new ConfigFolder().With("secrets/a", "s3cret\n").With(
            "test.yaml",
            $$"""
            clients:
              - client_id: a
                grant_types: [client_credentials]
                client_secrets:
                  - value: env:SECRET
                  - value: file:secrets/a
                  - value: sha256:{{Convert.ToBase64String(TokenHash.Of("s3cret"))}}
                  - value: plain:s3cret
            """);
        folder.Environment["SECRET"] = "s3cret";
        var client = folder.Load().Document!.Clients.Single();
        Assert.Multiple(() =>
        {
            Assert.That(client.ClientSecrets.Select(secret => secret.Digest), Is.All.EqualTo(TokenHash.Of("s3cret")));
            Assert.That(client.ToString(), Does.Not.Contain("s3cret"));
        });
    }

    // What editors, shells and mounted secrets add: a byte order mark, another encoding, blanks and line breaks at the end.
    [TestCase("EFBBBF733363726574")]
    [TestCase("EFBBBF7333637265740D0A")]
    [TestCase("FFFE7300330063007200650074000D000A00")]
    [TestCase("FEFF007300330063007200650074")]
    [TestCase("733363726574200A0A")]
    public void A_secret_file_holds_the_same_secret_however_it_was_written(string hex)
    {
        using var folder = new ConfigFolder().With("a", "").With("test.yaml", Client("file:a"));
        File.WriteAllBytes(Path.Combine(folder.DirectoryPath, "a"), Convert.FromHexString(hex));

        var loaded = folder.Load();

        Assert.That(loaded.Faults, Is.Empty);
        Assert.That(loaded.Document!.Clients.Single().ClientSecrets.Single().Digest, Is.EqualTo(TokenHash.Of("s3cret")));
    }

    [TestCase("s3cret\n")]
    [TestCase("s3cret\r\n")]
    [TestCase(" s3cret ")]
    public void A_secret_of_the_environment_ends_before_its_line_break(string value)
    {
        using var folder = new ConfigFolder().With("test.yaml", Client("env:SECRET"));
        folder.Environment["SECRET"] = value;

        Assert.That(folder.Load().Document!.Clients.Single().ClientSecrets.Single().Digest, Is.EqualTo(TokenHash.Of("s3cret")));
    }

    [TestCase("first\nsecond", "the environment variable SECRET has more than one line: a secret is one line")]
    [TestCase("\n", "the environment variable SECRET is empty")]
    [TestCase("s3\u0001cret", "the environment variable SECRET has a control character, which no client can send")]
    public void A_secret_that_no_client_can_send_is_a_fault(string value, string fault)
    {
        using var folder = new ConfigFolder().With("test.yaml", Client("env:SECRET"));
        folder.Environment["SECRET"] = value;

        Assert.That(folder.Load().Faults.Single().ToString(), Does.EndWith(fault).And.Not.Contain("cret\n"));
    }

    [Test]
    public void A_secret_file_that_is_no_text_is_a_fault()
    {
        using var folder = new ConfigFolder().With("a", "").With("test.yaml", Client("file:a"));
        File.WriteAllBytes(Path.Combine(folder.DirectoryPath, "a"), [0xC3, 0x28, 0x80]);

        Assert.That(folder.Load().Faults.Single().ToString(), Does.EndWith("the file is neither UTF-8 nor UTF-16 text"));
    }

    private static string Client(string secret) =>
        $"clients: [{{ client_id: a, grant_types: [client_credentials], client_secrets: [{{ value: '{secret}' }}] }}]";

    [Test]
    public void Nothing_that_holds_a_secret_prints_it()
    {
        var document = Faulty.None(
            """
            users: [{ id: 11111111-1111-4111-8111-111111111111, user_name: alice, password: "plain:Alice-Pass-1234" }]
            tenants: [{ alias: t, api_keys: [{ value: "plain:TEST_B4BYA15POHYQ284HBND1" }] }]
            """);
        Assert.Multiple(() =>
        {
            Assert.That(document.Users[0].Password!.Reveal(), Is.EqualTo("Alice-Pass-1234"));
            Assert.That(document.Users[0].ToString(), Does.Contain("***").And.Not.Contain("Alice-Pass"));
            Assert.That(document.Tenants[0].ApiKeys[0].ToString(), Does.Contain("***").And.Not.Contain("TEST_B4"));
        });
    }

    [Test]
    public void A_hidden_copy_of_the_files_is_not_read_twice()
    {
        // As Kubernetes mounts a ConfigMap.
        using var folder = new ConfigFolder().With("roles.yaml", "roles: [{ name: a }]").With("..data/roles.yaml", "roles: [{ name: a }]");
        Assert.That(folder.Load().Document!.Roles, Has.Count.EqualTo(1));
    }

    // Measured on two cores, Release, warm: 0.4 to 0.6 s for 10,000 clients, a third of it in the YAML parser. The time of a busy machine
    // proves nothing, so the test asks for the growth: 10 times the clients take about 10 times as long; were it quadratic, 100 times.
    [Test, NonParallelizable]
    public void Loading_grows_with_the_number_of_clients_and_no_faster()
    {
        using var few = new ConfigFolder().With("clients.yaml", Clients(1_000));
        using var many = new ConfigFolder().With("clients.yaml", Clients(10_000));
        few.Load();

        var one = BestOf(3, () => few.Load());
        var ten = BestOf(3, () => Assert.That(many.Load().Document!.Clients, Has.Count.EqualTo(10_000)));

        TestContext.Out.WriteLine($"1,000: {one.TotalMilliseconds:0} ms, 10,000: {ten.TotalMilliseconds:0} ms");
        Assert.That(ten / one, Is.LessThan(50));
    }

    private static TimeSpan BestOf(int times, Action action) =>
        Enumerable.Range(0, times).Min(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            action();
            return Stopwatch.GetElapsedTime(start);
        });

    private static string Clients(int count)
    {
        var yaml = new StringBuilder("clients:\n");
        for (var i = 0; i < count; i++)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"""
                  - client_id: client-{i}
                    client_name: Client number {i}
                    grant_types: [authorization_code, refresh_token]
                    redirect_uris: [https://app{i}.example.com/callback]
                    client_secrets: [{"{"} value: "sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" {"}"}]
                    scope: openid profile offline_access
                    access_token_lifetime: 1h

                """);
        }

        return yaml.ToString();
    }
}
