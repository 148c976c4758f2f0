using System.Security.Cryptography;
using IdentityHub.ConfigAsCode;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.SecondFactors;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Keys;

/// <summary>The key that protects what is stored is replaced while nodes run, as docs/operations.md says.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[Parallelizable(ParallelScope.Self)]
public class RewrapTests(DatabaseKind kind)
{
    private const string Config =
        """
        scopes: [{ name: orders.read }]
        api_resources: [{ name: orders, scopes: [orders.read], client_secrets: [{ value: "plain:orders-secret" }] }]
        clients:
          - { client_id: machine, grant_types: [client_credentials], client_secrets: [{ value: "plain:machine-secret" }], scope: orders.read }
        tenants: [{ alias: shop, api_keys: [{ value: "plain:TEST_B4BYA15POHYQ284HBND1" }] }]
        users: [{ id: 11111111-1111-4111-8111-111111111111, user_name: alice, password: "plain:Alice-Pass-1234" }]
        """;

    private static readonly byte[] Secret = RandomNumberGenerator.GetBytes(20);

    [Test]
    public async Task A_new_key_takes_the_place_of_the_old_one_and_nothing_is_lost()
    {
        var (old, next) = (NewKey(), NewKey());
        await using var installation = await Installation.CreateAsync(Config, kind, makesOwnKeys: true);
        await File.WriteAllTextAsync(installation.KeyFile, old);
        var before = await installation.StartNodeAsync();
        var token = (await before.Client.MachineAsync("machine"))["access_token"];
        var alice = await AddAuthenticatorAsync(installation);
        using var hub = new HubShell()
            .With("ConnectionStrings__IdentityHub", installation.Database.ConnectionString)
            .With("IdentityHub__KeyProtection__KeyFile", installation.KeyFile);

        await File.WriteAllTextAsync(installation.KeyFile, $"{old}\n# the next one\nread:{next}\n");
        var nothingYet = await hub.RunAsync("keys", "rewrap", "--check");
        await File.WriteAllTextAsync(installation.KeyFile, $"{old}\nwrap:{next}\n");
        var toDo = await hub.RunAsync("keys", "rewrap", "--check");
        var warned = await hub.RunAsync("doctor", "--stage", "development");
        var done = await hub.RunAsync("keys", "rewrap");
        var left = await hub.RunAsync("keys", "rewrap", "--check");
        var after = await installation.StartNodeAsync();

        Assert.That(
            (nothingYet.ExitCode, toDo.ExitCode, done.ExitCode, left.ExitCode), Is.EqualTo((0, 2, 0, 0)), toDo.Error + done.Error);
        Assert.That(warned.Output, Does.Contain("wrapped with another key than the one that wraps now"));
        Assert.That(done.Output, Does.Match(@"signing_keys +2 +2").And.Match(@"totp_authenticators +1 +1"));
        Assert.That(done.Output, Does.Match(@"data_protection_keys +1 +1").And.Match(@"config_objects +1 +1"));
        Assert.That(await after.Client.IsActiveAsync("orders", token), Is.True);
        using (var onlyNext = Protector(installation, $"{NewKey()}\nwrap:{next}"))
        {
            Assert.That(await ReadAsync(installation, onlyNext), Is.All.EqualTo((0, 0)), "wrapped with another key, and unreadable");
            Assert.That(
                onlyNext.Unwrap(TotpAuthenticator.WrapPurposeOf(alice), await WrappedSecretAsync(installation, alice)), Is.EqualTo(Secret));
        }

        // As on a node that has not got the new key: every program asks the same of the database.
        await File.WriteAllTextAsync(installation.KeyFile, old);
        var behind = await hub.RunAsync("keys", "list");
        Assert.That(behind.ExitCode, Is.EqualTo(1));
        Assert.That(behind.Error, Does.Contain("is not the key file of this database"));
    }

    [Test]
    public async Task What_no_key_of_the_file_unwraps_is_told_and_stays()
    {
        var (old, next) = (NewKey(), NewKey());
        await using var installation = await Installation.CreateAsync(Config, kind, makesOwnKeys: true);
        await File.WriteAllTextAsync(installation.KeyFile, old);
        await installation.StartNodeAsync();
        var alice = await AddAuthenticatorAsync(installation);
        using (var foreign = Protector(installation, NewKey()))
        {
            await installation.Database.Open()
                .Call("UPDATE totp_authenticators SET wrapped_secret = $1")
                .With(foreign.Wrap(TotpAuthenticator.WrapPurposeOf(alice), Secret))
                .ExecuteAsync(CancellationToken.None);
        }

        var stored = await WrappedSecretAsync(installation, alice);
        await File.WriteAllTextAsync(installation.KeyFile, $"{old}\nwrap:{next}\n");
        using var hub = new HubShell()
            .With("ConnectionStrings__IdentityHub", installation.Database.ConnectionString)
            .With("IdentityHub__KeyProtection__KeyFile", installation.KeyFile);
        var done = await hub.RunAsync("keys", "rewrap");

        Assert.That((done.ExitCode, done.Error), Is.EqualTo((
            1, "1 value(s) cannot be read with any key of the key file. Put the key that wrapped them back: a line read:KEY.")));
        Assert.That(await WrappedSecretAsync(installation, alice), Is.EqualTo(stored));
    }

    [Test]
    public async Task A_new_database_begins_with_a_key_file_of_several_keys_and_takes_no_other()
    {
        var (old, next) = (NewKey(), NewKey());
        await using var installation = await Installation.CreateAsync(Config, kind, makesOwnKeys: true);
        await File.WriteAllTextAsync(installation.KeyFile, $"{old}\nwrap:{next}\n");
        await installation.StartNodeAsync();
        using var hub = new HubShell()
            .With("ConnectionStrings__IdentityHub", installation.Database.ConnectionString)
            .With("IdentityHub__KeyProtection__KeyFile", installation.KeyFile);
        var same = await hub.RunAsync("keys", "list");
        await File.WriteAllTextAsync(installation.KeyFile, $"{next}\n");
        var withoutFirst = await hub.RunAsync("keys", "list");
        await File.WriteAllTextAsync(installation.KeyFile, $"{NewKey()}\nwrap:{next}\n");
        var otherFirst = await hub.RunAsync("keys", "list");

        Assert.That((same.ExitCode, withoutFirst.ExitCode, otherFirst.ExitCode), Is.EqualTo((0, 1, 1)), same.Error);
    }

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static KeyProtector Protector(Installation installation, string keys)
    {
        var path = installation.KeyFile + Guid.NewGuid().ToString("N");
        File.WriteAllText(path, keys);
        return KeyProtector.FromFile(path, createIfMissing: false);
    }

    private static async Task<Guid> AddAuthenticatorAsync(Installation installation)
    {
        var database = installation.Database.Open();
        var id = await database.Call("SELECT id FROM users WHERE user_name = 'alice'")
            .ListAsync(static row => row.Guid(), CancellationToken.None);
        using var protector = KeyProtector.FromFile(installation.KeyFile, createIfMissing: false);
        await using var context = database.NewContext();
        context.Add(new TotpAuthenticator
        {
            UserId = id[0],
            WrappedSecret = protector.Wrap(TotpAuthenticator.WrapPurposeOf(id[0]), Secret),
            LastStep = 0,
            CreatedAt = TimeProvider.System.GetUtcNow(),
        });
        await context.SaveChangesAsync();
        return id[0];
    }

    private static async Task<byte[]> WrappedSecretAsync(Installation installation, Guid userId) =>
        (await installation.Database.Open()
            .Call("SELECT wrapped_secret FROM totp_authenticators WHERE user_id = $1").With(userId)
            .ListAsync(static row => row.Bytes(), CancellationToken.None))[0];

    private static async Task<List<(int Others, int Unreadable)>> ReadAsync(Installation installation, KeyProtector protector)
    {
        var found = await Rewrap.RunAsync(installation.Database.Open(), protector, onlyCounts: true, CancellationToken.None);
        return [.. found.Select(values => (values.Others, values.Unreadable))];
    }
}
