using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage;
using IdentityHub.Storage.Organizations;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Rights;

/// <summary>What a session may act as is judged whenever it is used, not only when it was chosen.</summary>
[Spec("ASSURANCE", "S2")]
public class WithdrawnRightsTests(DatabaseKind kind) : HubFixture(kind, Lsids.Config)
{
    private static readonly Guid Alice = Guid.Parse(Lsids.IdOf("alice"));
    private static readonly Guid Bob = Guid.Parse(Lsids.IdOf("bob"));
    private static readonly Guid Eve = Guid.Parse(Lsids.IdOf("eve"));
    private static readonly Guid Olga = Guid.Parse(Lsids.IdOf("olga"));
    private static readonly Guid Sam = Guid.Parse(Lsids.IdOf("sam"));

    private static readonly Dictionary<string, Func<HubDbContext, Task>> Changes = new()
    {
        ["the permission is taken from who has logged in"] = context =>
            context.Memberships.Where(membership => membership.UserId == Alice).ExecuteDeleteAsync(),
        ["the assumed user gets a permission further up"] = async context => await JoinAsync(context, Bob, "root", "org-admin"),
        ["the assumed user becomes an administrator"] = async context =>
        {
            context.UserRoles.Add(
                new IdentityUserRole<Guid> { UserId = Bob, RoleId = (await context.Roles.SingleAsync(role => role.Name == "admin")).Id });
            await context.SaveChangesAsync();
        },
        ["the assumed user moves to another organization"] = context =>
            context.Users.Where(user => user.Id == Bob).ExecuteUpdateAsync(user => user.SetProperty(row => row.OrganizationId, "other")),
    };

    private static IEnumerable<string> Cases => Changes.Keys;

    [TestCaseSource(nameof(Cases))]
    public async Task S2_An_assumed_session_and_its_clones_are_over_when(string change)
    {
        await using var hub = await StartHubAsync();
        var lsid = await hub.Client.LsidAsync("alice");
        await hub.Client.AssumeAsync(lsid, Lsids.IdOf("bob"));
        var clone = (await hub.Client.CloneAsync(lsid))["sessionId"]!;
        var (reference, jwt) = (
            (await hub.Client.TokenExchangeAsync("desk", lsid))["access_token"]!,
            (await hub.Client.TokenExchangeAsync("desk-jwt", lsid))["access_token"]!);
        Assert.That(
            (await hub.Client.IsActiveAsync("desk", reference), await hub.Client.IsActiveAsync("desk-jwt", jwt)), Is.EqualTo((true, true)),
            "before");

        await using (var context = hub.NewContext())
            await Changes[change](context);

        int[] statuses =
        [
            (await hub.Client.ShowAsync(lsid)).Status, (await hub.Client.ShowAsync(clone)).Status,
            (await hub.Client.CloneAsync(lsid)).Status,
            (await hub.Client.ActInAsync(lsid, "east")).Status,
            (await hub.Client.CallAsync("DELETE", $"/session/{await hub.Client.LsidAsync("rita")};lsid={lsid}")).Status,
        ];
        Assert.That(statuses, Is.All.EqualTo(404));
        Assert.That((await hub.Client.CallAsync("GET", $"/authenticate/block/eve;lsid={lsid}")).Status, Is.EqualTo(401));
        Assert.That((await hub.Client.TokenExchangeAsync("desk", lsid)).Status, Is.EqualTo(400));
        Assert.That(
            (await hub.Client.IsActiveAsync("desk", reference), await hub.Client.IsActiveAsync("desk-jwt", jwt)),
            Is.EqualTo((false, false)), "what was got through it");
        Assert.That(
            (await hub.Client.TokenExchangeAsync("desk", reference, "urn:ietf:params:oauth:token-type:access_token")).Status,
            Is.EqualTo(400));
        Assert.That(
            (await hub.Client.ShowAsync(await hub.Client.LsidAsync("alice"))).Status, Is.EqualTo(200), "alice logs in again as herself");
    }

    [Test]
    public async Task S2_A_session_in_an_organization_that_its_user_has_left_is_over()
    {
        await using var hub = await StartHubAsync();
        await using (var context = hub.NewContext())
            await JoinAsync(context, Sam, "acme", "desk");
        var (lsid, home) = (await hub.Client.LsidAsync("sam"), await hub.Client.LsidAsync("sam"));
        Assert.That((await hub.Client.ActInAsync(lsid, "east"))["effectiveOrgId"], Is.EqualTo("east"));

        await using (var context = hub.NewContext())
            await context.Memberships.Where(membership => membership.UserId == Sam).ExecuteDeleteAsync();

        Assert.That(
            ((await hub.Client.ShowAsync(lsid)).Status, (await hub.Client.TokenExchangeAsync("desk", lsid)).Status),
            Is.EqualTo((404, 400)));
        Assert.That((await hub.Client.ShowAsync(home)).Status, Is.EqualTo(200));
    }

    [TestCase("web")]
    [TestCase("web-jwt")]
    public async Task S2_An_organization_that_was_chosen_on_refresh_is_judged_again_at_each_refresh(string clientId)
    {
        await using var hub = await StartHubAsync();
        await using (var context = hub.NewContext())
            await JoinAsync(context, Sam, "acme", "desk");
        var login = await hub.Client.LoginAsync(clientId, "sam", Lsids.Password);
        var chosen = await RefreshAsync(hub, clientId, login["refresh_token"]!, "acme");
        Assert.That(await OrganizationOfAsync(hub, clientId, chosen), Is.EqualTo("acme"));

        await using (var context = hub.NewContext())
            await context.Memberships.Where(membership => membership.UserId == Sam).ExecuteDeleteAsync();

        var named = await RefreshAsync(hub, clientId, chosen["refresh_token"]!, "acme");
        var next = await hub.Client.RefreshAsync(clientId, chosen["refresh_token"]);
        var last = await hub.Client.RefreshAsync(clientId, next["refresh_token"]);

        Assert.That((named.Status, named["error"]), Is.EqualTo((400, "invalid_request")), "who names it is told");
        Assert.That(
            (next.Status, await OrganizationOfAsync(hub, clientId, next)), Is.EqualTo((200, "other")), "who does not is at home again");
        Assert.That(await OrganizationOfAsync(hub, clientId, last), Is.EqualTo("other"));
    }

    [Test]
    public async Task S2_A_role_in_a_disabled_organization_gives_no_rights_until_it_is_enabled_again()
    {
        await using var hub = await StartHubAsync();
        await using (var context = hub.NewContext())
        {
            // Olga's rights in acme come from a role there only; eve has a role in the other tree beside her home.
            await JoinAsync(context, Olga, "acme", "org-admin");
            await JoinAsync(context, Eve, "other", "org-admin");
        }

        var (lsid, assumed) = (await hub.Client.LsidAsync("olga"), await hub.Client.LsidAsync("olga"));
        var bobs = await hub.Client.LsidAsync("bob");
        Assert.That((await hub.Client.AssumeAsync(assumed, Lsids.IdOf("bob"))).Status, Is.EqualTo(200), "before");
        Assert.That((await hub.Client.CallAsync("GET", $"/session/{bobs};lsid={lsid}")).Status, Is.EqualTo(200), "before");

        await SwitchAsync(hub, "acme", FakeTime.Start);

        Assert.That((await hub.Client.ShowAsync(lsid)).Status, Is.EqualTo(200), "she is at home elsewhere");
        Assert.That((await hub.Client.ShowAsync(assumed)).Status, Is.EqualTo(404), "she may act as bob no more");
        Assert.That((await hub.Client.AssumeAsync(lsid, Lsids.IdOf("ivan"))).Status, Is.EqualTo(404));
        Assert.That((await hub.Client.ActInAsync(lsid, "acme")).Status, Is.EqualTo(404));
        int[] verbs =
        [
            (await hub.Client.CallAsync("GET", $"/session/{bobs};lsid={lsid}")).Status,
            (await hub.Client.CallAsync("DELETE", $"/session/{bobs};lsid={lsid}")).Status,
            (await hub.Client.CallAsync("DELETE", $"/session/user/{Lsids.IdOf("bob")};lsid={lsid}")).Status,
            (await hub.Client.CallAsync("GET", $"/authenticate/block/bob;lsid={lsid}")).Status,
            (await hub.Client.CallAsync("PUT", $"/authenticate/block/bob;lsid={lsid}", "{}")).Status,
        ];
        Assert.That(verbs, Is.All.EqualTo(404));

        await SwitchAsync(hub, "acme", null);
        await SwitchAsync(hub, "other", FakeTime.Start);
        var alices = await hub.Client.LsidAsync("alice");
        Assert.That(
            (await hub.Client.CallAsync("PUT", $"/authenticate/block/eve;lsid={alices}", "{}")).Status, Is.EqualTo(404),
            "eve's rights elsewhere come back one day: alice has not got those");
        Assert.That((await hub.Client.CallAsync("PUT", $"/authenticate/block/bob;lsid={alices}", "{}")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task S2_A_token_for_a_disabled_organization_is_worth_nothing_there()
    {
        await using var hub = await StartHubAsync();
        await using (var context = hub.NewContext())
            await JoinAsync(context, Sam, "acme", "desk");
        var login = await hub.Client.LoginAsync("web", "sam", Lsids.Password);
        var chosen = await RefreshAsync(hub, "web", login["refresh_token"]!, "acme");
        Assert.That(await OrganizationOfAsync(hub, "web", chosen), Is.EqualTo("acme"));

        await SwitchAsync(hub, "acme", FakeTime.Start);

        Assert.That(await hub.Client.IsActiveAsync("web", chosen["access_token"]!), Is.False);
        Assert.That(
            await OrganizationOfAsync(hub, "web", await hub.Client.RefreshAsync("web", chosen["refresh_token"])), Is.EqualTo("other"));
    }

    // As an applied file does it, for the organizations below too.
    private static async Task SwitchAsync(Hub hub, string organization, DateTimeOffset? disabledAt)
    {
        string[] all = organization == "acme" ? ["acme", "east"] : [organization];
        await using var context = hub.NewContext();
        await context
            .Organizations.Where(row => all.Contains(row.Id))
            .ExecuteUpdateAsync(row => row.SetProperty(organization => organization.DisabledAt, disabledAt));
    }

    private static async Task JoinAsync(HubDbContext context, Guid userId, string organization, string role)
    {
        context.Memberships.Add(
            new Membership
            {
                UserId = userId,
                OrganizationId = organization,
                RoleId = (await context.Roles.SingleAsync(row => row.Name == role)).Id,
            });
        await context.SaveChangesAsync();
    }

    private static async Task<string?> OrganizationOfAsync(Hub hub, string clientId, Answer tokens) =>
        (await hub.Client.IntrospectAsync(clientId, tokens["access_token"]))["org_id"];

    private static Task<Answer> RefreshAsync(Hub hub, string clientId, string token, string organization) =>
        hub.Client.RefreshAsync(clientId, token, more: [("organization", organization)]);
}
