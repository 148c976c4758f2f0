using System.Text.RegularExpressions;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.OpenEndpoints;

/// <summary>Every call and every status of the contract, byte for byte.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[Spec("contracts/open-endpoints.md", "calls")]
public partial class OpenContractTests(DatabaseKind kind)
{
    [Test]
    public async Task A_user_is_made_looked_up_changed_and_found_by_his_code_as_the_contract_says()
    {
        await using var hub = await Hub.StartAsync(Tenants.Config, kind);
        var (post, put, get) = (HttpMethod.Post, HttpMethod.Put, HttpMethod.Get);
        var client = hub.Client;

        AssertGolden(await client.OpenAsync(post, Tenants.UserPath("bob"), Golden.Read("create.request.json")), 201, "create");
        AssertGolden(await client.OpenAsync(post, Tenants.UserPath("bob"), Golden.Read("create.request.json")), 409, "create-again");
        AssertGolden(
            await client.OpenAsync(
                post, Tenants.UserPath("bob-2"), """{"email":"bob2@example.com","firstName":"Bob","referralCode":"bobtesterson"}"""),
            409,
            "code-taken");
        AssertGolden(await client.OpenAsync(post, Tenants.UserPath("bob-2"), """{"firstName":"Bob"}"""), 400, "create-incomplete");
        AssertGolden(await client.OpenAsync(put, Tenants.UserPath("ann"), Golden.Read("upsert-new.request.json")), 201, "upsert-new");
        AssertGolden(await client.OpenAsync(put, Tenants.UserPath("ann"), Golden.Read("upsert.request.json")), 200, "upsert");
        AssertGolden(await client.OpenAsync(put, Tenants.UserPath("ann"), """{"referralCode":"BobTesterson"}"""), 409, "code-taken");
        AssertGolden(await client.OpenAsync(put, Tenants.UserPath("nobody"), "{}"), 400, "upsert-incomplete");
        AssertGolden(await client.OpenAsync(get, Tenants.UserPath("bob")), 200, "create");
        AssertGolden(await client.OpenAsync(get, Tenants.UserPath("nobody")), 404, "user-unknown");

        AssertGolden(await client.OpenAsync(get, $"{Tenants.Root}/user?referralCode=BOBTESTERSON", key: null), 200, "public-user");
        AssertGolden(await client.OpenAsync(get, $"{Tenants.Root}/user?referralCode=bobTesterson", key: null), 200, "public-user");
        AssertGolden(await client.OpenAsync(get, $"{Tenants.Root}/user?referralCode=NOBODY", key: null), 404, "code-unknown");
        AssertGolden(await client.OpenAsync(get, $"{Tenants.Root}/user", key: null), 400, "code-missing");
        AssertGolden(await client.OpenAsync(get, $"{Tenants.Root}/code/BOBTESTERSON", key: null), 200, "code");
        AssertGolden(await client.OpenAsync(get, $"{Tenants.Root}/code/bobtesterson", key: null), 200, "code");
        AssertGolden(await client.OpenAsync(get, $"{Tenants.Root}/code/NOBODY", key: null), 404, "code-unknown");
    }

    [Test]
    public async Task A_user_acts_by_tokens_as_the_contract_says()
    {
        await using var hub = await Hub.StartAsync(Tenants.Config, kind);
        var client = hub.Client;
        await client.TenantUserAsync("bob");

        // The whole user stands in the token.
        var write = hub.WriteToken("ann", members: ""","lastName":"Other","locale":"en_US","imageUrl":"https://example.com/ann.png" """);
        AssertGolden(await client.OpenWithTokenAsync(HttpMethod.Post, Tenants.UserPath("ann"), write), 201, "token-create");
        AssertGolden(await client.OpenWithTokenAsync(HttpMethod.Put, Tenants.UserPath("ann"), write), 200, "token-create");
        AssertGolden(await client.OpenWithTokenAsync(HttpMethod.Get, Tenants.UserPath("ann"), hub.ReadToken("ann")), 200, "token-create");
        AssertGolden(
            await client.AnswerAsync(new HttpRequestMessage(HttpMethod.Get, Tenants.UserPath("ann")).WithBearer(write)), 200,
            "token-create");

        AssertGolden(await client.OpenWithTokenAsync(HttpMethod.Get, Tenants.UserPath("bob"), write), 403, "other-user");
        AssertGolden(await client.OpenWithTokenAsync(HttpMethod.Put, Tenants.UserPath("ann"), hub.ReadToken("ann")), 403, "read-only");
        AssertGolden(
            await client.OpenWithTokenAsync(HttpMethod.Put, Tenants.UserPath("ann"), write, """{"email":"else@example.com"}"""), 400,
            "contradiction");
        AssertGolden(
            await client.OpenWithTokenAsync(HttpMethod.Get, Tenants.UserPath("ann"), hub.ReadToken("ann", key: Tenants.OtherKey)), 401,
            "token-refused");
        AssertGolden(await client.OpenAsync(HttpMethod.Get, Tenants.UserPath("ann"), key: "wrong-key"), 401, "key-refused");
        AssertGolden(await client.OpenAsync(HttpMethod.Get, Tenants.UserPath("ann"), key: null), 401, "nothing-presented");
    }

    [Test]
    public async Task A_code_is_applied_and_referrals_are_listed_as_the_contract_says()
    {
        await using var hub = await Hub.StartAsync(Tenants.Config, kind);
        var client = hub.Client;
        await client.TenantUserAsync("bob");
        await client.TenantUserAsync("ann", "Ann");
        await client.TenantUserAsync("cat", "Cat");

        AssertGolden(await client.OpenAsync(HttpMethod.Get, $"{Tenants.Root}/referrals"), 200, "no-referrals");
        AssertGolden(await client.OpenAsync(HttpMethod.Post, Tenants.ApplyPath("BOBTESTERSON", "ann")), 200, "apply");
        AssertGolden(await client.OpenAsync(HttpMethod.Post, Tenants.ApplyPath("bobtesterson", "ann"), "{}"), 200, "apply");
        AssertGolden(await client.OpenAsync(HttpMethod.Post, Tenants.ApplyPath("CATTESTERSON", "ann")), 409, "already-referred");
        AssertGolden(await client.OpenAsync(HttpMethod.Post, Tenants.ApplyPath("BOBTESTERSON", "bob")), 400, "own-code");
        AssertGolden(await client.OpenAsync(HttpMethod.Post, Tenants.ApplyPath("ANNTESTERSON", "bob")), 400, "cycle");
        AssertGolden(await client.OpenAsync(HttpMethod.Post, Tenants.ApplyPath("NOBODY", "ann")), 404, "code-unknown");
        AssertGolden(await client.OpenAsync(HttpMethod.Post, Tenants.ApplyPath("BOBTESTERSON", "nobody")), 404, "user-unknown");
        AssertGolden(
            await client.OpenAsync(
                HttpMethod.Get, $"{Tenants.Root}/referrals?referringAccountId=acc-1&referringUserId=bob&limit=10&offset=0"),
            200,
            "referrals");

        // Whoever was referred sees himself whole, and of the other what everybody sees; and so does whoever has referred him.
        AssertGolden(
            await client.OpenWithTokenAsync(HttpMethod.Post, Tenants.ApplyPath("BOBTESTERSON", "ann"), hub.WriteToken("ann")), 200,
            "token-apply");
        AssertGolden(
            await client.OpenWithTokenAsync(HttpMethod.Get, $"{Tenants.Root}/referrals", hub.ReadToken("bob")), 200, "token-referrals");
    }

    private static void AssertGolden(Answer answer, int status, string golden)
    {
        var body = Referral().Replace(Trace().Replace(answer.Body, "\"rsCode\":\"TRACE\""), "\"id\":\"REFERRAL\",\"referrerUser\"");
        Assert.That((answer.Status, body), Is.EqualTo((status, Golden.Read($"{golden}.answer.json"))));
        Assert.That((answer.Header("Content-Type"), answer.Header("Cache-Control")), Is.EqualTo(("application/json", "no-store")));
        Assert.That(answer.Header("WWW-Authenticate"), status == 401 ? Is.EqualTo("Bearer realm=\"IdentityHub\"") : Is.Null);
    }

    [GeneratedRegex("\"rsCode\":\"[0-9a-f]{32}\"")]
    private static partial Regex Trace();

    [GeneratedRegex("\"id\":\"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\",\"referrerUser\"")]
    private static partial Regex Referral();
}
