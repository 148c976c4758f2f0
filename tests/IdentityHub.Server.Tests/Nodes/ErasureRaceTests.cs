using IdentityHub.Server.Accounts;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Consents;
using IdentityHub.Storage.UserAttributes;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>What is written about a user at the moment in which another node erases their account is not there afterwards.</summary>
[Spec("ASSURANCE", "L12")]
public class ErasureRaceTests
{
    private const string Config = CodeFlow.Config +
        """
        user_attributes:
          - { name: nick, type: string, readable_by: [user], writable_by: [user] }

        """;

    private static readonly AttributeChange Nick = new("nick", ["Rumpelstiltskin"], IsUnique: false, IsSearchable: false);

    // Each waits for the row of the user behind the erasure.
    private static readonly Dictionary<string, Func<Hub, Guid, Guid, Task<bool>>> Writes = new()
    {
        ["profile"] = async (node, user, session) => !(await node.Services.GetRequiredService<UserProfiles>().ChangeAsync(
            user, session, "Rumpel", "Stiltskin", "de", [Nick], node.NewRequestContext(), CancellationToken.None)).IsGone,
        ["attributes"] = async (node, user, _) => !(await node.Services.GetRequiredService<UserAttributeStore>().TryChangeAsync(
            user, [Nick], node.Time.GetUtcNow(), CancellationToken.None)).IsGone,
        ["consent"] = (node, user, session) => node.Services.GetRequiredService<ConsentStore>().TrySaveAsync(
            user, session, "web", ["openid"], ["openid"], node.Time.GetUtcNow(), CancellationToken.None),
    };

    private static IEnumerable<string> Names => Writes.Keys;

    [TestCaseSource(nameof(Names))]
    public async Task L12_A_write_that_waits_for_the_erasure_on_the_other_node_writes_nothing(string write)
    {
        await using var installation = await Installation.CreateAsync(Config, DatabaseKind.Postgres);
        var longWaits = HeldLock.LongWaits(installation);
        var (a, b) = (await installation.StartNodeAsync(settings: longWaits), await installation.StartNodeAsync(settings: longWaits));
        var user = await a.AddUserAsync();
        var (browser, _) = await a.SignInAsync(user);
        var page = await browser.GetAsync("/account/data");
        await using var context = a.NewContext();
        var session = await context.Sessions.Where(row => row.UserId == user.Id).Select(row => row.Id).SingleAsync();

        await using var held = await HeldLock.TakeAsync(installation, $"SELECT 1 FROM users WHERE id = {user.Id} FOR UPDATE");
        var erasing = browser.SubmitAsync(page, "/account/data?handler=Delete", ("confirmation", user.UserName));
        await held.WaitForAsync(1, "the erasure stands before the row of the user", ended: erasing);
        var writing = Writes[write](b, user.Id, session);
        await held.WaitForAsync(2, "the write stands behind it", ended: writing);
        await held.ReleaseAsync();
        var (erased, written) = (await erasing, await writing);

        Assert.That((erased.Status, written), Is.EqualTo((200, false)), erased.Answer.Body);
        var left = await context.Users.AsNoTracking().SingleAsync(row => row.Id == user.Id);
        Assert.That((left.UserName, left.GivenName, left.FamilyName), Is.EqualTo((user.Id.ToString(), (string?)null, (string?)null)));
        Assert.That(await context.UserAttributes.CountAsync(row => row.UserId == user.Id), Is.Zero);
        Assert.That(await context.Consents.CountAsync(row => row.UserId == user.Id), Is.Zero);
    }
}
