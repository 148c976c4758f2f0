using IdentityHub.Protocol;
using IdentityHub.Server.Tests.Support;
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
        Assert.That((await hub.Client.CallAsync("DELETE", $"/session/{bob}", null, null, ("X-API-Key", value))).Status, Is.EqualTo(404), "it may read, and nothing else");
        Assert.That((await hub.Client.CallAsync("GET", $"/session/{await hub.Client.LsidAsync("sam")}", null, null, ("X-API-Key", value))).Status, Is.EqualTo(404), "another tree");

        Assert.That(await store.RevokeAsync("crm", hub.Time.GetUtcNow(), CancellationToken.None), Is.EqualTo(1));
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

        Assert.That(await store.TryRotateAsync("crm", now, now.AddMinutes(10), newest => Row(newest.Name, newest.OrganizationId, string.Join(' ', newest.Permissions), value, now), CancellationToken.None), Is.True);
        var both = ((await hub.Client.GetAnswerAsync($"/session/{bob}", old)).Status, (await hub.Client.GetAnswerAsync($"/session/{bob}", value)).Status);
        hub.Time.Advance(TimeSpan.FromMinutes(10));
        var later = ((await hub.Client.GetAnswerAsync($"/session/{bob}", old)).Status, (await hub.Client.GetAnswerAsync($"/session/{bob}", value)).Status);

        Assert.That((both, later), Is.EqualTo(((200, 200), (404, 200))));
        Assert.That(await store.TryIssueAsync(Row("crm", null, "", OpaqueToken.Create(OpaqueTokenType.ApiKey), hub.Time.GetUtcNow()), CancellationToken.None), Is.False, "the name is taken");
        Assert.That(await store.TryRotateAsync("nobody", now, now, _ => throw new InvalidOperationException(), CancellationToken.None), Is.False);
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

        Assert.That(uses.OrderBy(use => use.Name).Select(use => (use.Name, use.LastUsedAt)), Is.EqualTo(new[] { ("crm", hub.Time.GetUtcNow()), ("dialer", hub.Time.GetUtcNow()) }));
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
        await using var hub = await Hub.StartAsync(Lsids.Config.Replace("value: \"plain:dialer", $"{state}, value: \"plain:dialer", StringComparison.Ordinal), kind);
        hub.Time.Advance(TimeSpan.FromDays(2));

        Assert.That((await hub.Client.GetAnswerAsync("/authenticate/block/bob", Lsids.Key)).Status, Is.EqualTo(401));
    }

    private static async Task<string> IssueAsync(Hub hub, string name, string? organization, string permissions)
    {
        var value = OpaqueToken.Create(OpaqueTokenType.ApiKey);
        Assert.That(await hub.Services.GetRequiredService<ApiKeyStore>().TryIssueAsync(Row(name, organization, permissions, value, hub.Time.GetUtcNow()), CancellationToken.None), Is.True);
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
