using System.Net;
using System.Net.Sockets;
using IdentityHub.Server.Tests.Messaging.Transports;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage;
using IdentityHub.Storage.Outbox;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>Codes are delivered beside the requests, whatever the other side does and whichever node dies.</summary>
public class OtpDeliveryTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    [Test]
    [Spec("ASSURANCE", "F8")]
    public async Task F8_A_mail_server_that_hangs_holds_up_neither_requests_nor_text_messages()
    {
        // Accepts connections, and says nothing.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start(200);
        await using var twilio = await BackChannel.StartAsync();
        (string, string)[] smtp =
        [
            ("IdentityHub:Email:Smtp:Host", "127.0.0.1"), ("IdentityHub:Email:Smtp:Port", $"{((IPEndPoint)silent.LocalEndpoint).Port}"),
            ("IdentityHub:Email:Smtp:Security", "none"),
            ("IdentityHub:Email:Smtp:From", "hub@example.com"),
        ];
        await using var hub = await Hub.StartAsync(Otps.Config, DatabaseKind.Postgres, null, [.. smtp, .. TwilioTests.SettingsOf(twilio)]);
        var token = await hub.Client.MachineTokenAsync();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 60).Select(i => hub.Client.SendOtpAsync(token, Otps.Body($"somebody{i}@example.com"))));
        await hub.Client.RequestOtpAsync("+27761234567");
        await Eventually.TrueAsync(
            async () => (await hub.OutboxAsync()).Exists(message => message.Channel == "sms" && message.DeliveredAt is not null), Soon,
            "the text message is sent");
        var messages = await hub.OutboxAsync();

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200));
        Assert.That(messages.Where(message => message.Channel == "sms").Select(message => message.DeliveredAt), Is.All.Not.Null);
        Assert.That(
            messages.Where(message => message.Channel == "email").Select(message => message.DeliveredAt),
            Is.All.Null.And.Exactly(60).Items);
    }

    [Test]
    [Spec("ASSURANCE", "F9")]
    public async Task F9_When_the_delivering_process_is_killed_the_other_sends_every_code_at_most_once_more()
    {
        const int Messages = 24;
        await using var twilio = await BackChannel.StartAsync();
        await using var installation = await Installation.CreateAsync(Otps.Config, DatabaseKind.Postgres);
        var database = installation.Database.Open();
        var a = await installation.StartProcessAsync(TwilioTests.SettingsOf(twilio));

        // Every second number is answered; the others keep the process waiting until it is killed.
        twilio.Answer = http => IsEven(http) ? http.Response.CompleteAsync() : HangAsync(http);
        for (var i = 0; i < Messages; i++)
            await a.Client.RequestOtpAsync($"+278200000{i:00}");
        await Eventually.TrueAsync(() => twilio.Received.Any(posted => !IsEven(posted.Form["To"])), Soon, "some hang");
        a.Kill();
        twilio.Answer = static http => http.Response.CompleteAsync();
        var b = await installation.StartProcessAsync(TwilioTests.SettingsOf(twilio));
        await Eventually.TrueAsync(
            async () => (await OutboxAsync(database)).TrueForAll(message => message.DeliveredAt is not null), TimeSpan.FromMinutes(2),
            "all are delivered");

        var copies = twilio.Received.GroupBy(posted => posted.Form["To"]).Select(group => group.Count()).ToList();
        Assert.That(await OutboxAsync(database), Has.Count.EqualTo(Messages));
        Assert.That(copies, Has.Count.EqualTo(Messages).And.All.LessThanOrEqualTo(2));
        Assert.That(
            twilio
                .Received.GroupBy(posted => posted.Form["To"])
                .Select(group => group.Select(posted => posted.Form["Body"]).Distinct().Count()),
            Is.All.EqualTo(1));
        Assert.That(b.Client.BaseAddress, Is.Not.Null);
    }

    private static bool IsEven(HttpContext http) => IsEven(http.Request.Form["To"].ToString());

    private static bool IsEven(string number) => (number[^1] - '0') % 2 == 0;

    private static async Task HangAsync(HttpContext http)
    {
        var left = new TaskCompletionSource();
        await using var registration = http.RequestAborted.Register(left.SetResult);
        await left.Task;
    }

    private static async Task<List<OutboxMessage>> OutboxAsync(HubDatabase database)
    {
        await using var context = database.NewContext();
        return await context.OutboxMessages.AsNoTracking().ToListAsync();
    }
}
