using System.Text;
using System.Text.RegularExpressions;
using IdentityHub.Interop.Support;
using IdentityHub.Storage.Outbox;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Interop;

/// <summary>
/// Mail to a real mail server: in clear, over STARTTLS with a password, and when it is slow, dies half-way, or does not want it.
/// </summary>
public partial class MailTests
{
    private const string User = "mailer", Password = "mail-Pass-1234", Sender = "Hub <hub@example.com>";
    private const string Evil = "{{code}} <b>x</b>";

    private const string Config =
        """
        clients:
          - client_id: app
            client_name: "{{code}} <b>x</b>"
            grant_types: [client_credentials, "urn:identityhub:params:oauth:grant-type:otp"]
            client_secrets: [{ value: "plain:app-secret" }]
            dialects: [otp]
            otp: { enabled: true, allow_new_users: true }
        dialects:
          otp: { enabled: true }
        """;

    [Test]
    [Spec("ASSURANCE", "I2")]
    public async Task I2_A_mail_has_one_recipient_a_subject_on_one_line_and_values_that_are_text_in_both_its_forms()
    {
        using var smtp = await SmtpServer.StartAsync("plain");
        await using var hub = await Hub.StartAsync(Config, DatabaseKind.Sqlite, null, SettingsOf(smtp, "none"));

        await RequestAsync(hub.Client, "somebody@example.com");
        await DeliveredAsync(hub);

        var mail = smtp.Received.Single();
        var bodies = Bodies(mail);
        Assert.Multiple(() =>
        {
            Assert.That((mail.From, mail.Secure), Is.EqualTo(("hub@example.com", false)));
            Assert.That(mail.To, Is.EqualTo(["somebody@example.com"]));
            Assert.That(
                (mail.Header("From"), mail.Header("To")),
                Is.EqualTo(("Hub <hub@example.com>", "somebody@example.com"))
                    .Or.EqualTo(("\"Hub\" <hub@example.com>", "somebody@example.com")));
            Assert.That(mail.Headers.Select(header => header.Split(':')[0]), Has.None.EqualTo("Bcc").And.None.EqualTo("Cc"));
            Assert.That(mail.Header("Subject"), Is.EqualTo($"Your code for {Evil}"));
            Assert.That(mail.Header("Message-ID"), Does.Match("^<[0-9a-f]{32}@example\\.com>$"));
            Assert.That(mail.Header("Auto-Submitted"), Is.EqualTo("auto-generated"));
            Assert.That(mail.Header("Content-Type"), Does.StartWith("multipart/alternative"));
            Assert.That(bodies, Has.Count.EqualTo(2));
            Assert.That(bodies[0], Does.Match("^Your code is [0-9]{6}\\."));
            Assert.That(bodies[1], Does.Contain("Your code for {{code}} &lt;b&gt;x&lt;/b&gt;").And.Not.Contain("<b>"));
            Assert.That(Code().Match(bodies[1]).Value, Is.EqualTo(Code().Match(bodies[0]).Value));
        });
    }

    [Test]
    public async Task Over_STARTTLS_the_hub_proves_who_it_is_and_sends_nothing_before()
    {
        using var certificate = Certificates.CreateSelfSigned();
        using var smtp = await SmtpServer.StartAsync("starttls", certificate, User, Password);
        var trusted = Path.Combine(Path.GetTempPath(), $"hub-mail-{Guid.NewGuid():N}.pem");
        await File.WriteAllTextAsync(trusted, certificate.ExportCertificatePem());
        await using var installation = await Installation.CreateAsync(Config, DatabaseKind.Sqlite);
        var hub = await installation.StartProcessAsync([
            .. SettingsOf(smtp, "starttls"),
            ("IdentityHub:Email:Smtp:UserName", User),
            ("IdentityHub:Email:Smtp:Password", Password),
            ("SSL_CERT_FILE", trusted)
        ]);

        await RequestAsync(hub.Client, "somebody@example.com");
        await Eventually.GetAsync(() => Task.FromResult(smtp.Received.Count), count => count > 0);
        File.Delete(trusted);

        Assert.That(smtp.Received.Select(mail => (mail.Secure, mail.User)), Is.EqualTo([(true, User)]));
        Assert.That(hub.Output, Does.Not.Contain(Password));
    }

    [TestCase("starttls", Description = "a certificate that nobody trusts")]
    [TestCase("plain", Description = "no TLS to be had")]
    public async Task Where_TLS_is_asked_for_and_is_not_to_be_had_nothing_is_sent(string mode)
    {
        using var certificate = Certificates.CreateSelfSigned();
        using var smtp = await SmtpServer.StartAsync(mode, mode == "plain" ? null : certificate);
        await using var hub = await Hub.StartAsync(Config, DatabaseKind.Sqlite, null, SettingsOf(smtp, "starttls"));

        await RequestAsync(hub.Client, "somebody@example.com");
        var message = await Eventually.GetAsync(() => MessageAsync(hub), message => message.LastError is not null);

        Assert.That((message.LastError, message.DeliveredAt), Is.Not.EqualTo(((string?)null, (DateTimeOffset?)null)));
        Assert.That(smtp.Received, Is.Empty);
    }

    [Test]
    public async Task A_slow_server_gets_its_mail_once()
    {
        using var smtp = await SmtpServer.StartAsync("slow");
        await using var hub = await Hub.StartAsync(Config, DatabaseKind.Sqlite, null, SettingsOf(smtp, "none"));

        await RequestAsync(hub.Client, "somebody@example.com");

        Assert.That((await DeliveredAsync(hub)).Attempts, Is.EqualTo(1));
        Assert.That(smtp.Received, Has.Count.EqualTo(1));
    }

    [TestCase("half", Description = "it dies after it has got the mail and before it says so")]
    [TestCase("later", Description = "451: try again later")]
    [Spec("RFC 5321", "4.5.4.1")]
    public async Task What_fails_half_way_is_sent_again_as_the_same_message(string mode)
    {
        using var smtp = await SmtpServer.StartAsync(mode);
        await using var hub = await Hub.StartAsync(Config, DatabaseKind.Sqlite, null, SettingsOf(smtp, "none"));

        await RequestAsync(hub.Client, "somebody@example.com");
        var message = await Eventually.GetAsync(
            () =>
            {
                hub.Time.Advance(TimeSpan.FromSeconds(1));
                return MessageAsync(hub);
            },
            message => message.DeliveredAt is not null);

        Assert.That(message.Attempts, Is.EqualTo(2));
        Assert.That(smtp.Received, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_mailbox_that_does_not_exist_is_given_up_at_once()
    {
        using var smtp = await SmtpServer.StartAsync("no-mailbox");
        await using var hub = await Hub.StartAsync(Config, DatabaseKind.Sqlite, null, SettingsOf(smtp, "none"));

        await RequestAsync(hub.Client, "somebody@example.com");
        var message = await Eventually.GetAsync(() => MessageAsync(hub), message => message.DeadAt is not null);

        Assert.That((message.Attempts, message.LastError), Is.EqualTo((1, "smtp_550")));
        Assert.That(hub.Logs.ToString(), Does.Not.Contain("somebody@example.com"));
    }

    [Test]
    [Spec("ASSURANCE", "F9")]
    public async Task F9_Every_mail_arrives_at_most_twice_when_one_of_two_processes_is_killed_while_it_delivers()
    {
        const int Mails = 30;
        using var smtp = await SmtpServer.StartAsync("slow");
        await using var installation = await Installation.CreateAsync(Config, DatabaseKind.Postgres);
        var (a, b) = (
            await installation.StartProcessAsync(SettingsOf(smtp, "none")), await installation.StartProcessAsync(SettingsOf(smtp, "none")));

        for (var i = 0; i < Mails; i++)
            await RequestAsync(i % 2 == 0 ? a.Client : b.Client, $"somebody{i}@example.com");
        await Eventually.GetAsync(() => Task.FromResult(smtp.Received.Count), count => count > 2);
        a.Kill();
        await Eventually.GetAsync(
            () => Task.FromResult(smtp.Received.Select(mail => mail.To[0]).Distinct().Count()), count => count == Mails);
        await b.DisposeAsync();

        var copies = smtp.Received.GroupBy(mail => mail.To[0]).ToList();
        Assert.That(copies, Has.Count.EqualTo(Mails));
        Assert.That(copies.Select(copy => copy.Count()), Is.All.LessThanOrEqualTo(2));
        Assert.That(
            copies.Select(copy => copy.Select(mail => mail.Header("Message-ID")).Distinct().Count()), Is.All.EqualTo(1),
            "a copy can be told");
    }

    private static (string Key, string Value)[] SettingsOf(SmtpServer smtp, string security) =>
    [
        ("IdentityHub:Email:Smtp:Host", "127.0.0.1"), ("IdentityHub:Email:Smtp:Port", $"{smtp.Port}"),
        ("IdentityHub:Email:Smtp:Security", security),
        ("IdentityHub:Email:Smtp:From", Sender),
    ];

    private static async Task RequestAsync(HttpClient client, string email)
    {
        var token = (await client.MachineAsync("app"))["access_token"];
        var request = new HttpRequestMessage(HttpMethod.Post, "/otp/send").WithJson($$"""{"email":"{{email}}"}""").WithBearer(token);
        Assert.That((await client.AnswerAsync(request)).Status, Is.EqualTo(200));
    }

    private static async Task<OutboxMessage> DeliveredAsync(Hub hub)
    {
        var message = await Eventually.GetAsync(() => MessageAsync(hub), message => message.DeliveredAt is not null);
        Assert.That(message.DeliveredAt, Is.Not.Null, message.LastError);
        return message;
    }

    private static async Task<OutboxMessage> MessageAsync(Hub hub)
    {
        await using var context = hub.NewContext();
        return await context.OutboxMessages.AsNoTracking().SingleAsync();
    }

    // Decoded: quoted-printable or base64, as the part says.
    private static List<string> Bodies(ReceivedMail mail)
    {
        var boundary = Regex.Match(mail.Header("Content-Type")!, "boundary=\"?([^\";]+)").Groups[1].Value;
        return [.. mail.Data.ReplaceLineEndings("\n").Split($"--{boundary}")[1..^1].Select(part =>
        {
            var (head, body) = (
                part[..part.IndexOf("\n\n", StringComparison.Ordinal)], part[(part.IndexOf("\n\n", StringComparison.Ordinal) + 2)..]);
            return head.Contains("base64", StringComparison.OrdinalIgnoreCase) ? Encoding.UTF8.GetString(Convert.FromBase64String(body))
                : head.Contains("quoted-printable", StringComparison.OrdinalIgnoreCase) ? Unquoted(body)
                : body;
        })];
    }

    private static string Unquoted(string body) =>
        Regex.Replace(body.Replace("=\n", "", StringComparison.Ordinal), "=([0-9A-F]{2})", match =>
            ((char)Convert.ToInt32(match.Groups[1].Value, 16)).ToString());

    [GeneratedRegex("[0-9]{6}")]
    private static partial Regex Code();
}
