using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>
/// The clock of an installation jumps back by an hour: the first node has the time before, the second the time afterwards. Both are on one
/// database, as one node is before and after.
/// </summary>
[TestFixture(DatabaseKind.Postgres)]
[TestFixture(DatabaseKind.Sqlite)]
[Spec("ASSURANCE", "F7")]
public class ClockJumpTests(DatabaseKind kind)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Test]
    public async Task Nothing_is_used_twice_what_was_revoked_stays_so_and_logins_go_on()
    {
        await using var installation = await Installation.CreateAsync(SharedConfig.Yaml, kind, makesOwnKeys: true);
        var before = (await installation.StartNodeAsync(new ShiftedTime(Hour))).Client;
        var (live, used) = (await before.LoginAsync(SharedConfig.App), await before.LoginAsync(SharedConfig.StrictApp));
        var revoked = await before.LoginAsync(SharedConfig.App);
        var successor = await before.RefreshAsync(SharedConfig.StrictApp, used["refresh_token"]);
        await before.RevokeAsync(SharedConfig.App, revoked["refresh_token"]);

        var after = (await installation.StartNodeAsync(TimeProvider.System)).Client;

        Assert.That((await after.RefreshAsync(SharedConfig.App, revoked["refresh_token"]))["error"], Is.EqualTo("invalid_grant"));
        Assert.That(await after.IsActiveAsync(SharedConfig.Orders, revoked["access_token"]), Is.False);
        Assert.That((await after.RefreshAsync(SharedConfig.StrictApp, used["refresh_token"]))["error"], Is.EqualTo("invalid_grant"));
        Assert.That(
            (await after.RefreshAsync(SharedConfig.StrictApp, successor["refresh_token"]))["error"], Is.EqualTo("invalid_grant"),
            "the replay has ended the family");
        Assert.That((await after.RefreshAsync(SharedConfig.App, live["refresh_token"])).Status, Is.EqualTo(200));
        foreach (var app in new[] { SharedConfig.App, SharedConfig.JwtApp })
        {
            var login = await after.LoginAsync(app);
            Assert.That(await after.IsActiveAsync(SharedConfig.Orders, login["access_token"]), Is.True, login.ToString());
        }
    }
}
