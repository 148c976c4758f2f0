using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>A thief who clones a session over and over while its user is logged out everywhere keeps nothing.</summary>
[Spec("ASSURANCE", "S3")]
public class CloneRaceTests
{
    [TestCase("true")]
    [TestCase(null)]
    public async Task S3_A_clone_that_is_made_while_all_sessions_of_its_user_are_ended_on_the_other_node_does_not_survive(string? all)
    {
        await using var installation = await Installation.CreateAsync(Lsids.Config, DatabaseKind.Postgres);
        var longWaits = HeldLock.LongWaits(installation);
        var (a, b) = (await installation.StartNodeAsync(settings: longWaits), await installation.StartNodeAsync(settings: longWaits));
        var (first, stolen, rita) = (await a.Client.LsidAsync("bob"), await a.Client.LsidAsync("bob"), await a.Client.LsidAsync("rita"));

        // The end has seen which sessions there are, and stands before the first of them; the clone is made of the second one.
        var bob = Guid.Parse(Lsids.IdOf("bob"));
        await using var held = await HeldLock.TakeAsync(
            installation, $"SELECT 1 FROM sessions WHERE id = (SELECT min(id::text)::uuid FROM sessions WHERE user_id = {bob}) FOR UPDATE");
        var ending = all is null
            ? a.Client.CallAsync("DELETE", $"/session/user/{bob};lsid={rita}")
            : a.Client.CallAsync("DELETE", $"/session/{first};lsid={rita}", all);
        await held.WaitForAsync(1, "the end stands before the first session");
        var cloning = b.Client.CloneAsync(stolen);
        await held.WaitForAsync(2, "the clone is made, or waits for the end", ended: cloning);
        await held.ReleaseAsync();
        var (ended, clone) = (await ending, await cloning);

        Assert.That((ended.Status, clone.Status), Is.EqualTo((200, 404)).Or.EqualTo((200, 201)), clone.ToString());
        if (clone["sessionId"] is { } lsid)
            Assert.That((await b.Client.ShowAsync(lsid)).Status, Is.EqualTo(404), "the clone has ended too");
        Assert.That((await b.Client.ShowAsync(stolen)).Status, Is.EqualTo(404));
    }
}
