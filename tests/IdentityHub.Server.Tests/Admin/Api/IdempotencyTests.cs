using System.Security.Cryptography;
using System.Text;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Admin.Api;

/// <summary>A POST that is repeated with its key makes one object, on however many nodes it arrives.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
public class IdempotencyTests(DatabaseKind kind)
{
    private Testing.Installation _installation = null!;
    private Hub _hub = null!;
    private string _token = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _installation = await Testing.Installation.CreateAsync(Administrations.Config, kind);
        _hub = await _installation.StartNodeAsync();
        _token = await _hub.Client.ClientTokenAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _installation.DisposeAsync();

    [Test]
    public async Task The_same_request_gets_the_same_answer_and_another_one_is_refused()
    {
        var first = await MakeAsync(_hub, "one", "key-1");
        var again = await MakeAsync(_hub, "one", "key-1");
        var other = await MakeAsync(_hub, "two", "key-1");
        var foreign = await MakeAsync(_hub, "three", "key-1", await _hub.Client.TokenOfAsync("root"));

        Assert.That((first.Status, first.Header("Idempotency-Replayed")), Is.EqualTo((201, (string?)null)), first.Body);
        Assert.That(
            (again.Status, again.Body, again.Header("ETag"), again.Header("Location"), again.Header("Idempotency-Replayed")),
            Is.EqualTo((201, first.Body, first.Header("ETag"), first.Header("Location"), "true")));
        Assert.That((other.Status, other["reason"]), Is.EqualTo((422, "idempotency_key_reused")));
        Assert.That(foreign.Status, Is.EqualTo(201), "another caller has keys of their own");
        foreach (var key in new[] { new string('k', 256), "a b" })
            Assert.That((await MakeAsync(_hub, "four", key)).Status, Is.EqualTo(400), key);
    }

    [Test]
    public async Task A_refused_request_leaves_the_key_free_and_no_answer_is_stored_in_clear()
    {
        var refused = await MakeAsync(_hub, "boss", "key-2");
        var corrected = await MakeAsync(_hub, "corrected", "key-2");
        var stored = await _hub.Database.Call("SELECT answer FROM idempotency_keys").ListAsync(row => row.BytesOrNull(), default);

        var hashes = await _hub.Database.Call("SELECT request_hash FROM idempotency_keys").ListAsync(row => row.Bytes(), default);
        var guessed = SHA256.HashData(
            Encoding.UTF8.GetBytes($"request\nadminCreateUser\n{Administrations.Base}/users\n{BodyOf("corrected")}"));

        Assert.That((refused.Status, corrected.Status), Is.EqualTo((409, 201)));
        Assert.That(hashes, Is.Not.Empty.And.None.EqualTo(guessed), "nobody who reads them can try passwords");
        Assert.That(stored, Has.All.Not.Null);
        Assert.That(stored.Select(answer => Encoding.Latin1.GetString(answer!)), Has.None.Contains("user_name"));
    }

    [Test]
    [Spec("ASSURANCE", "R9")]
    public async Task Of_twenty_requests_with_one_key_over_two_nodes_one_makes_the_user()
    {
        var nodes = kind == DatabaseKind.Postgres ? [_hub, await _installation.StartNodeAsync()] : new[] { _hub };
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => MakeAsync(nodes[i % nodes.Length], "raced", "key-3")));

        Assert.That(answers.Select(answer => answer.Status), Has.All.EqualTo(201));
        Assert.That(answers.Select(answer => answer["id"]).Distinct().Count(), Is.EqualTo(1));
        Assert.That(answers.Count(answer => answer.Header("Idempotency-Replayed") is null), Is.EqualTo(1));
    }

    private Task<Answer> MakeAsync(Hub hub, string name, string key, string? token = null) => hub.Client.AdminAsync(
        "POST", "/users", token ?? _token, BodyOf(name), headers: ("Idempotency-Key", key));

    private static string BodyOf(string name) => $$"""{"user_name":"{{name}}","organization":"south"}""";
}
