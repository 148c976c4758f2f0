using System.Text;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Messaging.Transports;

/// <summary>Text messages by Twilio's REST API, against a server that answers as Twilio documents.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class TwilioTests(DatabaseKind kind)
{
    private const string AccountSid = "AC00000000000000000000000000000001";
    private const string AuthToken = "twilio-auth-token-0123456789";
    private const string Phone = "+27761234567";

    [Test]
    public async Task A_message_is_posted_with_its_documented_fields_and_the_account_as_basic_credentials()
    {
        await using var twilio = await BackChannel.StartAsync();
        twilio.Answer = http =>
            AnswerAsync(http, 201, """{"sid":"SM00000000000000000000000000000001","status":"queued","error_code":null}""");
        await using var hub = await StartAsync(twilio);

        await hub.Client.RequestOtpAsync(Phone);
        await hub.OutboxAsync(message => message.DeliveredAt is not null);

        var posted = twilio.Received.Single();
        Assert.That((posted.Method, posted.Path), Is.EqualTo(("POST", $"/2010-04-01/Accounts/{AccountSid}/Messages.json")));
        Assert.That(
            posted.Headers["Authorization"],
            Is.EqualTo("Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{AccountSid}:{AuthToken}"))));
        Assert.That(posted.Form.Keys, Is.EquivalentTo(["To", "From", "Body"]));
        Assert.That((posted.Form["To"], posted.Form["From"]), Is.EqualTo((Phone, "+15005550006")));
        Assert.That(posted.Form["Body"], Does.Match("^[0-9]{6} is your code for Open\\. It works once, for 10 minutes\\.$"));
    }

    [Test]
    public async Task A_Messaging_Service_stands_in_place_of_the_sender_and_what_Twilio_calls_the_message_is_kept()
    {
        await using var twilio = await BackChannel.StartAsync();
        twilio.Answer = http =>
            AnswerAsync(http, 201, """{"sid":"SM00000000000000000000000000000001","status":"queued","error_code":null}""");
        await using var hub = await Hub.StartAsync(
            Otps.Config,
            kind,
            null,
            [
                .. SettingsOf(twilio),
                ("IdentityHub:Sms:Twilio:From", ""),
                ("IdentityHub:Sms:Twilio:MessagingServiceSid", "MG00000000000000000000000000000001")
            ]);

        await hub.Client.RequestOtpAsync(Phone);
        var delivered = (await hub.OutboxAsync(message => message.DeliveredAt is not null)).Single();

        Assert.That(twilio.Received.Single().Form.Keys, Is.EquivalentTo(["To", "MessagingServiceSid", "Body"]));
        Assert.That(twilio.Received.Single().Form["MessagingServiceSid"], Is.EqualTo("MG00000000000000000000000000000001"));
        await using var context = hub.NewContext();
        var row = (
            await Eventually.GetAsync(
                () => context.AuditEvents.AsNoTracking().Where(row => row.Type == "message.delivered").ToListAsync(),
                rows => rows.Count > 0)
        ).Single();
        Assert.That(row.Detail, Is.EqualTo($"message {delivered.Id}, try 1, twilio SM00000000000000000000000000000001 queued"));
    }

    [TestCase(200, "")]
    [TestCase(201, "<html>")]
    public async Task What_is_accepted_in_other_words_is_accepted(int status, string body)
    {
        await using var twilio = await BackChannel.StartAsync();
        twilio.Answer = http => AnswerAsync(http, status, body);
        await using var hub = await StartAsync(twilio);

        await hub.Client.RequestOtpAsync(Phone);

        Assert.That((await hub.OutboxAsync(message => message.DeliveredAt is not null)).Single().Attempts, Is.EqualTo(1));
    }

    [TestCase(429, 20429)]
    [TestCase(500, 20500)]
    [TestCase(503, 20503)]
    public async Task What_passes_is_tried_again_until_it_is_sent(int status, int code)
    {
        await using var twilio = await BackChannel.StartAsync();
        twilio.Answer = http => AnswerAsync(http, status, Error(status, code));
        await using var hub = await StartAsync(twilio);
        await hub.Client.RequestOtpAsync(Phone);
        var failed = (await hub.OutboxAsync(message => message.LastError is not null)).Single();
        twilio.Answer = http => AnswerAsync(http, 201, "{}");

        var delivered = (await hub.OutboxLaterAsync(message => message.DeliveredAt is not null)).Single();

        Assert.That((failed.LastError, failed.DeadAt), Is.EqualTo(($"twilio_{status}_{code}", (DateTimeOffset?)null)));
        Assert.That(delivered.Attempts, Is.EqualTo(2));
        Assert.That(twilio.Received.Select(posted => posted.Form["Body"]).Distinct().Count(), Is.EqualTo(1), "the same message");
    }

    [TestCase(400, 21211, "Invalid 'To' Phone Number: +27761234567")]
    [TestCase(400, 21610, "Attempt to send to unsubscribed recipient")]
    public async Task What_never_arrives_is_given_up_at_once_without_the_number_in_the_log(int status, int code, string text)
    {
        await using var twilio = await BackChannel.StartAsync();
        twilio.Answer = http => AnswerAsync(http, status, Error(status, code, text));
        await using var hub = await StartAsync(twilio);

        await hub.Client.RequestOtpAsync(Phone);
        var dead = (await hub.OutboxAsync(message => message.DeadAt is not null)).Single();

        Assert.That((dead.Attempts, dead.LastError), Is.EqualTo((1, $"twilio_{status}_{code}")));
        Assert.That(hub.Logs.ToString(), Does.Not.Contain(Phone).And.Not.Contain(AuthToken));
    }

    [TestCase(401, "twilio_401_20003")]
    [TestCase(404, "twilio_404_20404")]
    public async Task Wrong_credentials_are_tried_a_few_times_should_somebody_put_them_right(int status, string reason)
    {
        await using var twilio = await BackChannel.StartAsync();
        twilio.Answer = http => AnswerAsync(http, status, Error(status, int.Parse(reason.Split('_')[2], null)));
        await using var hub = await StartAsync(twilio);
        await hub.Client.RequestOtpAsync(Phone);
        Assert.That((await hub.OutboxAsync(message => message.LastError is not null)).Single().DeadAt, Is.Null);

        var dead = (await hub.OutboxLaterAsync(message => message.DeadAt is not null)).Single();

        Assert.That((dead.LastError, dead.Attempts), Is.EqualTo((reason, 5)));
    }

    [TestCase("")]
    [TestCase("<html>Bad gateway</html>")]
    [TestCase("[1]")]
    [TestCase("{\"code\":\"x\"}")]
    public async Task An_error_that_is_not_as_documented_is_told_by_its_status(string body)
    {
        await using var twilio = await BackChannel.StartAsync();
        twilio.Answer = http => AnswerAsync(http, 502, body);
        await using var hub = await StartAsync(twilio);

        await hub.Client.RequestOtpAsync(Phone);

        Assert.That((await hub.OutboxAsync(message => message.LastError is not null)).Single().LastError, Is.EqualTo("twilio_502"));
    }

    [Test]
    public async Task A_message_whose_code_has_expired_is_not_sent_any_more()
    {
        await using var twilio = await BackChannel.StartAsync();
        twilio.Answer = http => AnswerAsync(http, 503, "");
        await using var hub = await StartAsync(twilio);
        await hub.Client.RequestOtpAsync(Phone, "closed");
        await hub.OutboxAsync(message => message.LastError is not null);
        var before = twilio.Received.Count;
        twilio.Answer = http => AnswerAsync(http, 201, "{}");
        hub.Time.Advance(TimeSpan.FromSeconds(90));

        await hub.OutboxLaterAsync(message => message.DeliveredAt is not null);

        Assert.That(twilio.Received, Has.Count.EqualTo(before));
    }

    private static string Error(int status, int code, string message = "Something") =>
        $$"""{"code":{{code}},"message":"{{message}}","more_info":"https://www.twilio.com/docs/errors/{{code}}","status":{{status}}}""";

    private static Task AnswerAsync(HttpContext http, int status, string body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(body);
    }

    internal static (string Key, string Value)[] SettingsOf(BackChannel twilio) =>
    [
        ("IdentityHub:Sms:Twilio:AccountSid", AccountSid), ("IdentityHub:Sms:Twilio:AuthToken", AuthToken),
        ("IdentityHub:Sms:Twilio:From", "+15005550006"),
        ("IdentityHub:Sms:Twilio:BaseUrl", twilio.Address),
    ];

    private Task<Hub> StartAsync(BackChannel twilio) => Hub.StartAsync(Otps.Config, kind, null, SettingsOf(twilio));
}
