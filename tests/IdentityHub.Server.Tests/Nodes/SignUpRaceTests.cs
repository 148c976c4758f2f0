using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>One e-mail address, one id, many sign-ups, over two server processes.</summary>
[Spec("ASSURANCE", "R9")]
public class SignUpRaceTests
{
    private const int SignUps = 20;

    // So many at least stand before the table at once; the rest come right behind, before a statement has waited for too long.
    private const int AtTheTable = 12;

    [NonParallelizable]
    [TestCase("an address", "errors.conflict.email")]
    [TestCase("an id", "errors.conflict.id")]
    public async Task R9_Of_twenty_parallel_sign_ups_that_share(string what, string code)
    {
        await using var installation = await Installation.CreateAsync(ServiceUsers.Config, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartProcessAsync(), await installation.StartProcessAsync());
        var api = await a.Client.ApiTokenAsync();
        var database = installation.Database.Open();
        await using var context = database.NewContext();

        // Outside the transaction: inside one the server shows its activity as it was at the first look.
        await using var watcher = database.NewContext();
        var shared = new TestAccount(Guid.NewGuid(), "race@client.test", "Account-Pass-1", "");

        // From here on both nodes know the way.
        foreach (var node in new[] { a.Client, b.Client })
            await node.AccountAsync(api);

        // They stand before the table, each of which has found nothing in its way, until the lock is let go.
        var transaction = await context.Database.BeginTransactionAsync();
        await context.Database.ExecuteSqlRawAsync("LOCK TABLE client_accounts IN SHARE MODE; LOCK TABLE users IN SHARE MODE");
        var signUps = Requests.AtOnceAsync(SignUps, [a.Client, b.Client], (node, i) =>
        {
            var account = what == "an id" ? shared with { Email = $"race-{i}@client.test" } : shared with { Id = Guid.NewGuid() };
            return node.CallAsync(HttpMethod.Post, ServiceUsers.SignUpPath, account.SignUp(), api);
        });
        await Eventually.TrueAsync(
            async () => await WaitingAsync(watcher) >= AtTheTable, TimeSpan.FromSeconds(9), "the sign-ups stand before the table");
        await transaction.RollbackAsync();
        var answers = await signUps;

        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        Assert.That(
            answers.Where(answer => answer.Status != 200).Select(answer => (answer.Status, answer.Codes().Single())),
            Is.All.EqualTo((409, code)));
        Assert.That(await context.ClientAccounts.CountAsync(), Is.EqualTo(3));
    }

    private static async Task<int> WaitingAsync(HubDbContext context) =>
        await context
            .Database.SqlQueryRaw<int>(
                "SELECT count(*)::int AS \"Value\" FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
            .SingleAsync();
}
