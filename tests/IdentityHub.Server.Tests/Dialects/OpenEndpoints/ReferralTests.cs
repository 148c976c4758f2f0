using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.OpenEndpoints;

/// <summary>Who refers whom: once, never himself, and how it is listed.</summary>
[Spec("contracts/open-endpoints.md", "Apply")]
public class ReferralTests(DatabaseKind kind) : HubFixture(kind, Tenants.Config)
{
    [Test]
    public async Task The_first_referral_stands_whatever_comes_after_it()
    {
        foreach (var id in new[] { "first-1", "first-2", "first-3" })
            await Client.TenantUserAsync(id, code: id);

        var first = await ApplyAsync("FIRST-1", "first-3");
        var again = await ApplyAsync("first-1", "first-3");
        var other = await ApplyAsync("FIRST-2", "first-3");

        Assert.That((first.Status, again.Status, again.Body), Is.EqualTo((200, 200, first.Body)));
        Assert.That(other.Refusal(), Is.EqualTo((409, "ALREADY_REFERRED")));
        Assert.That((await Client.OpenAsync(HttpMethod.Get, Tenants.UserPath("first-3")))["referable"], Is.EqualTo("false"));
        Assert.That((await Client.OpenAsync(HttpMethod.Get, Tenants.UserPath("first-1")))["referable"], Is.EqualTo("true"));

        // The code goes to another user, and the referral says what it was.
        await Client.OpenAsync(HttpMethod.Put, Tenants.UserPath("first-1"), """{"referralCode":"RENAMED"}""");
        Assert.That((await ApplyAsync("FIRST-1", "first-3")).Refusal(), Is.EqualTo((404, "REFERRAL_CODE_NOT_FOUND")));
        Assert.That((await ApplyAsync("RENAMED", "first-3"))["referralCodeUsed"], Is.EqualTo("FIRST-1"));
        await Client.TenantUserAsync("first-4", code: "FIRST-1");
        Assert.That((await ApplyAsync("FIRST-1", "first-3")).Refusal(), Is.EqualTo((409, "ALREADY_REFERRED")));
    }

    [Test]
    public async Task Nobody_is_referred_by_himself_be_it_through_others()
    {
        foreach (var id in new[] { "chain-1", "chain-2", "chain-3", "chain-4" })
            await Client.TenantUserAsync(id, code: id);
        foreach (var (code, id) in new[] { ("CHAIN-1", "chain-2"), ("CHAIN-2", "chain-3"), ("CHAIN-3", "chain-4") })
            Assert.That((await ApplyAsync(code, id)).Status, Is.EqualTo(200));

        Assert.That((await ApplyAsync("CHAIN-1", "chain-1")).Refusal(), Is.EqualTo((400, "OWN_REFERRAL_CODE")));
        foreach (var code in new[] { "CHAIN-2", "CHAIN-3", "CHAIN-4" })
            Assert.That((await ApplyAsync(code, "chain-1")).Refusal(), Is.EqualTo((400, "REFERRAL_CYCLE")), code);
        Assert.That((await Client.OpenAsync(HttpMethod.Get, Tenants.UserPath("chain-1")))["referable"], Is.EqualTo("true"));
    }

    [Test]
    public async Task Tenants_know_nothing_of_each_other()
    {
        await Client.TenantUserAsync("apart", code: "APART");
        await Client.TenantUserAsync("apart", code: "APART", key: Tenants.OtherKey, tenant: "other");
        await Client.TenantUserAsync("elsewhere", code: "ELSEWHERE", key: Tenants.OtherKey, tenant: "other");

        Assert.That((await ApplyAsync("ELSEWHERE", "apart")).Refusal(), Is.EqualTo((404, "REFERRAL_CODE_NOT_FOUND")));
        Assert.That(
            (await Client.OpenAsync(HttpMethod.Post, "/api/v1/other/open/code/ELSEWHERE/account/acc-1/user/apart", key: Tenants.OtherKey)
            ).Status,
            Is.EqualTo(200));
        Assert.That(
            (await Client.OpenAsync(HttpMethod.Get, $"{Tenants.Root}/user?referralCode=ELSEWHERE", key: null)).Status, Is.EqualTo(404));
        Assert.That((await Client.OpenAsync(HttpMethod.Get, Tenants.UserPath("apart")))["referable"], Is.EqualTo("true"));
    }

    [Test]
    public async Task Referrals_come_the_newest_first_a_page_at_a_time()
    {
        await using var hub = await StartHubAsync();
        await hub.Client.TenantUserAsync("referrer", code: "REFERRER");
        await hub.Client.TenantUserAsync("another", code: "ANOTHER", account: "acc-2");
        for (var i = 0; i < 12; i++)
        {
            await hub.Client.TenantUserAsync($"friend-{i}");
            Assert.That(
                (await hub.Client.OpenAsync(HttpMethod.Post, Tenants.ApplyPath(i == 5 ? "ANOTHER" : "REFERRER", $"friend-{i}"))).Status,
                Is.EqualTo(200));
            hub.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(await ListAsync(hub, ""), Is.EqualTo((10, 12, "11 10 9 8 7 6 5 4 3 2")));
        Assert.That(await ListAsync(hub, "?offset=10"), Is.EqualTo((2, 12, "1 0")));
        Assert.That(await ListAsync(hub, "?limit=3&offset=1&referringUserId=referrer"), Is.EqualTo((3, 11, "10 9 8")));
        Assert.That(await ListAsync(hub, "?referringAccountId=acc-2"), Is.EqualTo((1, 1, "5")));
        Assert.That(await ListAsync(hub, "?referringAccountId=acc-2&referringUserId=referrer"), Is.EqualTo((0, 0, "")));
        Assert.That(await ListAsync(hub, "?limit=100&offset=100"), Is.EqualTo((0, 12, "")));
    }

    [Test, Spec("contracts/README.md", "2")]
    public async Task A_tenants_user_is_a_user_of_the_hub_with_no_way_in_of_his_own_and_takes_nobodys_address()
    {
        var created = await Client.OpenAsync(
            HttpMethod.Post, Tenants.UserPath("squatter"), """{"email":"alice@example.com","firstName":"Alice","lastName":"Archer"}""");
        Assert.That(created.Status, Is.EqualTo(201));

        var user = await Hub.ReadUserAsync(await Hub.TenantUserOfAsync("squatter"));
        Assert.That(
            (user.GivenName, user.FamilyName, user.Email, user.NormalizedEmail, user.PasswordHash),
            Is.EqualTo(("Alice", "Archer", (string?)null, (string?)null, (string?)null)));

        // Two users of one tenant may share an address: it is the tenant's word.
        Assert.That(
            (await Client.OpenAsync(
                    HttpMethod.Post, Tenants.UserPath("squatter-2"), """{"email":"alice@example.com","firstName":"Alice"}""")
            ).Status,
            Is.EqualTo(201));

        await using var context = Hub.NewContext();
        var audit = await Eventually.GetAsync(
            () => context.AuditEvents.AsNoTracking().Where(row => row.UserId == user.Id && row.Type == "user.created").ToListAsync(),
            rows => rows.Count == 1);
        Assert.That(audit.Single().ClientId, Is.EqualTo("tenant test_abc"));
    }

    private Task<Answer> ApplyAsync(string code, string id) => Client.OpenAsync(HttpMethod.Post, Tenants.ApplyPath(code, id));

    private static async Task<(int Count, int Total, string Friends)> ListAsync(Hub hub, string query)
    {
        var page = (await hub.Client.OpenAsync(HttpMethod.Get, $"{Tenants.Root}/referrals{query}")).Json;
        var friends = page.GetProperty("referrals")
            .EnumerateArray()
            .Select(referral =>
                referral.GetProperty("referredUser").GetProperty("id").GetString()!.Replace("friend-", "", StringComparison.Ordinal));
        return (page.GetProperty("count").GetInt32(), page.GetProperty("totalCount").GetInt32(), string.Join(' ', friends));
    }
}
