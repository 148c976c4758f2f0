using System.Text;
using System.Text.Json;
using IdentityHub.Protocol.Jose;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Installation;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>The <c>jti</c> of a client assertion is used up for all nodes at once.</summary>
[Spec("ASSURANCE", "R7")]
[Spec("RFC 7523", "3")]
public sealed class ClientAssertionReplayTests : IDisposable
{
    private const string ClientId = "signing-machine";
    private readonly JwtSigner _signer = JwtSigner.Create(JwsAlgorithms.ES256);

    [Test]
    public async Task R7_An_assertion_that_one_node_has_accepted_is_refused_by_the_other()
    {
        await using var installation = await CreateAsync();
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        var assertion = Assertion(_signer, installation, TimeSpan.FromMinutes(1));

        var first = await PresentAsync(a.Client, assertion);
        var onOther = await PresentAsync(b.Client, assertion);
        var onSame = await PresentAsync(a.Client, assertion);

        Assert.Multiple(() =>
        {
            Assert.That(first.Status, Is.EqualTo(200), first.ToString());
            Assert.That((onOther.Status, onOther["error"]), Is.EqualTo((401, "invalid_client")));
            Assert.That(onSame.Status, Is.EqualTo(401));
        });
    }

    [Test]
    public async Task R7_A_copy_with_a_bad_signature_does_not_use_the_assertion_up()
    {
        await using var installation = await CreateAsync();
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        using var stranger = JwtSigner.Create(JwsAlgorithms.ES256);
        var jti = Guid.NewGuid().ToString();
        var assertion = Assertion(_signer, installation, TimeSpan.FromMinutes(1), jti);
        var forged = Assertion(stranger, installation, TimeSpan.FromMinutes(1), jti);
        var swapped = assertion[..assertion.LastIndexOf('.')] + forged[forged.LastIndexOf('.')..];

        var refused = new[]
        {
            await PresentAsync(b.Client, forged), await PresentAsync(b.Client, swapped), await PresentAsync(a.Client, swapped),
        };
        var own = await PresentAsync(a.Client, assertion);

        Assert.That(refused.Select(answer => answer.Status), Is.All.EqualTo(401));
        Assert.That(own.Status, Is.EqualTo(200), own.ToString());
    }

    [Test]
    public async Task R7_Of_twenty_parallel_presentations_over_two_nodes_exactly_one_succeeds()
    {
        await using var installation = await CreateAsync();
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        var assertion = Assertion(_signer, installation, TimeSpan.FromMinutes(1));
        var (atA, atB) = (a.Rendezvous(10), b.Rendezvous(10));

        var answers = await Requests.AtOnceAsync(20, [a.Client, b.Client], (node, _) => PresentAsync(node, assertion));

        Assert.That(atA.Met && atB.Met, Is.True, "nothing has raced");
        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        Assert.That(answers.Count(answer => answer.Status == 401), Is.EqualTo(19));
    }

    [Test]
    public async Task R7_An_assertion_that_is_good_for_ten_years_is_refused_so_that_the_memory_of_used_ones_stays_bounded()
    {
        await using var installation = await CreateAsync();
        var node = await installation.StartNodeAsync();

        var answer = await PresentAsync(node.Client, Assertion(_signer, installation, TimeSpan.FromDays(3650)));

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((401, "invalid_client")));
    }

    [Test]
    public async Task R7_After_a_restore_an_assertion_is_taken_only_where_it_cannot_have_been_used_before()
    {
        await using var installation = await CreateAsync();
        var node = await installation.StartNodeAsync();
        var old = Assertion(_signer, installation, TimeSpan.FromMinutes(1));
        var oldWithoutIssue = Assertion(_signer, installation, TimeSpan.FromMinutes(1), begin: "nbf");
        installation.Time.Advance(TimeSpan.FromSeconds(40));
        await using (var transaction = await installation.Database.Open().BeginAsync(CancellationToken.None))
        {
            await RestoredDatabase.EndAllAsync(
                transaction, endedApiKeys: [], installation.Time.GetUtcNow() - TimeSpan.FromSeconds(31), CancellationToken.None);
            await transaction.CommitAsync(CancellationToken.None);
        }

        var before = await PresentAsync(node.Client, old);
        var beforeWithoutIssue = await PresentAsync(node.Client, oldWithoutIssue);
        var after = await PresentAsync(node.Client, Assertion(_signer, installation, TimeSpan.FromMinutes(1)));
        var afterWithoutIssue = await PresentAsync(node.Client, Assertion(_signer, installation, TimeSpan.FromMinutes(1), begin: "nbf"));

        Assert.That((before.Status, before["error"]), Is.EqualTo((401, "invalid_client")));
        Assert.That((beforeWithoutIssue.Status, beforeWithoutIssue["error"]), Is.EqualTo((401, "invalid_client")));
        Assert.That(after.Status, Is.EqualTo(200), after.ToString());
        Assert.That(afterWithoutIssue.Status, Is.EqualTo(200), "nbf says that it was not used before");
        // The second one may share a row that is written later.
        var reasons = await Eventually.GetAsync(() => ReasonsAsync(node), static found => found.Count > 0);
        Assert.That(reasons, Is.Not.Empty.And.All.EqualTo("assertion_before_restore"));
    }

    public void Dispose() => _signer.Dispose();

    private static Task<Answer> PresentAsync(HttpClient node, string assertion) => node.TokenAsync(
        ("grant_type", "client_credentials"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion));

    private static async Task<List<string?>> ReasonsAsync(Hub node)
    {
        await using var context = node.NewContext();
        return await context.AuditEvents.Where(row => row.Reason != null).Select(row => row.Reason).ToListAsync();
    }

    private static string Assertion(
        JwtSigner signer, Installation installation, TimeSpan lifetime, string? jti = null, string begin = "iat")
    {
        var now = installation.Time.GetUtcNow();
        return signer.CreateJwt("JWT", JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["iss"] = ClientId,
            ["sub"] = ClientId,
            ["aud"] = Installation.Issuer,
            ["jti"] = jti ?? Guid.NewGuid().ToString(),
            [begin] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + lifetime).ToUnixTimeSeconds(),
        }));
    }

    private Task<Installation> CreateAsync()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
            _signer.PublicKey.WriteTo(json);
        return Installation.CreateAsync(
            $$"""
            clients:
              - client_id: {{ClientId}}
                grant_types: [client_credentials]
                token_endpoint_auth_method: private_key_jwt
                jwks: { keys: [ {{Encoding.UTF8.GetString(stream.ToArray())}} ] }
                scope: orders.read
            scopes:
              - { name: orders.read }
            """,
            DatabaseKind.Postgres);
    }
}
