using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Messaging.Transports;

/// <summary>Mail through every kind of server that administrators have, and what the log says where one cannot be used.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class MailServerTests(DatabaseKind kind)
{
    private static readonly Dictionary<string, MailMode> Modes = new()
    {
        ["implicit TLS"] = new(true, false, "PLAIN LOGIN", true),
        ["PLAIN only"] = new(false, true, "PLAIN", true),
        ["LOGIN without SMTPUTF8"] = new(false, true, "LOGIN PLAIN", false),
        ["XOAUTH2 only"] = new(false, true, "XOAUTH2", true),
        ["no TLS"] = new(false, false, "LOGIN", true),
        ["LOGIN only"] = new(false, true, "LOGIN", true),
    };

    [TestCase("implicit TLS", "tls", "password")]
    [TestCase("PLAIN only", "starttls", "password")]
    [TestCase("LOGIN without SMTPUTF8", "starttls", "password")]
    [TestCase("XOAUTH2 only", "starttls", "token")]
    [TestCase("no TLS", "none", "password")]
    [TestCase("LOGIN only", "starttls", "password")]
    public async Task Mail_goes_through(string mode, string security, string credential)
    {
        using var run = await StartAsync(mode, security, credential);

        await run.Hub.Client.RequestOtpAsync("somebody@bücher.example");
        await run.Hub.OutboxAsync(message => message.DeliveredAt is not null);

        var commands = string.Join('\n', run.Server.Commands);
        Assert.That(
            commands, Does.Contain("RCPT TO:<somebody@xn--bcher-kva.example>").And.Not.Contain("SMTPUTF8"),
            "punycode needs nothing of the server");
        Assert.That(run.Server.Mails, Has.Count.EqualTo(1));
        Assert.That(
            run.Hub.Logs.ToString(),
            Does.Not.Contain(MailListener.Password).And.Not.Contain(MailListener.Token).And.Not.Contain("somebody@"));
    }

    [Test]
    public async Task A_subject_beyond_ASCII_is_an_encoded_word_where_the_server_has_no_SMTPUTF8()
    {
        using var run = await StartAsync(
            "LOGIN without SMTPUTF8", "starttls", "password",
            Otps.Config.Replace("client_name: Open", "client_name: Größe", StringComparison.Ordinal));

        await run.Hub.Client.RequestOtpAsync("somebody@example.com");
        await run.Hub.OutboxAsync(message => message.DeliveredAt is not null);

        Assert.That(run.Server.Mails.Single(), Does.Match("(?im)^Subject: .*=\\?utf-8\\?[bq]\\?").And.Not.Match("(?m)^Subject: .*Größe"));
    }

    [Test]
    [Spec("RFC 6531", "3.1")]
    public async Task A_local_part_beyond_ASCII_is_sent_with_SMTPUTF8()
    {
        using var run = await StartAsync("PLAIN only", "starttls", "password");

        await run.Hub.Client.RequestOtpAsync("jürgen@example.com");
        await run.Hub.OutboxAsync(message => message.DeliveredAt is not null);

        Assert.That(run.Server.Commands, Has.Some.Contains("jürgen@example.com").And.Some.Contains("SMTPUTF8"));
    }

    [Test]
    [Spec("RFC 6531", "3.1")]
    public async Task A_local_part_beyond_ASCII_is_given_up_where_the_server_has_no_SMTPUTF8()
    {
        using var run = await StartAsync("LOGIN without SMTPUTF8", "starttls", "password");

        await run.Hub.Client.RequestOtpAsync("jürgen@example.com");
        var dead = (await run.Hub.OutboxAsync(message => message.DeadAt is not null)).Single();

        Assert.That(dead.LastError, Is.EqualTo("smtputf8_missing"));
        Assert.That(run.Hub.Logs.ToString(), Does.Contain("does not offer SMTPUTF8").And.Not.Contain("jürgen"));
    }

    [TestCase("no TLS", "starttls", "password", "smtp_no_starttls", "does not offer STARTTLS")]
    [TestCase("PLAIN only", "tls", "password", "smtp_tls", "Security 'tls' is for port 465")]
    [TestCase(
        "XOAUTH2 only", "starttls", "password", "smtp_no_mechanism", "set IdentityHub:Email:Smtp:AccessTokenFile in place of Password")]
    [TestCase("PLAIN only", "starttls", "token", "smtp_no_mechanism", "set IdentityHub:Email:Smtp:Password in place of AccessTokenFile")]
    [TestCase("PLAIN only", "starttls", "wrong", "smtp_authentication", "refused to authenticate 'mailer'")]
    [TestCase("PLAIN only", "starttls", "nobody", "smtp_530", "set IdentityHub:Email:Smtp:UserName")]
    public async Task What_cannot_be_used_is_said_with_what_to_change(
        string mode, string security, string credential, string reason, string advice)
    {
        using var run = await StartAsync(mode, security, credential);

        await run.Hub.Client.RequestOtpAsync("somebody@example.com");
        var failed = (await run.Hub.OutboxAsync(message => message.LastError is not null)).Single();

        Assert.That((failed.LastError, failed.DeliveredAt), Is.EqualTo((reason, (DateTimeOffset?)null)));
        Assert.That(run.Hub.Logs.ToString(), Does.Contain($"Message {failed.Id} of email: try 1 failed ({reason})").And.Contain(advice)
            .And.Not.Contain("somebody@").And.Not.Contain(MailListener.Password).And.Not.Contain(MailListener.Token));
        Assert.That(run.Server.Mails, Is.Empty);
    }

    [TestCase("implicit TLS", "tls", "localhost", false)]
    [TestCase("PLAIN only", "starttls", "localhost", false)]
    [TestCase("PLAIN only", "starttls", "other.example", true)]
    public async Task A_certificate_that_is_not_trusted_is_refused_before_anything_is_sent(
        string mode, string security, string name, bool named)
    {
        using var run = await StartAsync(mode, security, "password", name: name, named: named);

        await run.Hub.Client.RequestOtpAsync("somebody@example.com");
        var failed = (await run.Hub.OutboxAsync(message => message.LastError is not null)).Single();

        Assert.That(failed.LastError, Is.EqualTo("smtp_certificate"));
        Assert.That(
            run.Hub.Logs.ToString(),
            Does.Contain($"is not trusted ({(name == "localhost" ? "UntrustedRoot" : "it is made for another host name")})")
                .And.Contain("IdentityHub:Email:Smtp:CaFile"));
        Assert.That(run.Server.Commands, Has.None.StartsWith("AUTH").And.None.StartsWith("MAIL"));
    }

    [Test]
    public async Task A_renewed_access_token_is_read_for_the_next_try()
    {
        using var run = await StartAsync("XOAUTH2 only", "starttls", "old token");
        await run.Hub.Client.RequestOtpAsync("somebody@example.com");
        Assert.That(
            (await run.Hub.OutboxAsync(message => message.LastError is not null)).Single().LastError, Is.EqualTo("smtp_authentication"));

        await File.WriteAllTextAsync(run.TokenFile, MailListener.Token + "\r\n");
        var delivered = (await run.Hub.OutboxLaterAsync(message => message.DeliveredAt is not null)).Single();

        Assert.That(delivered.Attempts, Is.EqualTo(2));
    }

    private async Task<Run> StartAsync(
        string mode, string security, string credential, string config = Otps.Config, string name = "localhost", bool named = true)
    {
        var served = Certificates.CreateSelfSigned(name);
        var server = new MailListener(Modes[mode], served);
        var (authorities, tokens) = (
            Path.Combine(Path.GetTempPath(), $"mail-{Guid.NewGuid():N}.pem"),
            Path.Combine(Path.GetTempPath(), $"mail-{Guid.NewGuid():N}.token"));
        await File.WriteAllTextAsync(authorities, served.ExportCertificatePem());
        await File.WriteAllTextAsync(tokens, credential == "token" ? MailListener.Token + "\n" : "old");
        List<(string, string)> settings =
        [
            ("IdentityHub:Email:Smtp:Host", "localhost"), ("IdentityHub:Email:Smtp:Port", $"{server.Port}"),
            ("IdentityHub:Email:Smtp:Security", security),
            ("IdentityHub:Email:Smtp:From", "Größe <hub@example.com>"),
        ];
        if (named)
            settings.Add(("IdentityHub:Email:Smtp:CaFile", authorities));
        if (credential != "nobody")
            settings.Add(("IdentityHub:Email:Smtp:UserName", MailListener.User));
        if (credential.EndsWith("token", StringComparison.Ordinal))
            settings.Add(("IdentityHub:Email:Smtp:AccessTokenFile", tokens));
        else if (credential != "nobody")
            settings.Add(("IdentityHub:Email:Smtp:Password", credential == "wrong" ? "another" : MailListener.Password));
        return new Run(await Hub.StartAsync(config, kind, null, settings), server, served, authorities, tokens);
    }

    private sealed record Run(
        Hub Hub, MailListener Server, System.Security.Cryptography.X509Certificates.X509Certificate2 Certificate, string Authorities,
        string TokenFile) : IDisposable
    {
        public void Dispose()
        {
            Hub.DisposeAsync().AsTask().GetAwaiter().GetResult();
            Server.Dispose();
            Certificate.Dispose();
            File.Delete(Authorities);
            File.Delete(TokenFile);
        }
    }
}
