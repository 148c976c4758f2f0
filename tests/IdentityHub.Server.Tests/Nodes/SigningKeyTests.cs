using System.Security.Cryptography;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>Nodes share one key ring, and the database holds nothing that signs.</summary>
public class SigningKeyTests
{
    private static readonly string[] OneOfEach = ["ES256", "RS256"];

    [Test]
    [Spec("ASSURANCE", "C9")]
    public async Task C9_Two_nodes_that_start_at_once_on_an_empty_database_share_one_key_of_each_kind()
    {
        await using var empty = await TestDatabase.CreateEmptyAsync(DatabaseKind.Postgres);
        await using var installation = await Installation.CreateAsync(SharedConfig.Yaml);
        var database = ("ConnectionStrings:IdentityHub", empty.ConnectionString);

        var nodes = await Task.WhenAll(installation.StartProcessAsync(database), installation.StartProcessAsync(database));
        var (a, b) = (nodes[0].Client, nodes[1].Client);
        var token = await a.MachineAsync(SharedConfig.Machine);
        var seenByOther = await b.IntrospectAsync(SharedConfig.Orders, token["access_token"]!);
        var keySets = (
            await a.GetAnswerAsync("/.well-known/openid-configuration/jwks"),
            await b.GetAnswerAsync("/.well-known/openid-configuration/jwks"));
        await using var context = empty.NewContext();
        var algorithms = await context.SigningKeys.Select(key => key.Algorithm).Order().ToListAsync();
        var protection = await context.DataProtectionKeys.CountAsync();
        var generations = await context.ConfigGenerations.CountAsync();

        Assert.Multiple(() =>
        {
            Assert.That(algorithms, Is.EqualTo(OneOfEach));
            Assert.That(keySets.Item1.Body, Is.EqualTo(keySets.Item2.Body));
            Assert.That(keySets.Item1.Json.GetProperty("keys").GetArrayLength(), Is.EqualTo(2));
            Assert.That(seenByOther["active"], Is.EqualTo("true"), seenByOther.ToString());
            Assert.That(protection, Is.EqualTo(1), "what one node has protected the other can read");
            Assert.That(generations, Is.EqualTo(1), "one of them applied the files");
        });
    }

    [TestCase(DatabaseKind.Sqlite)]
    [TestCase(DatabaseKind.Postgres)]
    [Spec("ASSURANCE", "C9")]
    public async Task C9_Signing_keys_are_wrapped_at_rest(DatabaseKind kind)
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind);
        await using var context = hub.NewContext();
        var protector = hub.Services.GetRequiredService<KeyProtector>();

        foreach (var key in await context.SigningKeys.ToListAsync())
        {
            var plain = protector.Unwrap($"signing-key:{key.KeyId}", key.WrappedPrivateKey);
            using AsymmetricAlgorithm opened = key.Algorithm == "RS256" ? RSA.Create() : ECDsa.Create();

            Assert.That(() => opened.ImportPkcs8PrivateKey(plain, out _), Throws.Nothing, "what is wrapped is the private key");
            Assert.That(() => opened.ImportPkcs8PrivateKey(key.WrappedPrivateKey, out _), Throws.InstanceOf<CryptographicException>());

            // Any 16 bytes of the key, anywhere in the row.
            for (var i = 0; i + 16 <= plain.Length; i++)
                Assert.That(key.WrappedPrivateKey.AsSpan().IndexOf(plain.AsSpan(i, 16)), Is.Negative);
        }
    }
}
