using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Limits;

/// <summary>An administrator sees the limits that a running server has in force, and lifts them.</summary>
public class LimitTests(DatabaseKind kind) : RunningServerTests(kind, Config)
{
    private const string Config =
        """
        clients:
          - { client_id: web, grant_types: [password], client_secrets: [{ value: "plain:web-secret" }], scope: openid }
          - { client_id: gateway, grant_types: [password], client_secrets: [{ value: "plain:web-secret" }], scope: openid, on_behalf_of_ip: true }
        users:
          - { id: 11111111-1111-4111-8111-111111111111, user_name: alice, email: alice@example.com, password: "plain:Alice-Pass-1234" }

        """;

    [Test]
    [Spec("ASSURANCE", "L1")]
    public async Task L1_What_stands_in_a_users_way_is_listed_and_lifted()
    {
        for (var i = 0; i < 6; i++)
            await LoginAsync("wrong");
        Assert.That(await LoginAsync(), Is.Not.EqualTo(200), "before");

        var listed = await Shell.RunAsync("limits", "list", "--user", "ALICE@example.com");
        var lifted = await Shell.RunAsync("limits", "lift", "--user", "alice");
        var after = await Shell.RunAsync("limits", "list", "--user", "alice");

        Assert.That(
            listed.Output,
            Does.Match(@"(?m)^wrong passwords from anywhere\t5\t-$")
                .And.Match(@"(?m)^wrong passwords from single addresses\t1\t20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$"));
        Assert.That((lifted.ExitCode, lifted.Error, after.Output), Is.EqualTo((0, "", "")));
        Assert.That(await LoginAsync(), Is.EqualTo(200));
        await using var context = Installation.Database.NewContext();
        var audited = await context.AuditEvents.SingleAsync(row => row.Type == "limits.lifted");
        Assert.That(
            (audited.Endpoint, audited.UserId, audited.Detail),
            Is.EqualTo(
                ("hub", Guid.Parse("11111111-1111-4111-8111-111111111111"),
                    "the limits of user 11111111-1111-4111-8111-111111111111 were lifted")));
    }

    [Test]
    public async Task What_stands_in_the_way_of_an_address_and_of_a_client_is_listed_and_lifted()
    {
        for (var i = 0; i < 6; i++)
            await LoginAsync(secret: "wrong-secret");
        Assert.That(await LoginAsync(), Is.Not.EqualTo(200), "before");

        var ofAddress = await Shell.RunAsync("limits", "list", "--address", "::ffff:127.0.0.1");
        var ofClient = await Shell.RunAsync("limits", "list", "--client", "web");
        Assert.That(ofAddress.Output, Does.Contain("clients failing with secrets\t1\t-"), ofAddress.Error);
        Assert.That(ofClient.Output, Does.Contain("wrong secrets from anywhere\t5\t-"), ofClient.Error);

        Assert.That((await Shell.RunAsync("limits", "lift", "--address", "127.0.0.1")).ExitCode, Is.Zero);
        Assert.That((await Shell.RunAsync("limits", "lift", "--client", "web")).ExitCode, Is.Zero);
        Assert.That((await Shell.RunAsync("limits", "list", "--address", "127.0.0.1")).Output, Is.Empty);
        Assert.That(await LoginAsync(), Is.EqualTo(200));
    }

    [Test]
    [Spec("ASSURANCE", "L2")]
    public async Task L2_What_a_back_end_has_counted_at_an_address_and_for_the_addresses_of_its_users_is_listed_and_lifted()
    {
        for (var i = 0; i < 3; i++)
            await Client.LoginAsync(new TestClient("web", "web-secret"), $"unknown{i}", "wrong");
        await Client.LoginAsync(new TestClient("gateway", "web-secret"), "unknown", "wrong", more: ("on_behalf_of_ip", "198.51.100.9"));
        string[] ofBackEnd = ["--address", "127.0.0.1", "--client", "web"], ofEndUser = ["--address", "198.51.100.9"];

        Assert.That(
            (await Shell.RunAsync(["limits", "list", .. ofBackEnd])).Output,
            Is.EqualTo("users failing with passwords through client web\t3\t-"));
        Assert.That((await Shell.RunAsync(["limits", "list", .. ofEndUser])).Output, Is.EqualTo("users failing with passwords\t1\t-"));
        Assert.That((await Shell.RunAsync("limits", "list", "--address", "127.0.0.1")).Output, Is.Empty, "neither is the address's own");

        foreach (var named in new[] { ofBackEnd, ofEndUser })
        {
            Assert.That((await Shell.RunAsync(["limits", "lift", .. named])).ExitCode, Is.Zero);
            Assert.That((await Shell.RunAsync(["limits", "list", .. named])).Output, Is.Empty);
        }

        await using var context = Installation.Database.NewContext();
        Assert.That(
            await context
                .AuditEvents.Where(row => row.Type == "limits.lifted")
                .OrderBy(row => row.At)
                .Select(row => row.Detail)
                .ToListAsync(),
            Is.EqualTo(
                new[] { "the limits of client web at address 127.0.0.1 were lifted", "the limits of address 198.51.100.9 were lifted" }));
    }

    [Test]
    [Spec("ASSURANCE", "L2")]
    public async Task L2_The_credit_of_a_back_end_is_listed_and_no_lift_takes_it_away()
    {
        Assert.That(await LoginAsync(), Is.EqualTo(200));

        Assert.That((await Shell.RunAsync("limits", "lift", "--address", "127.0.0.1", "--client", "web")).ExitCode, Is.Zero);
        Assert.That(
            (await Shell.RunAsync("limits", "list", "--address", "127.0.0.1", "--client", "web")).Output,
            Is.EqualTo("users failing with passwords through client web\t-1\t-"));
    }

    [Test]
    public async Task One_of_the_three_is_named_and_is_there()
    {
        const string NameOne =
            "Name one of --user, --address and --client; for a program at an address, --address with --user, --client or --api-key.";
        Assert.That((await Shell.RunAsync("limits", "list")).Error, Is.EqualTo(NameOne));
        Assert.That((await Shell.RunAsync("limits", "lift", "--user", "a", "--client", "b")).Error, Is.EqualTo(NameOne));
        Assert.That((await Shell.RunAsync("limits", "list", "--api-key", "a")).Error, Is.EqualTo(NameOne));
        Assert.That(
            (await Shell.RunAsync("limits", "list", "--user", "nobody")).Error,
            Is.EqualTo("There is no user with this name, e-mail address or phone number."));
        Assert.That(
            (await Shell.RunAsync("limits", "list", "--address", "nowhere")).Error,
            Is.EqualTo("'nowhere' is no IP address: it must be like 203.0.113.7."));
    }

    private async Task<int> LoginAsync(string password = TokenRequests.AlicePassword, string secret = "web-secret") =>
        (await Client.LoginAsync(new TestClient("web", secret), "alice", password)).Status;
}
