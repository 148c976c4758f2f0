using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Organizations;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Rights;

/// <summary>Who may assume whom, everybody with everybody, over HTTP.</summary>
[Spec("ASSURANCE", "S2")]
public class AssumeMatrixTests(DatabaseKind kind) : HubFixture(kind, Lsids.Config)
{
    // Whoever is not named is out of reach. Oneself is always allowed; dan, who is disabled, is nobody's.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["rita"] = ["alice", "dora", "eve", "bob", "ed", "fay"],
        ["alice"] = ["dora", "eve", "bob", "ed", "fay"],
        ["dora"] = ["eve", "bob", "ed"],
        ["eve"] = [],
        ["bob"] = [],
        ["ed"] = [],
        ["fay"] = ["ed"],
        ["olga"] = ["sam"],
        ["sam"] = [],
        ["svc"] = [],
        ["ivan"] = [],
        ["ada"] = ["rita", "alice", "dora", "eve", "bob", "ed", "fay", "olga", "sam", "svc", "ivan"],
    };

    private static IEnumerable<string> Actors => Allowed.Keys;

    [TestCaseSource(nameof(Actors))]
    public async Task S2_Everybody_assumes_exactly_whom_the_policy_lets_him(string actor)
    {
        var lsid = await Client.LsidAsync(actor);
        var assumed = new List<string>();
        var refused = new List<Answer>();
        foreach (var target in Lsids.Names.Where(name => name != actor))
        {
            var answer = await Client.AssumeAsync(lsid, Lsids.IdOf(target));
            if (answer.Status == 200)
            {
                assumed.Add(target);
                Assert.That(
                    (answer["userId"], answer["effectiveUserId"], answer["assumedIdentity"]),
                    Is.EqualTo((Lsids.IdOf(actor), Lsids.IdOf(target), "true")), target);
                Assert.That((await Client.ResetIdentityAsync(lsid))["assumedIdentity"], Is.EqualTo("false"));
            }
            else
            {
                refused.Add(answer);
            }
        }

        refused.Add(await Client.AssumeAsync(lsid, Guid.NewGuid().ToString()));
        Assert.That(assumed, Is.EqualTo(Lsids.Names.Where(name => Allowed[actor].Contains(name))));
        Assert.That(
            refused.Select(answer => (answer.Status, answer.Body)).Distinct(),
            Is.EqualTo(new[] { (404, """{"code":404,"message":"There is no such session or user."}""") }), "one answer for all");
        Assert.That((await Client.AssumeAsync(lsid, Lsids.IdOf(actor))).Status, Is.EqualTo(200), "oneself");
    }

    [Test]
    public async Task S2_There_are_no_chains_the_rights_that_count_are_those_of_who_has_logged_in()
    {
        // Dora may assume eve and bob, not fay. As somebody who may more she gets no further, because nobody who may more is hers to
        // assume.
        var dora = await Client.LsidAsync("dora");
        await Client.AssumeAsync(dora, Lsids.IdOf("bob"));
        var next = await Client.AssumeAsync(dora, Lsids.IdOf("eve"));
        var higher = await Client.AssumeAsync(dora, Lsids.IdOf("fay"));

        // Rita as eve, who may assume nobody: rita's own rights still decide.
        var rita = await Client.LsidAsync("rita");
        await Client.AssumeAsync(rita, Lsids.IdOf("fay"));
        var up = await Client.AssumeAsync(rita, Lsids.IdOf("bob"));

        Assert.That((next.Status, next["userId"], next["effectiveUserId"]), Is.EqualTo((200, Lsids.IdOf("dora"), Lsids.IdOf("eve"))));
        Assert.That(higher.Status, Is.EqualTo(404));
        Assert.That((up.Status, up["effectiveUserId"]), Is.EqualTo((200, Lsids.IdOf("bob"))), "fay could not, rita can");
    }

    [Test]
    public async Task S2_Where_only_a_membership_is_shared_the_session_acts_there_and_nowhere_else()
    {
        await using var hub = await StartHubAsync();
        await using (var context = hub.NewContext())
        {
            // Sam of another tree, with a role in acme that allows him what alice may too.
            var desk = await context.Roles.SingleAsync(role => role.Name == "desk");
            context.Memberships.Add(new Membership { UserId = Guid.Parse(Lsids.IdOf("sam")), OrganizationId = "acme", RoleId = desk.Id });
            await context.SaveChangesAsync();
        }

        var lsid = await hub.Client.LsidAsync("alice");
        var assumed = await hub.Client.AssumeAsync(lsid, Lsids.IdOf("sam"));
        var home = await hub.Client.ActInAsync(lsid, "other");
        var below = await hub.Client.ActInAsync(lsid, "east");

        Assert.That((assumed.Status, assumed["effectiveOrgId"]), Is.EqualTo((200, "acme")));
        Assert.That(home.Status, Is.EqualTo(404), "his home is out of her reach");
        Assert.That((below.Status, below["effectiveOrgId"]), Is.EqualTo((200, "east")));
    }

    [Test]
    public async Task S2_Assuming_is_in_the_audit_trail_with_actor_and_subject_and_so_is_a_refusal()
    {
        await using var hub = await StartHubAsync();
        var lsid = await hub.Client.LsidAsync("alice");
        await hub.Client.AssumeAsync(lsid, Lsids.IdOf("bob"));
        await hub.Client.AssumeAsync(lsid, Lsids.IdOf("rita"));

        var events = await Eventually.GetAsync(
            async () =>
            {
                await using var context = hub.NewContext();
                return await context
                    .AuditEvents.AsNoTracking()
                    .Where(audit => audit.SessionId != null)
                    .OrderBy(audit => audit.Id)
                    .ToListAsync();
            },
            rows => rows.Exists(row => row.Reason == "assume_out_of_reach"));

        var assumed = events.Single(row => row.Type == "identity.assumed");
        Assert.That(
            (assumed.UserId, assumed.Detail),
            Is.EqualTo((Guid.Parse(Lsids.IdOf("bob")), $"user {Lsids.IdOf("alice")} acts as user {Lsids.IdOf("bob")}")));
        Assert.That((assumed.IpAddress, assumed.Endpoint), Is.EqualTo(("127.0.0.1", "session/{sessionId}/setEffectiveUser")));
        Assert.That(events.Single(row => row.Reason == "assume_out_of_reach").UserId, Is.EqualTo(Guid.Parse(Lsids.IdOf("alice"))));
    }

    [Test]
    public async Task S2_Who_has_blocked_unblocked_or_logged_out_somebody_else_is_in_the_audit_trail_and_who_has_tried()
    {
        await using var hub = await StartHubAsync();
        var (lsid, bob) = (await hub.Client.LsidAsync("alice"), await hub.Client.LsidAsync("bob"));
        await hub.Client.CallAsync("PUT", $"/authenticate/block/bob;lsid={lsid}");
        await hub.Client.CallAsync("DELETE", $"/authenticate/block/bob;lsid={lsid}");
        await hub.Client.CallAsync("DELETE", $"/session/{bob};lsid={lsid}");
        await hub.Client.CallAsync("PUT", $"/authenticate/block/eve", null, null, ("X-API-Key", Lsids.Key));
        await hub.Client.CallAsync("PUT", $"/authenticate/block/sam;lsid={lsid}");
        await hub.Client.CallAsync("DELETE", $"/session/user/{Lsids.IdOf("alice")};lsid={lsid}");

        var events = await Eventually.GetAsync(
            async () =>
            {
                await using var context = hub.NewContext();
                return await context
                    .AuditEvents.AsNoTracking()
                    .Where(audit => audit.Type != "session.started" && audit.Type != "token.issued")
                    .OrderBy(audit => audit.Id)
                    .ToListAsync();
            },
            rows => rows.Count(row => row.Type == "session.ended") == 2);

        var (alice, by) = (Guid.Parse(Lsids.IdOf("alice")), $"by user {Lsids.IdOf("alice")}");
        Assert.That(
            events.Select(row => (row.Type, row.UserId, row.ClientId, row.Detail)),
            Is.EqualTo(
                new (string, Guid?, string?, string?)[]
                {
                    ("user.blocked", Guid.Parse(Lsids.IdOf("bob")), null, by), ("user.unblocked", Guid.Parse(Lsids.IdOf("bob")), null, by),
                    ("session.ended", Guid.Parse(Lsids.IdOf("bob")), null, by),
                    ("user.blocked", Guid.Parse(Lsids.IdOf("eve")), "dialer", null),
                    ("request.refused", alice, null, "refused: user_out_of_reach"), ("session.ended", alice, null, null),
                }));
    }

    [Test]
    public async Task S2_The_assumed_user_sees_it_among_his_sessions_and_cannot_be_fooled_by_it()
    {
        await using var hub = await StartHubAsync();
        var lsid = await hub.Client.LsidAsync("alice");
        await hub.Client.AssumeAsync(lsid, Lsids.IdOf("bob"));

        var browser = new Browser(hub.Client);
        await browser.LogInAsync(await browser.GetAsync("/login"), "bob", Lsids.Password);
        var page = await browser.GetAsync("/account/sessions");

        Assert.That(page.Document.Body!.TextContent, Does.Contain("alice has signed in here and acts as you."));
    }

    [Test]
    public async Task S2_An_assumed_session_dies_with_either_user_and_returns_nothing_of_the_other_s_own()
    {
        await using var hub = await StartHubAsync();
        var lsid = await hub.Client.LsidAsync("alice");
        await hub.Client.AssumeAsync(lsid, Lsids.IdOf("bob"));
        var bobs = await hub.Client.LsidAsync("bob");
        var token = await hub.Client.TokenExchangeAsync("desk", lsid);

        // Acting as bob is not being bob: bob's own sessions are bob's.
        var foreign = await hub.Client.CallAsync("DELETE", $"/session/{bobs};lsid={lsid}");
        await hub.ChangeUserAsync(Guid.Parse(Lsids.IdOf("bob")), user => user.DisabledAt = FakeTime.Start);

        Assert.That(foreign.Status, Is.EqualTo(404));
        Assert.That((await hub.Client.ShowAsync(lsid)).Status, Is.EqualTo(404));
        Assert.That(await hub.Client.IsActiveAsync("desk", token["access_token"]), Is.False);
    }
}
