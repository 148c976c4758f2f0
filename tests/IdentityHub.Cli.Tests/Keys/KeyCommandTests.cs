using System.Text.Json;
using IdentityHub.Protocol.Jose;
using IdentityHub.Storage;
using IdentityHub.Storage.SigningKeys;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Keys;

/// <summary>What an operator does to the keys while two nodes run.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[Parallelizable(ParallelScope.Self)]
public class KeyCommandTests(DatabaseKind kind)
{
    private const string Config =
        """
        scopes:
          - { name: orders.read }
        api_resources:
          - { name: orders, scopes: [orders.read], client_secrets: [{ value: "plain:orders-secret" }] }
        clients:
          - { client_id: machine, grant_types: [client_credentials], client_secrets: [{ value: "plain:machine-secret" }], scope: orders.read }

        """;

    private readonly HubShell _hub = new();
    private Installation _installation = null!;
    private Hub[] _nodes = [];

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _installation = await Installation.CreateAsync(Config, kind);
        _nodes = [await _installation.StartNodeAsync(TimeProvider.System), await _installation.StartNodeAsync(TimeProvider.System)];
        _hub.With("ConnectionStrings__IdentityHub", _installation.Database.ConnectionString)
            .With("IdentityHub__KeyProtection__KeyFile", _installation.KeyFile);
    }

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        _hub.Dispose();
        await _installation.DisposeAsync();
    }

    [Test, Order(1)]
    public async Task Rotate_announces_the_next_key_of_each_algorithm_once()
    {
        var before = await KidOfNewTokenAsync();

        var rotated = await _hub.RunAsync("keys", "rotate", "--json");
        var again = await _hub.RunAsync("keys", "rotate");
        var listed = await KeysAsync("keys", "list", "--json");

        Assert.That((rotated.ExitCode, rotated.Error, again.ExitCode, again.Error), Is.EqualTo((0, "", 0, "")), rotated.Error);
        Assert.That(again.Output, Does.EndWith("The next key was announced already: ES256, RS256. Nothing was changed there."));
        Assert.That(
            listed.Select(key => (key.Algorithm, key.State)),
            Is.EquivalentTo(new[] { ("ES256", "signs"), ("RS256", "signs"), ("ES256", "announced"), ("RS256", "announced") }));
        foreach (var next in listed.Where(key => key.State == "announced"))
        {
            Assert.That(await PublishedAsync(next.Kid, true), Does.Contain(next.Kid));
            Assert.That(next.SignsFrom - next.PublishedSince, Is.EqualTo(SigningKeyLifeCycle.Announcement));
        }

        Assert.That(await KidOfNewTokenAsync(), Is.EqualTo(before));
        Assert.That(await DetailsAsync("key.rotated"), Has.Count.EqualTo(2));
    }

    [Test, Order(2)]
    public async Task With_now_the_announced_key_signs_and_the_old_one_can_be_retired_after_that()
    {
        var old = await KidOfNewTokenAsync();
        var token = (await _nodes[0].Client.MachineAsync("machine"))["access_token"]!;
        var tooEarly = await _hub.RunAsync("keys", "retire", old);
        await using (var context = NewContext())
        {
            // As if it had been announced a while ago: every node has read it.
            var yesterday = TimeProvider.System.GetUtcNow().AddDays(-1);
            await context.SigningKeys.Where(key => key.Algorithm == "ES256" && key.KeyId != old)
                .ExecuteUpdateAsync(set => set.SetProperty(key => key.CreatedAt, yesterday));
        }

        var rotated = await KeysAsync("keys", "rotate", "--now", "--algorithm", "ES256", "--json");
        var signing = await Eventually.GetAsync(KidOfNewTokenAsync, kid => kid != old);
        var retired = await KeysAsync("keys", "retire", old, "--publish-until", "now", "--json");
        var unpublished = await PublishedAsync(old, false);

        Assert.That(
            (tooEarly.ExitCode, tooEarly.Error),
            Is.EqualTo((
                1, "It is the only ES256 key that signs; nothing was changed. Run first: hub keys rotate --now --algorithm ES256")));
        Assert.That(rotated.Select(key => (key.Kid, key.State)), Is.EqualTo(new[] { (signing, "signs") }));
        Assert.That(retired.Select(key => (key.Kid, key.State)), Is.EqualTo(new[] { (old, "retired") }));
        Assert.That(unpublished, Does.Not.Contain(old));
        foreach (var node in _nodes)
            Assert.That(await node.Client.IsActiveAsync("orders", token), Is.False, "a key that is not published is not accepted");
        Assert.That(await DetailsAsync("key.retired"), Has.Count.EqualTo(1));
    }

    [Test, Order(3)]
    public async Task With_now_a_key_that_no_node_knows_is_waited_for()
    {
        var old = await KidOfNewTokenAsync();

        var rotated = await KeysAsync("keys", "rotate", "--now", "--algorithm", "ES256", "--json");
        var tooEarly = await _hub.RunAsync("keys", "retire", old);

        Assert.That(rotated[0].State, Is.EqualTo("announced"));
        Assert.That(rotated[0].SignsFrom - rotated[0].PublishedSince, Is.EqualTo(SigningKeyLifeCycle.Propagation));
        Assert.That(tooEarly.Error, Does.Match(@"Its successor signs from \S+Z: run this command again then\.$"));
        Assert.That(await PublishedAsync(rotated[0].Kid, true), Does.Contain(rotated[0].Kid));
    }

    [Test]
    public async Task An_imported_key_is_published_until_it_is_retired()
    {
        using var foreign = JwtSigner.Create("RS256");
        _hub.WithFile("old.json", $$"""{"keys":[{{PublicKeys.JsonOf(foreign)}},{{PublicKeys.Encryption}}]}""");

        var imported = await _hub.RunAsync("keys", "import", "old.json", "--until", "30d");
        var twice = await _hub.RunAsync("keys", "import", "old.json", "--until", "60d", "--json");
        var published = await PublishedAsync(foreign.Kid, true);
        var retired = await _hub.RunAsync("keys", "retire", foreign.Kid);
        var unpublished = await PublishedAsync(foreign.Kid, false);

        Assert.That((imported.ExitCode, twice.ExitCode, retired.ExitCode), Is.EqualTo((0, 0, 0)), imported.Error + retired.Error);
        Assert.That(imported.Error, Is.EqualTo("Passed over, because they are for encryption: 1 keys."));
        Assert.That(imported.Output, Does.StartWith($"{foreign.Kid}  RS256  imported  published="));
        Assert.That(published, Does.Contain(foreign.Kid));
        Assert.That(unpublished, Does.Not.Contain(foreign.Kid));
        Assert.That(
            (await DetailsAsync("key.imported")).Count(detail => detail!.StartsWith($"the key {foreign.Kid},", StringComparison.Ordinal)),
            Is.EqualTo(2));
    }

    [Test]
    public async Task A_key_of_this_installation_and_another_key_with_a_known_kid_are_not_imported()
    {
        var own = (await KeysAsync("keys", "list", "--json"))[0].Kid;
        using var first = JwtSigner.Create("ES256");
        using var second = JwtSigner.Create("ES256");
        _hub.WithFile("first.json", PublicKeys.JsonOf(first)).WithFile("second.json", PublicKeys.JsonOf(second));

        var taken = await _hub.RunAsync("keys", "import", "first.json", "--until", "1d", "--kid", own);
        var once = await _hub.RunAsync("keys", "import", "first.json", "--until", "1d", "--kid", "old-1");
        var other = await _hub.RunAsync("keys", "import", "second.json", "--until", "1d", "--kid", "old-1");

        Assert.That((taken.ExitCode, once.ExitCode, other.ExitCode), Is.EqualTo((1, 0, 1)));
        Assert.That(taken.Error, Does.StartWith($"The key '{own}' is one of this installation, or has the kid of one."));
        Assert.That(other.Error, Does.StartWith("Another key with the kid 'old-1' was imported before. Nothing was imported."));
    }

    [Test]
    public async Task A_kid_that_is_not_known_is_not_retired()
    {
        var result = await _hub.RunAsync("keys", "retire", "nothing");

        Assert.That(
            (result.ExitCode, result.Error),
            Is.EqualTo((1, "There is no published key with this kid; all are shown by: hub keys list")));
    }

    private static List<Listed> Read(HubResult result)
    {
        Assert.That((result.ExitCode, result.Error), Is.EqualTo((0, "")));
        using var keys = JsonDocument.Parse(result.Output);
        return
        [
            .. keys.RootElement.EnumerateArray()
                .Select(key => new Listed(
                    key.GetProperty("kid").GetString()!,
                    key.GetProperty("algorithm").GetString()!,
                    key.GetProperty("state").GetString()!,
                    key.GetProperty("published_since").GetDateTimeOffset(),
                    key.GetProperty("signs_from") is { ValueKind: JsonValueKind.String } from ? from.GetDateTimeOffset() : null)),
        ];
    }

    private HubDbContext NewContext() => _installation.Database.NewContext();

    private async Task<List<Listed>> KeysAsync(params string[] arguments) => Read(await _hub.RunAsync(arguments));

    private async Task<string> KidOfNewTokenAsync()
    {
        var answer = await _nodes[1].Client.MachineAsync("machine");
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        return Jwt.TryParse(answer["access_token"], out var jwt, out _) ? jwt.KeyId! : "";
    }

    // What both nodes publish once both do, or do not.
    private Task<List<string>> PublishedAsync(string kid, bool isPublished) =>
        Eventually.GetAsync(
            async () =>
            {
                var sets = await Task.WhenAll(
                    _nodes.Select(node => node.Client.GetAnswerAsync("/.well-known/openid-configuration/jwks")));
                var kids = sets.Select(set =>
                    set.Json.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!).ToList()).ToList();
                return isPublished ? kids[0].Intersect(kids[1]).ToList() : [.. kids[0].Union(kids[1])];
            },
            kids => kids.Contains(kid) == isPublished);

    private async Task<List<string?>> DetailsAsync(string type)
    {
        await using var context = NewContext();
        return await context.AuditEvents.Where(row => row.Type == type).Select(row => row.Detail).ToListAsync();
    }

    private sealed record Listed(string Kid, string Algorithm, string State, DateTimeOffset PublishedSince, DateTimeOffset? SignsFrom);
}
