using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Organizations;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Rights;

/// <summary>
/// An account belongs to the home organization of its user: whoever else he works for does not take it over, nor shut it.
/// </summary>
[Spec("ASSURANCE", "S2")]
public class OwnerOfAccountTests(DatabaseKind kind) : HubFixture(kind, Lsids.Config)
{
    private const string New = "Another-Pass-1234";

    [TestCase("sam")]
    [TestCase("ivan")]
    public async Task S2_An_administrator_where_a_user_only_has_a_role_neither_sets_their_password_nor_blocks_them_nor_logs_them_out(
        string name)
    {
        await using var hub = await StartHubAsync();
        await using (var context = hub.NewContext())
        {
            var desk = await context.Roles.SingleAsync(role => role.Name == "desk");
            context.Memberships.Add(new Membership { UserId = Guid.Parse(Lsids.IdOf(name)), OrganizationId = "acme", RoleId = desk.Id });
            await context.SaveChangesAsync();
        }

        var (lsid, his) = (await hub.Client.LsidAsync("alice"), await hub.Client.LsidAsync(name));
        var forced = await hub.Client.CallAsync(
            "PUT", $"/password/{Lsids.IdOf(name)};lsid={lsid}", $$"""{"adminPassword":"{{Lsids.Password}}","newPassword":"{{New}}"}""");
        var blocked = await hub.Client.CallAsync("PUT", $"/authenticate/block/{name};lsid={lsid}");
        var loggedOut = await hub.Client.CallAsync("DELETE", $"/session/user/{Lsids.IdOf(name)};lsid={lsid}");
        var all = await hub.Client.CallAsync("DELETE", $"/session/{his};lsid={lsid}", "true");
        var byKey = await hub.Client.CallAsync("PUT", $"/authenticate/block/{name}", null, null, ("X-API-Key", Lsids.Key));

        Assert.That(
            (forced.Status, forced.Body), Is.EqualTo((404, """{"code":404,"message":"There is no user with this id and password."}""")));
        Assert.That((blocked.Status, byKey.Status, loggedOut.Status), Is.EqualTo((404, 404, 404)));
        Assert.That(
            (all.Status, all.Body, (await hub.Client.ShowAsync(his)).Status),
            Is.EqualTo((404, """{"code":404,"message":"There is no such session."}""", 200)));
        Assert.That((await hub.Client.AuthenticateAsync(name)).Status, Is.EqualTo(200));

        // What they share is hers to see: she may still act as him there, and nowhere else.
        var assumed = await hub.Client.AssumeAsync(lsid, Lsids.IdOf(name));
        Assert.That((assumed.Status, assumed["effectiveOrgId"]), Is.EqualTo((200, "acme")));
    }

    [Test]
    public async Task S2_Whoever_may_do_so_everywhere_may_with_everybody()
    {
        await using var hub = await StartHubAsync();
        var lsid = await hub.Client.LsidAsync("ada");

        var forced = await hub.Client.CallAsync(
            "PUT", $"/password/{Lsids.IdOf("ivan")};lsid={lsid}", $$"""{"adminPassword":"{{Lsids.Password}}","newPassword":"{{New}}"}""");
        var blocked = await hub.Client.CallAsync("PUT", $"/authenticate/block/ivan;lsid={lsid}");

        Assert.That((forced.Status, blocked.Status, blocked["blocked"]), Is.EqualTo((200, 200, "true")));
    }
}
