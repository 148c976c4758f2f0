using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage;
using IdentityHub.Storage.Outbox;
using IdentityHub.Storage.Sessions;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>Messages of the outbox arrive, once, whatever happens to the nodes that deliver them.</summary>
[Spec("ASSURANCE", "F9")]
public class OutboxDeliveryTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    [Test]
    public async Task F9_When_the_delivering_node_is_killed_another_delivers_every_message_and_none_more_than_once_again()
    {
        const int Clients = 12;
        await using var channel = await BackChannel.StartAsync();
        await using var installation = await Installation.CreateAsync(ConfigOf(channel, Clients), DatabaseKind.Postgres);
        var database = installation.Database.Open();
        var a = await installation.StartProcessAsync();

        // Four clients answer, the others keep the node waiting.
        channel.Answer = http => int.Parse(http.Request.Path.Value![2..], null) < 4 ? http.Response.CompleteAsync() : LeftAsync(http);
        await EndSessionAsync(a.Client, database, Clients);
        await Eventually.TrueAsync(() => channel.Received.Count >= Clients, Soon, "every client has been called");
        await Eventually.TrueAsync(
            async () => (await OutboxAsync(database)).Count(message => message.DeliveredAt is not null) == 4, Soon,
            "four are known to be delivered");
        a.Kill();
        var before = channel.Received.Select(posted => posted.Path).ToList();
        channel.AnswerWith(200);

        // Its lease has ended on the clock of the other.
        await using var b = await installation.StartNodeAsync(new ShiftedTime(TimeSpan.FromMinutes(1)));
        await Eventually.TrueAsync(
            async () => (await OutboxAsync(database)).TrueForAll(message => message.DeliveredAt is not null), Soon, "all are delivered");

        Assert.That(await OutboxAsync(database), Has.Count.EqualTo(Clients));
        Assert.That(before.Distinct().Count(), Is.EqualTo(Clients));
        Assert.That(
            channel.Received.Select(posted => posted.Path).Skip(before.Count),
            Is.EquivalentTo(Enumerable.Range(4, Clients - 4).Select(i => $"/c{i}")));
        Assert.That(channel.Received.Select(posted => posted.Token.Id), Is.Unique);
    }

    // Alone, because a message that takes longer than the caller waits is sent again.
    [Test]
    [NonParallelizable]
    public async Task F9_Two_nodes_that_deliver_side_by_side_deliver_every_message_once()
    {
        const int Clients = 60, Sessions = 4;
        await using var channel = await BackChannel.StartAsync();
        await using var installation = await Installation.CreateAsync(ConfigOf(channel, Clients), DatabaseKind.Postgres);
        var database = installation.Database.Open();
        var nodes = new[] { await installation.StartProcessAsync(), await installation.StartProcessAsync() };

        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(i => EndSessionAsync(nodes[i % 2].Client, database, Clients)));
        await Eventually.TrueAsync(
            async () =>
                await OutboxAsync(database) is { Count: Clients * Sessions } messages
                && messages.TrueForAll(message => message.DeliveredAt is not null),
            Soon,
            "all are delivered");

        Assert.That(channel.Received, Has.Count.EqualTo(Clients * Sessions));
        Assert.That(channel.Received.Select(posted => (posted.Path, posted.Token.GetClaim("sid").Value)), Is.Unique);
        Assert.That((await OutboxAsync(database)).Select(message => message.Attempts), Is.All.EqualTo(1));
    }

    [Test]
    public async Task F9_What_was_sent_while_the_database_went_away_is_not_sent_again_when_it_is_back()
    {
        using var postgres = await CrashingPostgres.StartAsync();
        await using var channel = await BackChannel.StartAsync();
        await using var installation = await Installation.CreateAsync(ConfigOf(channel, 1));
        await using var node = await installation.StartNodeAsync(TimeProvider.System, null, postgres.Setting);
        var mayAnswer = new TaskCompletionSource();
        channel.Answer = _ => mayAnswer.Task;

        var browser = new Browser(node.Client);
        await browser.LogOutAsync((await node.Client.SignInAsync(browser, "c0"))["id_token"]);
        await Eventually.TrueAsync(() => !channel.Received.IsEmpty, Soon, "the client is called");
        await postgres.KillAsync();
        mayAnswer.SetResult();
        await Eventually.TrueAsync(
            () => node.Logs.ToString().Contains("OutboxDelivery: The database cannot be reached", StringComparison.Ordinal), Soon,
            "it cannot be written down");
        await postgres.RestartAsync();
        await Eventually.TrueAsync(() => IsDeliveredAsync(node, 1), Soon, "it is written down");

        // And the deliverer goes on.
        await browser.LogOutAsync((await node.Client.SignInAsync(browser, "c0"))["id_token"]);
        await Eventually.TrueAsync(() => IsDeliveredAsync(node, 2), Soon, "the next one is delivered");
        Assert.That(channel.Received, Has.Count.EqualTo(2));
    }

    [TestCase(DatabaseKind.Sqlite)]
    [TestCase(DatabaseKind.Postgres)]
    public async Task F9_A_node_that_stops_ends_what_it_has_begun(DatabaseKind kind)
    {
        await using var channel = await BackChannel.StartAsync();
        await using var installation = await Installation.CreateAsync(ConfigOf(channel, 1), kind);
        var database = installation.Database.Open();
        var node = await installation.StartNodeAsync();
        var (mayAnswer, stopping) = (new TaskCompletionSource(), new TaskCompletionSource());
        channel.Answer = _ => mayAnswer.Task;
        await EndSessionAsync(node.Client, database, 0);
        await Eventually.TrueAsync(() => !channel.Received.IsEmpty, Soon, "the client is called");

        await using var registration = Stopping(node).Register(stopping.SetResult);
        var stopped = node.DisposeAsync().AsTask();
        await stopping.Task;
        Assert.That(
            async () => await stopped.WaitAsync(TimeSpan.FromSeconds(1)), Throws.TypeOf<TimeoutException>(), "it waits for the client");
        mayAnswer.SetResult();
        await stopped;

        Assert.That(
            (await OutboxAsync(database)).Select(message => (message.DeliveredAt is not null, message.Attempts)), Is.EqualTo([(true, 1)]));
    }

    private static CancellationToken Stopping(Hub node) =>
        ((Microsoft.Extensions.Hosting.IHostApplicationLifetime)
                node.Services.GetService(typeof(Microsoft.Extensions.Hosting.IHostApplicationLifetime))!
        ).ApplicationStopping;

    private static string ConfigOf(BackChannel channel, int clients) =>
        Logouts.Config(
            Enumerable.Range(0, clients).Select(i => Logouts.Client($"c{i}", $"backchannel_logout_uri: \"{channel.Address}/c{i}\"")));

    /// <summary>A session that has got something at every client ends.</summary>
    private static async Task EndSessionAsync(HttpClient node, HubDatabase database, int clients)
    {
        var browser = new Browser(node);
        var tokens = await node.SignInAsync(browser, "c0");
        var sid = new Guid(new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(tokens["id_token"]).GetClaim("sid").Value);
        await using (var context = database.NewContext())
        {
            var now = FakeTime.Start;
            context.AddRange(
                Enumerable
                    .Range(1, Math.Max(0, clients - 1))
                    .Select(i => new SessionClient
                    {
                        SessionId = sid,
                        ClientId = $"c{i}",
                        CreatedAt = now,
                    }));
            await context.SaveChangesAsync();
        }

        Assert.That((await browser.LogOutAsync(tokens["id_token"])).Status, Is.EqualTo(200));
    }

    private static async Task<List<OutboxMessage>> OutboxAsync(HubDatabase database)
    {
        await using var context = database.NewContext();
        return await context.OutboxMessages.AsNoTracking().Where(message => message.Channel == "backchannel-logout").ToListAsync();
    }

    private static async Task<bool> IsDeliveredAsync(Hub node, int count)
    {
        try
        {
            return await node.OutboxAsync() is var messages
                && messages.Count == count
                && messages.TrueForAll(message => message.DeliveredAt is not null);
        }
        catch (Exception gone) when (node.Database.IsUnavailable(gone))
        {
            return false;
        }
    }

    private static async Task LeftAsync(HttpContext http)
    {
        var left = new TaskCompletionSource();
        await using var registration = http.RequestAborted.Register(left.SetResult);
        await left.Task;
    }
}
