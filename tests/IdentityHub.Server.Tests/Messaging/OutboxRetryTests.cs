using System.Collections.Concurrent;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Outbox;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Messaging;

/// <summary>What cannot be delivered at once is tried again, less and less often, and given up in the end.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[Spec("OpenID Connect Back-Channel Logout 1.0", "2.8")]
public class OutboxRetryTests(DatabaseKind kind)
{
    private static readonly int[] DoubledSeconds = [5, 10, 20, 40, 80, 160, 320, 640, 900, 900];

    [TestCase(500)]
    [TestCase(503)]
    [TestCase(404)]
    [TestCase(302)]
    [TestCase(401)]
    public async Task Whatever_the_client_answers_but_success_and_400_it_is_told_again_with_a_fresh_token_until_it_has_it(int status)
    {
        await using var channel = await BackChannel.StartAsync();
        channel.AnswerWith(status);
        await using var hub = await StartAsync(channel);
        await LogOutAsync(hub);
        var failed = (await hub.OutboxAsync(message => message.LastError is not null)).Single();
        Assert.That(
            (failed.LastError, failed.DeliveredAt, failed.LockedUntil),
            Is.EqualTo(($"status_{status}", (DateTimeOffset?)null, (DateTimeOffset?)null)));

        channel.AnswerWith(204);
        var delivered = (await hub.OutboxLaterAsync(message => message.DeliveredAt is not null)).Single();

        Assert.That((delivered.Attempts, delivered.LastError), Is.EqualTo((2, (string?)null)));
        var tokens = channel.Received.Select(posted => posted.Token).ToList();
        Assert.That(tokens, Has.Count.EqualTo(2));
        Assert.That(tokens.Select(token => token.Id), Is.Unique, "a client that remembers them takes the second one too");
        Assert.That(tokens[1].IssuedAt, Is.GreaterThan(tokens[0].IssuedAt));
    }

    [Test]
    public async Task A_client_that_cannot_be_reached_is_told_when_it_is_back()
    {
        await using var channel = await BackChannel.StartAsync();
        var gone = channel.Address;
        await channel.DisposeAsync();
        await using var hub = await Hub.StartAsync(Logouts.Config(Logouts.Client("web", $"backchannel_logout_uri: \"{gone}\"")), kind);
        await LogOutAsync(hub);
        Assert.That((await hub.OutboxAsync(message => message.LastError is not null)).Single().LastError, Is.EqualTo("connection_failed"));

        await using var back = await BackChannel.StartAsync();
        hub.Installation.WriteConfig(Logouts.Config(Logouts.Client("web", $"backchannel_logout_uri: \"{back.Address}/new\"")));
        await hub.OutboxLaterAsync(message => message.DeliveredAt is not null);

        Assert.That(back.Received.Select(posted => posted.Path), Is.EqualTo(["/new"]), "where it is registered by then");
    }

    [Test]
    public async Task The_pauses_double_from_five_seconds_to_a_quarter_of_an_hour_each_shortened_by_chance_to_no_less_than_half()
    {
        await using var channel = await BackChannel.StartAsync();
        channel.AnswerWith(503);
        await using var hub = await StartAsync(channel);
        var arrivals = new ConcurrentQueue<DateTimeOffset>();
        var answer = channel.Answer;
        channel.Answer = http =>
        {
            arrivals.Enqueue(hub.Time.GetUtcNow());
            return answer(http);
        };
        await LogOutAsync(hub);

        for (var attempt = 1; attempt <= DoubledSeconds.Length; attempt++)
        {
            var number = attempt;
            var message = (await hub.OutboxLaterAsync(message => message.Attempts == number && message.LockedUntil is null)).Single();

            // The clock has moved between the arrival and now; the pause began at some moment between.
            var doubled = TimeSpan.FromSeconds(DoubledSeconds[attempt - 1]);
            Assert.That(
                message.NextAttemptAt,
                Is.GreaterThanOrEqualTo(arrivals.Last() + (doubled / 2)).And.LessThanOrEqualTo(hub.Time.GetUtcNow() + doubled),
                $"after try {attempt}");
            if (message.NextAttemptAt > hub.Time.GetUtcNow())
                hub.Time.AdvanceTo(message.NextAttemptAt);
        }
    }

    [Test]
    public async Task Those_that_failed_together_do_not_come_back_together()
    {
        await using var channel = await BackChannel.StartAsync();
        channel.AnswerWith(503);
        var clients = Enumerable.Range(0, 20).Select(i => $"c{i}").ToList();
        await using var hub = await Hub.StartAsync(
            Logouts.Config(clients.Select(id => Logouts.Client(id, $"backchannel_logout_uri: \"{channel.Address}/{id}\""))), kind);
        await LogOutAsync(hub, [.. clients]);

        var messages = await hub.OutboxAsync(message => message.LastError is not null);

        Assert.That(messages, Has.Count.EqualTo(20));
        Assert.That(messages.Select(message => message.NextAttemptAt).Distinct().Count(), Is.GreaterThan(1));
        Assert.That(
            messages.Select(message => message.NextAttemptAt - FakeTime.Start),
            Is.All.InRange(TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(5)));
    }

    [Test]
    public async Task A_message_is_given_up_when_it_is_a_day_old_and_is_kept_for_the_administrator()
    {
        await using var channel = await BackChannel.StartAsync();
        channel.AnswerWith(503);
        await using var hub = await StartAsync(channel);
        await LogOutAsync(hub);
        await hub.OutboxAsync(message => message.LastError is not null);

        // The longest pause is a quarter of an hour: until then there is always another try within the day.
        hub.Time.AdvanceTo(FakeTime.Start.AddHours(24) - TimeSpan.FromMinutes(16));
        Assert.That((await hub.OutboxAsync(message => message.LockedUntil is null)).Single().DeadAt, Is.Null, "not a day old yet");
        hub.Time.AdvanceTo(FakeTime.Start.AddHours(24));
        var dead = (await hub.OutboxLaterAsync(message => message.DeadAt is not null)).Single();

        Assert.That((dead.LastError, dead.DeliveredAt), Is.EqualTo(("status_503", (DateTimeOffset?)null)));
        Assert.That(
            hub.Logs.ToString(),
            Does.Contain($"Message {dead.Id} of backchannel-logout is given up after {dead.Attempts} tries (status_503)."));
        await AssertAuditedAsync(hub, dead, "status_503", dead.Attempts);

        // The deliverer goes on, and passes it over.
        channel.AnswerWith(200);
        hub.Time.Advance(TimeSpan.FromMinutes(20));
        await LogOutAsync(hub);
        var later = await hub.OutboxAsync(message => message.DeliveredAt is not null || message.Id == dead.Id);
        Assert.That(later, Has.Count.EqualTo(2));
        Assert.That((later[0].Attempts, later[0].DeliveredAt), Is.EqualTo((dead.Attempts, (DateTimeOffset?)null)));
    }

    [Test]
    public async Task A_client_that_answers_400_is_asked_a_few_times_and_not_for_ever()
    {
        await using var channel = await BackChannel.StartAsync();
        channel.AnswerWith(400);
        await using var hub = await StartAsync(channel);
        await LogOutAsync(hub);

        var dead = (await hub.OutboxLaterAsync(message => message.DeadAt is not null)).Single();

        Assert.That((dead.LastError, dead.Attempts, channel.Received.Count), Is.EqualTo(("status_400", 5, 5)));
        Assert.That(dead.DeadAt, Is.LessThan(FakeTime.Start.AddMinutes(5)));
        await AssertAuditedAsync(hub, dead, "status_400", 5);
    }

    [Test]
    public async Task A_message_for_a_client_that_has_no_back_channel_any_more_is_given_up()
    {
        await using var channel = await BackChannel.StartAsync();
        channel.AnswerWith(503);
        await using var hub = await StartAsync(channel);
        await LogOutAsync(hub);
        await hub.OutboxAsync(message => message.LastError == "status_503");

        hub.Installation.WriteConfig(Logouts.Config(Logouts.Client("web")));
        var dead = (await hub.OutboxLaterAsync(message => message.DeadAt is not null)).Single();

        Assert.That(dead.LastError, Is.EqualTo("client_has_no_backchannel"));
    }

    [Test]
    public async Task A_message_that_this_key_does_not_open_is_given_up_and_holds_nobody_up()
    {
        await using var channel = await BackChannel.StartAsync();
        await using var hub = await StartAsync(channel);
        await using (var context = hub.NewContext())
        {
            context.Add(
                new OutboxMessage
                {
                    Id = Guid.CreateVersion7(),
                    Channel = "backchannel-logout",
                    WrappedPayload = new byte[64],
                    CreatedAt = FakeTime.Start,
                    NextAttemptAt = FakeTime.Start,
                });
            await context.SaveChangesAsync();
        }

        await LogOutAsync(hub);
        var messages = await hub.OutboxLaterAsync(message => message.DeadAt is not null || message.DeliveredAt is not null);

        Assert.That(
            messages.Select(message => (message.LastError, message.DeliveredAt is not null)),
            Is.EquivalentTo([("payload_unreadable", false), ((string?)null, true)]));
    }

    [Test]
    public async Task A_message_of_a_channel_that_this_node_does_not_know_is_left_to_one_that_does()
    {
        await using var channel = await BackChannel.StartAsync();
        await using var hub = await StartAsync(channel);
        await using (var context = hub.NewContext())
        {
            context.Add(
                new OutboxMessage
                {
                    Id = Guid.CreateVersion7(),
                    Channel = "pigeon",
                    WrappedPayload = new byte[64],
                    CreatedAt = FakeTime.Start,
                    NextAttemptAt = FakeTime.Start,
                });
            await context.SaveChangesAsync();
        }

        await LogOutAsync(hub);
        var messages = await hub.OutboxLaterAsync(message => message.Channel == "pigeon" || message.DeliveredAt is not null);

        Assert.That(
            messages.Single(message => message.Channel == "pigeon"), Has.Property("Attempts").EqualTo(0).And.Property("DeadAt").Null);
    }

    private Task<Hub> StartAsync(BackChannel channel) =>
        Hub.StartAsync(Logouts.Config(Logouts.Client("web", $"backchannel_logout_uri: \"{channel.Address}/web\"")), kind);

    private static async Task LogOutAsync(Hub hub, params string[] clientIds)
    {
        var browser = new Browser(hub.Client);
        Answer? tokens = null;
        foreach (var clientId in clientIds is [] ? ["web"] : clientIds)
            tokens = await hub.Client.SignInAsync(browser, clientId);
        var page = await browser.LogOutAsync(tokens!["id_token"]);
        Assert.That(page.Status, Is.EqualTo(200), page.Answer.Body);
    }

    private static async Task AssertAuditedAsync(Hub hub, OutboxMessage dead, string reason, int attempts)
    {
        await using var context = hub.NewContext();
        var row = (
            await Eventually.GetAsync(
                () => context.AuditEvents.AsNoTracking().Where(row => row.Type == "message.dead").ToListAsync(), rows => rows.Count > 0)
        ).Single();
        Assert.That(
            (row.ClientId, row.UserId, row.Reason, row.Detail),
            Is.EqualTo(("web", (Guid?)new Guid(Parts.AliceId), reason, $"message {dead.Id}, try {attempts}")));
    }
}
