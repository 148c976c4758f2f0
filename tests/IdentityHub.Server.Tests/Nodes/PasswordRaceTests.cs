using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Credentials;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>Two administrators on two nodes set each other's password at the same moment.</summary>
[Spec("ASSURANCE", "S3")]
public class PasswordRaceTests
{
    // Not what a node does in the background.
    private static readonly AsyncLocal<bool> IsRacing = new();

    [Test]
    public async Task S3_Of_two_administrators_who_set_each_others_password_one_does_and_the_database_ends_no_transaction()
    {
        await using var installation = await Installation.CreateAsync(CodeFlow.Config, DatabaseKind.Postgres);
        Hub[] nodes = [await installation.StartNodeAsync(), await installation.StartNodeAsync()];
        User[] users = [await nodes[0].AddUserAsync(), await nodes[0].AddUserAsync()];
        var owners = new SessionOwner[users.Length];
        for (var i = 0; i < users.Length; i++)
        {
            await nodes[i].SignInAsync(users[i]);
            await using var context = nodes[i].NewContext();
            owners[i] = new SessionOwner(
                (await context.Sessions.SingleAsync(session => session.UserId == users[i].Id)).Id, users[i].Id);
        }

        // Each of them has locked one user before either locks the second one, where the order lets both come that far.
        var bothHaveOne = new Rendezvous(2) { Hold = TimeSpan.FromSeconds(1) };
        var begun = 0;
        foreach (var node in nodes)
        {
            var locks = 0;
            bothHaveOne.At(
                node.Database,
                sql =>
                {
                    if (!IsRacing.Value)
                        return false;
                    if (sql == "BEGIN")
                        Interlocked.Increment(ref begun);
                    return sql.StartsWith("UPDATE users SET", StringComparison.Ordinal) && Interlocked.Increment(ref locks) == 2;
                });
        }

        var ended = await Task.WhenAll(SetAsync(nodes[0], users[1], owners[0]), SetAsync(nodes[1], users[0], owners[1]));

        Assert.That(ended.Count(sessions => sessions is null), Is.EqualTo(1), "the session of the second one has ended by then");
        Assert.That(begun, Is.EqualTo(2), "no transaction was begun once more after a deadlock");
    }

    private static async Task<IReadOnlyList<EndedSession>?> SetAsync(Hub node, User user, SessionOwner by)
    {
        IsRacing.Value = true;
        return await node.Services.GetRequiredService<CredentialStore>().TrySetPasswordAsync(
            user.Id, user.SecurityStamp ?? "", "hash", kept: null, by, "password_changed", node.Time.GetUtcNow(),
            static (_, _, _) => Task.CompletedTask, CancellationToken.None);
    }
}
