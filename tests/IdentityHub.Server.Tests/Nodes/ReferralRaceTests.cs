using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>One code, one user, one referrer, whatever races for it over two nodes.</summary>
[Spec("contracts/open-endpoints.md", "unique")]
public class ReferralRaceTests
{
    private const int Callers = 50;

    [Test]
    public async Task Of_fifty_parallel_creates_with_one_code_one_gets_it()
    {
        await using var installation = await Installation.CreateAsync(Tenants.Config, DatabaseKind.Postgres);
        var (nodes, met) = await StartAsync(installation, Inserts);

        var answers = await Requests.AtOnceAsync(Callers, nodes, (node, i) =>
            node.OpenAsync(
                HttpMethod.Post, Tenants.UserPath($"user-{i}"),
                $$"""{"email":"a@b.test","firstName":"Ann","referralCode":"{{(i % 2 == 0 ? "ONE-CODE" : "one-code")}}"}"""));

        Assert.That(met(), Is.True, "nothing has raced");
        Assert.That(answers.Count(answer => answer.Status == 201), Is.EqualTo(1));
        Assert.That(
            answers.Where(answer => answer.Status != 201).Select(answer => answer.Refusal()),
            Is.All.EqualTo((409, "REFERRAL_CODE_ALREADY_EXISTS")));
        Assert.That(await CountAsync(installation), Is.EqualTo((1, 1)), "and the other forty-nine have left no user behind");
    }

    [Test]
    public async Task Fifty_parallel_creates_of_one_name_get_fifty_codes()
    {
        await using var installation = await Installation.CreateAsync(Tenants.Config, DatabaseKind.Postgres);
        var (nodes, met) = await StartAsync(installation, Inserts);

        var answers = await Requests.AtOnceAsync(Callers, nodes, (node, i) =>
            node.OpenAsync(
                HttpMethod.Post, Tenants.UserPath($"user-{i}"), """{"email":"a@b.test","firstName":"Bob","lastName":"Testerson"}"""));

        Assert.That(met(), Is.True, "nothing has raced");
        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(201));
        Assert.That(
            answers.Select(answer => answer["referralCode"]),
            Is.Unique.And.All.Match("^BOBTESTERSON[0-9]{0,9}$").And.Contains("BOBTESTERSON"));
    }

    [TestCase("POST", 409)]
    [TestCase("PUT", 200)]
    public async Task Fifty_parallel_calls_for_one_user_make_one(string verb, int others)
    {
        await using var installation = await Installation.CreateAsync(Tenants.Config, DatabaseKind.Postgres);
        var (nodes, met) = await StartAsync(installation, Inserts);

        var answers = await Requests.AtOnceAsync(Callers, nodes, (node, _) =>
            node.OpenAsync(new HttpMethod(verb), Tenants.UserPath("one"), """{"email":"a@b.test","firstName":"Bob"}"""));

        Assert.That(met(), Is.True, "nothing has raced");
        Assert.That(answers.Count(answer => answer.Status == 201), Is.EqualTo(1));
        Assert.That(answers.Count(answer => answer.Status == others), Is.EqualTo(Callers - 1));
        Assert.That(await CountAsync(installation), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Of_fifty_parallel_applies_with_different_codes_the_first_one_stands()
    {
        await using var installation = await Installation.CreateAsync(Tenants.Config, DatabaseKind.Postgres);
        var (nodes, met) = await StartAsync(installation, Locks, async node =>
        {
            await node.TenantUserAsync("referred");
            for (var i = 0; i < 10; i++)
                await node.TenantUserAsync($"referrer-{i}", code: $"CODE-{i}");
        });

        var answers = await Requests.AtOnceAsync(Callers, nodes, (node, i) =>
            node.OpenAsync(HttpMethod.Post, Tenants.ApplyPath($"CODE-{i % 10}", "referred")));

        Assert.That(met(), Is.True, "nothing has raced");
        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(5), "each code was given five times, and one of them stands");
        Assert.That(answers.Where(answer => answer.Status == 200).Select(answer => answer["id"]).Distinct().Count(), Is.EqualTo(1));
        Assert.That(
            answers.Where(answer => answer.Status != 200).Select(answer => answer.Refusal()), Is.All.EqualTo((409, "ALREADY_REFERRED")));
    }

    [Test]
    public async Task Of_users_who_refer_each_other_at_once_one_has_no_referrer()
    {
        await using var installation = await Installation.CreateAsync(Tenants.Config, DatabaseKind.Postgres);
        var (nodes, met) = await StartAsync(installation, Locks, async node =>
        {
            for (var i = 0; i < Callers; i++)
                await node.TenantUserAsync($"user-{i}", code: $"CODE-{i}");
        });

        // A ring: each is to be referred by the next one.
        var answers = await Requests.AtOnceAsync(Callers, nodes, (node, i) =>
            node.OpenAsync(HttpMethod.Post, Tenants.ApplyPath($"CODE-{(i + 1) % Callers}", $"user-{i}")));

        Assert.That(met(), Is.True, "nothing has raced");
        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(Callers - 1));
        Assert.That(answers.Single(answer => answer.Status != 200).Refusal(), Is.EqualTo((400, "REFERRAL_CYCLE")));
    }

    private static bool Inserts(string statement) => statement.Contains("INTO tenant_users", StringComparison.Ordinal);

    private static bool Locks(string statement) => statement.Contains("pg_advisory_xact_lock", StringComparison.Ordinal);

    // Both nodes know the key; then twenty callers wait for each other where the predicate says.
    private static async Task<(HttpClient[] Nodes, Func<bool> Met)> StartAsync(
        Installation installation, Predicate<string> where, Func<HttpClient, Task>? arrange = null)
    {
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        if (arrange is not null)
            await arrange(a.Client);
        foreach (var node in new[] { a, b })
            await node.Client.OpenAsync(HttpMethod.Get, $"{Tenants.Root}/referrals");

        // One gate for both, or what one node has let through would keep the callers of the other from coming. All are sure to come.
        var meeting = new Rendezvous(20) { Hold = TimeSpan.FromSeconds(30) }.At(a.Database, where).At(b.Database, where);
        return ([a.Client, b.Client], () => meeting.Met);
    }

    private static async Task<(int TenantUsers, int Users)> CountAsync(Installation installation)
    {
        await using var context = installation.Database.NewContext();
        return (await context.TenantUsers.CountAsync(), await context.Users.CountAsync());
    }
}
