using IdentityHub.Server.Settings;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Settings;

public class HubSettingsTests(DatabaseKind kind) : HubFixture(kind, Parts.Apis)
{
    // What is set → the key that the fault must name. Outside Development, unless the case says otherwise.
    private static readonly Dictionary<string, (string Key, Action<HubSettings> Change)> Faults = new()
    {
        ["no stage of ours"] = ("Stage", settings => settings.Stage = "Production"),
        ["no issuer"] = ("Issuer", settings => settings.Issuer = ""),
        ["a relative issuer"] = ("Issuer", settings => settings.Issuer = "id.example.com"),
        ["an issuer of another scheme"] = ("Issuer", settings => settings.Issuer = "ftp://id.example.com"),
        ["http"] = ("Issuer", settings => settings.Issuer = "http://id.example.com"),
        ["a trailing slash"] = ("Issuer", settings => settings.Issuer = "https://id.example.com/"),
        ["a query"] = ("Issuer", settings => settings.Issuer = "https://id.example.com?a=b"),
        ["a fragment"] = ("Issuer", settings => settings.Issuer = "https://id.example.com#a"),
        ["a user"] = ("Issuer", settings => settings.Issuer = "https://me@id.example.com"),
        ["no configuration directory"] = ("ConfigDirectory", settings => settings.ConfigDirectory = ""),
        ["a proxy by name"] = ("TrustedProxies", settings => settings.TrustedProxies = "10.0.0.1, proxy.example.com"),
        ["a trusted network with a factor of zero"] = ("Limits:TrustedNetworks", settings =>
            settings.Limits.TrustedNetworks = "10.0.0.0/8, 203.0.113.7=0"),
        ["a trusted network by name"] = ("Limits:TrustedNetworks", settings => settings.Limits.TrustedNetworks = "office"),
        ["no key file"] = ("KeyProtection:KeyFile", settings => settings.KeyProtection.KeyFile = ""),
        ["a key file that is not there"] = ("KeyProtection:KeyFile", settings => settings.KeyProtection.KeyFile = "nowhere/hub.key"),
        ["too few iterations"] = ("Passwords:Iterations", settings => settings.Passwords.Iterations = 219_999),
        ["no queue"] = ("Passwords:QueuePerCore", settings => settings.Passwords.QueuePerCore = 0),
        ["an endless queue"] = ("Passwords:QueuePerCore", settings => settings.Passwords.QueuePerCore = 1001),
        ["a mail server with a scheme"] = ("Email:Smtp:Host", settings => Mail(settings).Host = "smtp://mail.example.com"),
        ["settings of a mail server that is not named"] = ("Email:Smtp:Host", settings => Mail(settings).Host = ""),
        ["no port"] = ("Email:Smtp:Port", settings => Mail(settings).Port = 0),
        ["security of another kind"] = ("Email:Smtp:Security", settings => Mail(settings).Security = "ssl"),
        ["no sender"] = ("Email:Smtp:From", settings => Mail(settings).From = ""),
        ["a sender with another header"] = ("Email:Smtp:From", settings => Mail(settings).From = "a@example.com\r\nBcc: b@example.com"),
        ["a mail user without a password"] = ("Email:Smtp:Password", settings => Mail(settings).UserName = "mailer"),
        ["mail in clear over a network"] = ("Email:Smtp:Security", settings => Mail(settings).Security = "none"),
        ["STARTTLS at the port of implicit TLS"] = ("Email:Smtp:Security", settings => Mail(settings).Port = 465),
        ["a mail password without a user"] = ("Email:Smtp:UserName", settings => Mail(settings).Password = "x"),
        ["a mail password with a line break"] = ("Email:Smtp:Password", settings =>
            (Mail(settings).UserName, settings.Email.Smtp.Password) = ("mailer", "x\n")),
        ["a mail password and an access token"] = ("Email:Smtp:AccessTokenFile", settings =>
            (Mail(settings).UserName, settings.Email.Smtp.Password, settings.Email.Smtp.AccessTokenFile) = ("mailer", "x", "token")),
        ["authorities that are not there"] = ("Email:Smtp:CaFile", settings => Mail(settings).CaFile = "nowhere/ca.pem"),
        ["a mail password in clear"] = ("Email:Smtp:Security", settings =>
            (Mail(settings).UserName, settings.Email.Smtp.Password, settings.Email.Smtp.Security) = ("mailer", "x", "none")),
        ["no account at Twilio"] = ("Sms:Twilio:AccountSid", settings => Twilio(settings).AccountSid = ""),
        ["no token of Twilio"] = ("Sms:Twilio:AuthToken", settings => Twilio(settings).AuthToken = ""),
        ["no sender of text messages"] = ("Sms:Twilio:From", settings => Twilio(settings).From = ""),
        ["two senders of text messages"] = ("Sms:Twilio:MessagingServiceSid", settings => Twilio(settings).MessagingServiceSid = "MG1"),
        ["no Messaging Service"] = ("Sms:Twilio:MessagingServiceSid", settings =>
            (Twilio(settings).From, settings.Sms.Twilio.MessagingServiceSid) = ("", "SM1")),
        ["a token of Twilio with a line break"] = ("Sms:Twilio:AuthToken", settings => Twilio(settings).AuthToken = "token\n"),
        ["Twilio in clear"] = ("Sms:Twilio:BaseUrl", settings => Twilio(settings).BaseUrl = "http://api.twilio.com"),
        ["no codes of a client"] = ("Otp:SendsPerClientAndHour", settings => settings.Otp.SendsPerClientAndHour = 0),
        ["no codes of an address"] = ("Otp:SendsPerIpAndHour", settings => settings.Otp.SendsPerIpAndHour = 0),
        ["metrics over https"] = ("Metrics:Address", settings => settings.Metrics.Address = "https://127.0.0.1:9464"),
        ["metrics without a port"] = ("Metrics:Address", settings => settings.Metrics.Address = "http://127.0.0.1"),
        ["metrics at a path"] = ("Metrics:Address", settings => settings.Metrics.Address = "http://127.0.0.1:9464/metrics"),
        ["metrics at a number"] = ("Metrics:Address", settings => settings.Metrics.Address = "9464"),
        ["no audit trail"] = ("Audit:RetentionDays", settings => settings.Audit.RetentionDays = 0),
    };

    private static IEnumerable<string> Names => Faults.Keys;

    private static SmtpSettings Mail(HubSettings settings)
    {
        (settings.Email.Smtp.Host, settings.Email.Smtp.From) = ("mail.example.com", "hub@example.com");
        return settings.Email.Smtp;
    }

    private static TwilioSettings Twilio(HubSettings settings)
    {
        (settings.Sms.Twilio.AccountSid, settings.Sms.Twilio.AuthToken, settings.Sms.Twilio.From) = ("AC1", "token", "+15005550006");
        return settings.Sms.Twilio;
    }

    private HubSettings Good =>
        new()
        {
            Stage = "production",
            Issuer = "https://id.example.com",
            KeyProtection = { KeyFile = Hub.Installation.KeyFile },
        };

    [Test]
    public void Good_settings_have_no_fault()
    {
        var proxied = Good;
        proxied.TrustedProxies = "10.0.0.1, 192.168.0.0/16,::1";

        Assert.That(FaultsOf(Good), Is.Empty);
        Assert.That(FaultsOf(proxied), Is.Empty);
    }

    [TestCase("development", null, true)]
    [TestCase("development", "false", false)]
    [TestCase("staging", null, false)]
    [TestCase("production", null, false)]
    [TestCase("production", "true", true)]
    [Spec("ASSURANCE", "I6")]
    public async Task I6_Private_addresses_are_called_in_Development_or_where_it_is_said_so(string stage, string? said, bool expected)
    {
        List<(string, string)> settings = [("IdentityHub:Stage", stage), ("IdentityHub:Passwords:Iterations", "220000")];
        if (said is not null)
            settings.Add(("IdentityHub:Outbound:AllowPrivateAddresses", said));
        await using var hub = await StartHubAsync(settings);

        Assert.That(hub.Services.GetRequiredService<IOptions<HubSettings>>().Value.Outbound.AllowPrivateAddresses, Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(Names))]
    public void This_is_refused_with_the_key_and_what_would_be_right(string name)
    {
        var settings = Good;
        Faults[name].Change(settings);

        Assert.That(FaultsOf(settings), Has.One.Items.And.All.StartsWith($"IdentityHub:{Faults[name].Key} "));
    }

    [Test]
    public void Every_fault_is_reported_at_once()
    {
        var settings = Good;
        foreach (var (_, change) in Faults.Values.Where(fault => !IsTransport(fault.Key)))
            change(settings);

        // A transport that is not named has no other faults: as many as one that is can have at once.
        settings.Email.Smtp = new SmtpSettings { Host = "smtp://mail.example.com", Port = 0, Security = "ssl", UserName = "mailer" };
        settings.Sms.Twilio = new TwilioSettings { AccountSid = "AC1", BaseUrl = "http://api.twilio.com" };
        string[] ofTransports =
        [
            "Email:Smtp:Host", "Email:Smtp:Port", "Email:Smtp:Security", "Email:Smtp:From", "Email:Smtp:Password",
            "Sms:Twilio:AuthToken", "Sms:Twilio:From", "Sms:Twilio:BaseUrl",
        ];

        Assert.That(
            FaultsOf(settings).Select(fault => fault.Split(' ')[0]).Distinct(),
            Is.EquivalentTo(
                Faults
                    .Values.Select(fault => fault.Key)
                    .Where(key => !IsTransport(key))
                    .Concat(ofTransports)
                    .Distinct()
                    .Select(key => $"IdentityHub:{key}")));

        static bool IsTransport(string key) =>
            key.StartsWith("Email:", StringComparison.Ordinal) || key.StartsWith("Sms:", StringComparison.Ordinal);
    }

    [Test]
    public void A_server_that_runs_has_validated_its_settings() =>
        Assert.That(() => Hub.Services.GetRequiredService<IStartupValidator>().Validate(), Throws.Nothing);

    [Test]
    public async Task A_server_with_faulty_settings_does_not_start_and_says_all_of_them_without_a_stack_trace()
    {
        await using var installation = await Installation.CreateAsync(Parts.Apis, Kind);

        var refusal = Assert.ThrowsAsync<InvalidOperationException>(() =>
            installation.StartProcessAsync(
                ("IdentityHub:Stage", "production"),
                ("IdentityHub:Issuer", "http://id.example.com/"),
                ("IdentityHub:TrustedProxies", "proxy"),
                ("IdentityHub:Passwords:QueuePerCore", "0")));

        Assert.That(
            refusal!.Message,
            Does.Contain("has ended")
                .And.Contain("IdentityHub:Issuer is")
                .And.Contain("IdentityHub:TrustedProxies names 'proxy'")
                .And.Contain("IdentityHub:Passwords:Iterations is 1000")
                .And.Contain("IdentityHub:Passwords:QueuePerCore is 0")
                .And.Not.Contain("   at "));
    }

    private IEnumerable<string> FaultsOf(HubSettings settings) =>
        Hub
            .Services.GetServices<IValidateOptions<HubSettings>>()
            .SelectMany(validator => validator.Validate(null, settings).Failures ?? []);
}
