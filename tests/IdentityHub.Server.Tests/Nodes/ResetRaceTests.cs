using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>One token of a reset mail, whatever races for it over two nodes.</summary>
[Spec("ASSURANCE", "R6")]
public class ResetRaceTests
{
    private const int Callers = 20;

    [Test]
    public async Task R6_Of_twenty_parallel_uses_of_one_token_over_two_nodes_one_sets_the_password_and_a_restart_changes_nothing()
    {
        await using var installation = await Installation.CreateAsync(Lsids.Config, DatabaseKind.Postgres);
        Hub[] nodes = [await installation.StartNodeAsync(), await installation.StartNodeAsync()];
        await nodes[0].Client.AskForResetAsync(Lsids.IdOf("alice"), "alice@example.com");
        var token = await TokenAsync(nodes);
        var race = new Rendezvous(Callers) { Hold = TimeSpan.FromSeconds(30) }
            .At(nodes[0].Database, Redeems)
            .At(nodes[1].Database, Redeems);

        var answers = await Requests.AtOnceAsync(Callers, [.. nodes.Select(node => node.Client)], (node, i) =>
            node.ResetAsync(token, "alice", $"Another-Pass-{i}"));

        Assert.That(race.Met, Is.True, "nothing has raced");
        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        Assert.That(answers.Where(answer => answer.Status != 200).Select(answer => answer.Status), Is.All.EqualTo(400));
        var won = Array.FindIndex(answers, answer => answer.Status == 200);
        var third = await installation.StartNodeAsync();
        foreach (var node in nodes.Append(third))
        {
            Assert.That((await node.Client.ResetAsync(token, "alice", "Third-Pass-1234")).Status, Is.EqualTo(400));
            Assert.That((await node.Client.AuthenticateAsync("alice", $"Another-Pass-{won}")).Status, Is.EqualTo(200));
        }
    }

    private static bool Redeems(string statement) => statement.Contains("UPDATE password_resets SET used_at", StringComparison.Ordinal);

    // Either node may have delivered the mail.
    private static async Task<string> TokenAsync(IReadOnlyList<Hub> nodes) => (await Eventually.GetAsync(
        async () =>
        {
            var tokens = new List<string>();
            foreach (var node in nodes)
                tokens.AddRange(await node.ResetTokensAsync());
            return tokens;
        },
        tokens => tokens.Count > 0))[0];
}
