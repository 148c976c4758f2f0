using IdentityHub.Protocol;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage;
using IdentityHub.Storage.ApiKeys;
using IdentityHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Clients;

[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[Spec("contracts/lsid-sessions.md", "API keys")]
public class ApiKeyTests(DatabaseKind kind)
{
    [Test]
    public async Task A_key_of_the_database_works_in_the_query_in_its_header_and_as_bearer_until_it_is_revoked()
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, kind);
        var store = hub.Services.GetRequiredService<ApiKeyStore>();
        var value = await IssueAsync(hub, "crm", "acme", "session.read");
        var bob = await hub.Client.LsidAsync("bob");

        Assert.That((await hub.Client.GetAnswerAsync($"/session/{bob}?apiKey={value}")).Status, Is.EqualTo(200));
        Assert.That((await hub.Client.GetAnswerAsync($"/session/{bob}", value)).Status, Is.EqualTo(200));
        Assert.That((await hub.Client.CallAsync("GET", $"/session/{bob}", null, null, ("X-API-Key", value))).Status, Is.EqualTo(200));
        Assert.That(
            (await hub.Client.CallAsync("DELETE", $"/session/{bob}", null, null, ("X-API-Key", value))).Status, Is.EqualTo(404),
            "it may read, and nothing else");
        Assert.That(
            (await hub.Client.CallAsync("GET", $"/session/{await hub.Client.LsidAsync("sam")}", null, null, ("X-API-Key", value))).Status,
            Is.EqualTo(404), "another tree");

        Assert.That(await store.RevokeAsync("crm", hub.Time.GetUtcNow(), NoNote, CancellationToken.None), Is.EqualTo(1));
        Assert.That((await hub.Client.GetAnswerAsync($"/session/{bob}", value)).Status, Is.EqualTo(404));
        Assert.That((await hub.Client.GetAnswerAsync("/authenticate/block/bob", value)).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task A_rotated_key_ends_after_the_overlap_and_its_successor_has_its_rights()
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, kind);
        var store = hub.Services.GetRequiredService<ApiKeyStore>();
        var old = await IssueAsync(hub, "crm", "acme", "session.read");
        var bob = await hub.Client.LsidAsync("bob");
        var now = hub.Time.GetUtcNow();
        var value = OpaqueToken.Create(OpaqueTokenType.ApiKey);

        Assert.That(
            await store.TryRotateAsync(
                "crm", now, now.AddMinutes(10),
                newest => Row(newest.Name, newest.OrganizationId, string.Join(' ', newest.Permissions), value, now),
                NoNote, CancellationToken.None),
            Is.True);
        var both = (
            (await hub.Client.GetAnswerAsync($"/session/{bob}", old)).Status,
            (await hub.Client.GetAnswerAsync($"/session/{bob}", value)).Status);
        hub.Time.Advance(TimeSpan.FromMinutes(10));
        var later = (
            (await hub.Client.GetAnswerAsync($"/session/{bob}", old)).Status,
            (await hub.Client.GetAnswerAsync($"/session/{bob}", value)).Status);

        Assert.That((both, later), Is.EqualTo(((200, 200), (404, 200))));
        Assert.That(
            await store.TryIssueAsync(
                Row("crm", null, "", OpaqueToken.Create(OpaqueTokenType.ApiKey), hub.Time.GetUtcNow()), NoNote, CancellationToken.None),
            Is.False,
            "the name is taken");
        Assert.That(
            await store.TryRotateAsync("nobody", now, now, _ => throw new InvalidOperationException(), NoNote, CancellationToken.None),
            Is.False);
    }

    [Test]
    public async Task When_a_key_was_last_used_is_known_of_either_kind()
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, kind);
        var store = hub.Services.GetRequiredService<ApiKeyStore>();
        var value = await IssueAsync(hub, "crm", "acme", "session.read");
        hub.Time.Advance(TimeSpan.FromMinutes(7));

        await hub.Client.GetAnswerAsync("/session/x", value);
        await hub.Client.GetAnswerAsync("/session/x", Lsids.Key);
        var uses = await Eventually.GetAsync(() => store.ListUsesAsync(CancellationToken.None), uses => uses.Count == 2);

        Assert.That(
            uses.OrderBy(use => use.Name).Select(use => (use.Name, use.LastUsedAt)),
            Is.EqualTo(new[] { ("crm", hub.Time.GetUtcNow()), ("dialer", hub.Time.GetUtcNow()) }));
    }

    [Test, Spec("ASSURANCE", "B9")]
    public async Task B9_Guesses_at_keys_use_up_the_address_and_a_key_that_was_right_there_goes_on()
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, kind);
        Assert.That((await hub.Client.GetAnswerAsync("/authenticate/block/bob", Lsids.Key)).Status, Is.EqualTo(200));

        var statuses = new List<int>();
        for (var i = 0; i < 105; i++)
            statuses.Add((await hub.Client.GetAnswerAsync("/authenticate/block/bob", $"guess-{i}")).Status);

        Assert.That((statuses[0], statuses[^1]), Is.EqualTo((401, 429)));
        Assert.That((await hub.Client.GetAnswerAsync("/authenticate/block/bob", Lsids.Key)).Status, Is.EqualTo(200));
    }

    [TestCase("enabled: false")]
    [TestCase("expires_at: 2026-11-23T00:00:00Z")]
    [TestCase("not_before: 2027-01-01T00:00:00Z")]
    public async Task A_key_of_the_files_counts_in_its_time_only(string state)
    {
        await using var hub = await Hub.StartAsync(
            Lsids.Config.Replace("value: \"plain:dialer", $"{state}, value: \"plain:dialer", StringComparison.Ordinal), kind);
        hub.Time.Advance(TimeSpan.FromDays(2));

        Assert.That((await hub.Client.GetAnswerAsync("/authenticate/block/bob", Lsids.Key)).Status, Is.EqualTo(401));
    }

    [TestCase("id: acme, name: Acme, parent: root", "id: acme, name: Acme, parent: root, enabled: false")]
    [TestCase("id: root, name: Root", "id: root, name: Root, enabled: false")]
    public async Task A_key_of_either_kind_is_good_for_nothing_while_its_organization_or_one_above_it_is_disabled(
        string organization, string disabled)
    {
        await using var hub = await Hub.StartAsync(Lsids.Config.Replace(organization, disabled, StringComparison.Ordinal), kind);
        var value = await IssueAsync(hub, "crm", "acme", "user.block");

        foreach (var key in new[] { value, Lsids.Key })
            Assert.That((await hub.Client.GetAnswerAsync("/authenticate/block/sam", key)).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task Two_keys_that_differ_are_refused_wherever_they_stand()
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, kind);
        var value = await IssueAsync(hub, "crm", "acme", "user.block");
        const string path = "/authenticate/block/bob";
        Answer[] refused =
        [
            await hub.Client.GetAnswerAsync($"{path}?apiKey={value}", Lsids.Key),
            await hub.Client.CallAsync("GET", $"{path}?apiKey={value}", null, null, ("X-API-Key", Lsids.Key)),
            await hub.Client.CallAsync("GET", path, null, null, ("X-API-Key", value), ("Authorization", $"Bearer {Lsids.Key}")),
            await hub.Client.GetAnswerAsync($"{path}?apiKey={value}&apiKey={value}"),
            await hub.Client.GetAnswerAsync($"{path};lsid={await hub.Client.LsidAsync("alice")}", value),
        ];

        Assert.That(refused.Select(answer => (answer.Status, answer["code"])), Is.All.EqualTo((400, "400")));
        Assert.That(
            (await hub.Client.CallAsync("GET", path, null, null, ("X-API-Key", $"{value}, {Lsids.Key}"))).Status, Is.EqualTo(401),
            "one header with two is no key");
        Assert.That(
            (await hub.Client.CallAsync(
                    "GET", $"{path}?apiKey={value}", null, null, ("X-API-Key", value), ("Authorization", $"Bearer {value}"))
            ).Status,
            Is.EqualTo(200),
            "three times the same");
    }

    [TestCase("session.read", 403)]
    [TestCase("user.block", 200)]
    public async Task A_key_may_do_what_its_permissions_say_and_never_act_for_anybody(string permission, int block)
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, kind);
        var value = await IssueAsync(hub, "crm", null, permission);
        var bob = await hub.Client.LsidAsync("bob");
        (string Name, string Value) header = ("X-API-Key", value);

        Assert.That((await hub.Client.CallAsync("PUT", "/authenticate/block/sam", null, null, header)).Status, Is.EqualTo(block));
        Assert.That(
            (await hub.Client.CallAsync("DELETE", $"/session/user/{Lsids.IdOf("bob")}", null, null, header)).Status, Is.EqualTo(403));
        foreach (var (method, path, body, status) in new[]
        {
            ("PUT", $"/session/{bob}/setEffectiveUser", $"\"{Lsids.IdOf("eve")}\"", 404),
            ("PUT", $"/session/{bob}/setEffectiveOrg", "\"east\"", 404), ("POST", $"/session/{bob}/clone", null, 404),
            ("DELETE", $"/session/{bob}/assumedIdentity", null, 404), ("DELETE", $"/session/{bob}", null, 404),
            ("PUT", $"/password/{Lsids.IdOf("bob")}", """{"adminPassword":"x","newPassword":"Another-Pass-1234"}""", 401),
        })
            Assert.That((await hub.Client.CallAsync(method, path, body, "application/json", header)).Status, Is.EqualTo(status), path);
    }

    private static Task NoNote(SqlTransaction transaction) => Task.CompletedTask;

    private static async Task<string> IssueAsync(Hub hub, string name, string? organization, string permissions)
    {
        var value = OpaqueToken.Create(OpaqueTokenType.ApiKey);
        Assert.That(
            await hub
                .Services.GetRequiredService<ApiKeyStore>()
                .TryIssueAsync(Row(name, organization, permissions, value, hub.Time.GetUtcNow()), NoNote, CancellationToken.None),
            Is.True);
        return value;
    }

    private static ApiKey Row(string name, string? organization, string permissions, string value, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Name = name,
        KeyHash = TokenHash.Of(value),
        OrganizationId = organization,
        Permissions = permissions,
        CreatedAt = now,
    };
}
