using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>One e-mail address, one id, many sign-ups, over two server processes.</summary>
[Spec("ASSURANCE", "R9")]
public class SignUpRaceTests
{
    private const int SignUps = 20;

    [TestCase("an address", "errors.conflict.email")]
    [TestCase("an id", "errors.conflict.id")]
    public async Task R9_Of_twenty_parallel_sign_ups_that_share(string what, string code)
    {
        await using var installation = await Installation.CreateAsync(ServiceUsers.Config, DatabaseKind.Postgres);
        var longWaits = HeldLock.LongWaits(installation);
        var (a, b) = (await installation.StartProcessAsync(longWaits), await installation.StartProcessAsync(longWaits));
        var api = await a.Client.ApiTokenAsync();
        var shared = new TestAccount(Guid.NewGuid(), "race@client.test", "Account-Pass-1", "");

        // From here on both nodes know the way.
        foreach (var node in new[] { a.Client, b.Client })
            await node.AccountAsync(api);

        // They stand before the table, each of which has found nothing in its way, until the lock is let go.
        await using var held = await HeldLock.TakeAsync(
            installation, $"LOCK TABLE client_accounts IN SHARE MODE; LOCK TABLE users IN SHARE MODE");
        var signUps = Requests.AtOnceAsync(SignUps, [a.Client, b.Client], (node, i) =>
        {
            var account = what == "an id" ? shared with { Email = $"race-{i}@client.test" } : shared with { Id = Guid.NewGuid() };
            return node.CallAsync(HttpMethod.Post, ServiceUsers.SignUpPath, account.SignUp(), api);
        });
        await held.WaitForAsync(SignUps, "the sign-ups stand before the table");
        await held.ReleaseAsync();
        var answers = await signUps;

        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        Assert.That(
            answers.Where(answer => answer.Status != 200).Select(answer => (answer.Status, answer.Codes().Single())),
            Is.All.EqualTo((409, code)));
        await using var context = installation.Database.Open().NewContext();
        Assert.That(await context.ClientAccounts.CountAsync(), Is.EqualTo(3));
    }
}
