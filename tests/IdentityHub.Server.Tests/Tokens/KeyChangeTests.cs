using System.Text;
using System.Text.Json;
using IdentityHub.Protocol.Jose;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.SigningKeys;
using IdentityHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using JsonWebKeySet = Microsoft.IdentityModel.Tokens.JsonWebKeySet;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Tokens;

/// <summary>Keys that somebody changes in the database while two nodes run.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[Parallelizable(ParallelScope.Self)]
[Spec("ASSURANCE", "F6")]
public class KeyChangeTests(DatabaseKind kind)
{
    private const string Config = Parts.Apis +
        """
        clients:
          - { client_id: machine, grant_types: [client_credentials], client_secrets: [{ value: "plain:machine-secret" }], scope: orders.read }
        """;

    private Installation _installation = null!;
    private Hub[] _nodes = [];

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _installation = await Installation.CreateAsync(Config, kind);
        _nodes = [await _installation.StartNodeAsync(), await _installation.StartNodeAsync()];
    }

    [OneTimeTearDown]
    public async Task EndAsync() => await _installation.DisposeAsync();

    [Test]
    public async Task An_imported_key_is_published_until_its_end_and_neither_signs_nor_is_accepted_here()
    {
        using var foreign = JwtSigner.Create(JwsAlgorithms.ES256);
        var end = Now.AddMinutes(2);
        var token = TokenOf(foreign);

        await ChangeAsync(change => SigningKeyStore.ImportAsync(
            change, new ImportedKey { KeyId = foreign.Kid, PublicKey = JsonOf(foreign), ImportedAt = Now, PublishUntil = end }, default));
        foreach (var node in _nodes)
            Assert.That(await PublishedWhenAsync(node, kids => kids.Contains(foreign.Kid)), Does.Contain(foreign.Kid));

        foreach (var node in _nodes)
        {
            Assert.That((await ResourceServer.CheckAsync(node, token, "orders")).IsValid, Is.True, "a resource server accepts its tokens");
            Assert.That(await node.Client.IsActiveAsync("orders", token), Is.False, "the hub does not");
            Assert.That(await KidOfNewTokenAsync(node), Is.Not.EqualTo(foreign.Kid));
        }

        _installation.Time.AdvanceTo(end);
        foreach (var node in _nodes)
            Assert.That(await PublishedWhenAsync(node, kids => !kids.Contains(foreign.Kid)), Does.Not.Contain(foreign.Kid));
    }

    [Test]
    public async Task A_rotated_key_is_published_by_every_node_before_one_signs_with_it_and_a_retired_one_signs_no_more()
    {
        var protector = _nodes[0].Services.GetRequiredService<KeyProtector>();
        var before = await KidOfNewTokenAsync(_nodes[0]);
        var next = SigningKeyLifeCycle.Create(protector, JwsAlgorithms.ES256, Now + SigningKeyLifeCycle.Propagation, Now);

        await ChangeAsync(change => SigningKeyStore.InsertAsync(change, next, default));
        foreach (var node in _nodes)
            Assert.That(await PublishedWhenAsync(node, kids => kids.Contains(next.KeyId)), Does.Contain(next.KeyId));
        foreach (var node in _nodes)
            Assert.That(await KidOfNewTokenAsync(node), Is.EqualTo(before), "published, and does not sign yet");

        _installation.Time.AdvanceTo(next.NotBefore);
        foreach (var node in _nodes)
            Assert.That(await KidOfNewTokenAsync(node), Is.EqualTo(next.KeyId));

        next.SignUntil = Now;
        await ChangeAsync(change => SigningKeyStore.SetTimesAsync(change, next, default));
        foreach (var node in _nodes)
        {
            var signing = await Eventually.GetAsync(() => LookAsync(() => KidOfNewTokenAsync(node)), kid => kid == before);
            Assert.That(signing, Is.EqualTo(before), "the one before it is still good");
        }
    }

    private DateTimeOffset Now => _installation.Time.GetUtcNow();

    private Task<bool> ChangeAsync(Func<Storage.SqlTransaction, Task> change) =>
        new SigningKeyStore(_nodes[0].Database).ChangeAsync(
            async (transaction, _) =>
            {
                await change(transaction);
                return true;
            },
            Now, CancellationToken.None);

    private Task<HashSet<string>> PublishedWhenAsync(Hub node, Predicate<HashSet<string>> isRight) =>
        Eventually.GetAsync(
            () => LookAsync(async () =>
                new JsonWebKeySet((await ResourceServer.PublishedKeysAsync(node)).Body).Keys.Select(key => key.Kid).ToHashSet()),
            isRight);

    // On SQLite a node looks at the keys when a second has passed.
    private async Task<T> LookAsync<T>(Func<Task<T>> look)
    {
        _installation.Time.Advance(TimeSpan.FromMilliseconds(100));
        return await look();
    }

    private static async Task<string> KidOfNewTokenAsync(Hub node)
    {
        var answer = await node.Client.MachineAsync("machine");
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        return new JsonWebToken(answer["access_token"]).Kid;
    }

    private string TokenOf(JwtSigner signer) =>
        signer.CreateJwt(
            "at+jwt",
            JsonSerializer.SerializeToUtf8Bytes(new
            {
                iss = Installation.Issuer,
                aud = "orders",
                sub = "machine",
                client_id = "machine",
                scope = "orders.read",
                jti = "old",
                iat = Now.ToUnixTimeSeconds(),
                exp = Now.AddHours(1).ToUnixTimeSeconds(),
            }));

    private static string JsonOf(JwtSigner signer)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            signer.PublicKey.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
