using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdentityHub.Cli.Doctor;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Doctor;

/// <summary><c>hub doctor</c> on an installation that a server has written.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
public class DoctorTests(DatabaseKind kind)
{
    private const string Config =
        """
        clients:
          - { client_id: web, grant_types: [client_credentials], client_secrets: [{ value: "plain:a-secret-of-its-own" }], scope: orders.read }
          - { client_id: shown, grant_types: [client_credentials], client_secrets: [{ value: "plain:demo-machine-secret" }], scope: orders.read }
        scopes:
          - { name: orders.read }

        """;

    private Installation _installation = null!;
    private Hub _node = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _installation = await Installation.CreateAsync(Config, kind);
        _node = await _installation.StartNodeAsync(TimeProvider.System);
    }

    [OneTimeTearDown]
    public async Task EndAsync() => await _installation.DisposeAsync();

    // One TLS handshake, which the other side breaks off.
    private static async Task GreetAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = new SslStream(client.GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(certificate);
            await stream.ReadExactlyAsync(new byte[1]);
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException)
        {
        }
    }

    private HubShell NewShell() => new HubShell()
        .With("ConnectionStrings__IdentityHub", _installation.Database.ConnectionString)
        .With("IdentityHub__KeyProtection__KeyFile", _installation.KeyFile)
        .With("IdentityHub__ConfigDirectory", _installation.ConfigDirectory)
        .With("IdentityHub__Stage", "development")
        .With("IdentityHub__Issuer", "http://localhost:5080")
        .With("COLUMNS", "80");

    [Test]
    public async Task A_sound_installation_has_no_fault()
    {
        // Relative paths: the lines are as long everywhere.
        using var hub = NewShell().WithFile("hub.key", File.ReadAllText(_installation.KeyFile)).WithFile("config/hub.yaml", Config);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(hub.Folder, "hub.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        hub.With("IdentityHub__KeyProtection__KeyFile", "hub.key").With("IdentityHub__ConfigDirectory", "config");

        var shown = await hub.RunAsync("doctor");

        Assert.That((shown.ExitCode, shown.Error), Is.EqualTo((0, "")), shown.Output);
        if (kind == DatabaseKind.Postgres)
        {
            Golden.Verify("doctor-80", shown.Output);
            Golden.Verify("doctor-200", (await hub.With("COLUMNS", "200").RunAsync("doctor")).Output);
        }
    }

    [Test]
    public async Task Each_fault_says_what_to_do()
    {
        // A key of another installation, that everybody may read.
        using var hub = NewShell();
        hub.WithFile("foreign.key", Convert.ToBase64String(new byte[32])).WithFile("config/faulty.yaml", "clients: [{ client_id: }]");
        var file = Path.Combine(hub.Folder, "foreign.key");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        hub.With("IdentityHub__KeyProtection__KeyFile", file)
            .With("IdentityHub__ConfigDirectory", "config")
            .With("IdentityHub__Stage", "production");

        var found = await FindAsync(hub, 1);

        Assert.Multiple(() =>
        {
            Assert.That(
                found["key file"],
                Is.EqualTo(("fault", $"every user of this machine may read or write '{file}'", $"Run: chmod 600 '{file}'")));
            Assert.That(found["key of the database"].Level, Is.EqualTo("fault"));
            Assert.That(found["stage"].Text, Does.Contain("was applied to this database on the stage development"));
            Assert.That((found["configuration"].Level, found["configuration"].Advice), Is.EqualTo(("fault", "Run: hub config validate")));
            Assert.That(found["issuer"].Advice, Is.EqualTo("https is required outside Development."));
            Assert.That(found["demo secrets"].Level, Is.EqualTo("skipped"), "the key cannot read them");
            Assert.That(found["mail"].Level, Is.EqualTo("skipped"));
        });
    }

    [Test]
    public async Task Publicly_known_secrets_are_named_outside_Development()
    {
        using var hub = NewShell().With("IdentityHub__Stage", "staging");

        var found = await FindAsync(hub, 1);

        Assert.That(found["demo secrets"].Text, Does.StartWith("client 'shown': with a secret"));
    }

    [Test]
    public async Task A_restore_after_which_nothing_was_applied_is_a_fault()
    {
        using var hub = NewShell().With("IdentityHub__Stage", "staging");
        var database = _installation.Database.Open();
        await database.Call("INSERT INTO installation_marks (name, value, at) VALUES ('restored', 'ended', $1)")
            .With(TimeProvider.System.GetUtcNow()).ExecuteAsync(CancellationToken.None);
        try
        {
            var found = await FindAsync(hub, 1);

            Assert.That(
                (found["restore"].Level, found["restore"].Advice), Is.EqualTo(("fault", "Run: hub config apply --stage staging")));
        }
        finally
        {
            await database.Call("DELETE FROM installation_marks WHERE name = 'restored'").ExecuteAsync(CancellationToken.None);
        }

        Assert.That(await FindAsync(hub, 1), Does.Not.ContainKey("restore"));
    }

    [Test]
    public async Task What_is_missing_is_a_fault_and_nothing_is_made()
    {
        using var empty = new HubShell();

        var shown = await empty.RunAsync("doctor");

        Assert.That((shown.ExitCode, shown.Error, empty.Has("data")), Is.EqualTo((1, "", false)));
        Assert.That(
            shown.Output,
            Does.Contain("The SQLite database 'data/identityhub.db' is missing").And.Contain("IdentityHub:Issuer is not set"));
    }

    [Test]
    public async Task A_server_that_calls_itself_otherwise_and_one_that_is_not_there_are_faults()
    {
        using var hub = NewShell();
        hub.With("IdentityHub__Issuer", _node.Client.BaseAddress!.OriginalString.TrimEnd('/'));
        var other = await FindAsync(hub, 1, "--online");
        hub.With("IdentityHub__Issuer", $"http://127.0.0.1:{FreePort()}");
        var nobody = await FindAsync(hub, 1, "--online");

        Assert.That(other["issuer"].Text, Does.Contain($"says that it is {Installation.Issuer}"));
        Assert.That(nobody["issuer"].Text, Does.Contain("no server of this installation answers"));
    }

    [Test]
    public async Task A_certificate_that_has_expired_is_named()
    {
        using var certificate = Certificates.CreateSelfSigned(hasExpired: true);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var greeting = GreetAsync(listener, certificate);
        using var hub = NewShell();
        hub.With("IdentityHub__Issuer", $"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}");

        var found = await FindAsync(hub, 1, "--online");
        await greeting;

        Assert.That(found["issuer"].Text, Does.Contain("no server of this installation answers").And.Contain("NotTimeValid"));
    }

    [Test]
    public async Task A_mail_server_and_Twilio_that_are_not_there_are_faults()
    {
        var port = FreePort();
        using var hub = NewShell();
        hub.With("IdentityHub__Email__Smtp__Host", "127.0.0.1")
            .With("IdentityHub__Email__Smtp__Port", $"{port}")
            .With("IdentityHub__Email__Smtp__Password", "never-shown")
            .With("IdentityHub__Sms__Twilio__AccountSid", "AC1").With("IdentityHub__Sms__Twilio__AuthToken", "never-shown")
            .With("IdentityHub__Sms__Twilio__BaseUrl", $"http://127.0.0.1:{port}");

        var shown = await hub.RunAsync("doctor", "--json");

        Assert.That(shown.ExitCode, Is.EqualTo(1));
        Assert.That(
            shown.Output,
            Does.Contain($"127.0.0.1:{port} cannot be used").And.Contain("127.0.0.1 cannot be reached").And.Not.Contain("never-shown"));
    }

    [Test]
    public async Task Credentials_are_not_sent_in_clear_to_another_machine()
    {
        using var hub = NewShell();
        hub.With("IdentityHub__Stage", "staging").With("IdentityHub__Email__Smtp__Host", "mail.test")
            .With("IdentityHub__Email__Smtp__Security", "none").With("IdentityHub__Sms__Twilio__AccountSid", "AC1")
            .With("IdentityHub__Sms__Twilio__BaseUrl", "http://twilio.test");

        var found = await FindAsync(hub, 1);

        Assert.That(found["mail"].Text, Does.Contain("none is only for a mail server on this machine"));
        Assert.That(found["text messages"].Text, Does.Contain("BaseUrl is no absolute https URL"));
    }

    [TestCase(0, "Ok")]
    [TestCase(5, "Warning")]
    [TestCase(-30, "Fault")]
    public void A_clock_that_is_off_is_found(int seconds, string level)
    {
        var now = new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

        Assert.That(DatabaseChecks.Judge(now.AddSeconds(seconds), now, now.AddSeconds(seconds)).Level.ToString(), Is.EqualTo(level));
    }

    private static async Task<Dictionary<string, (string Level, string Text, string? Advice)>> FindAsync(
        HubShell hub, int exitCode, params string[] options)
    {
        var shown = await hub.RunAsync(["doctor", "--json", .. options]);
        Assert.That((shown.ExitCode, shown.Error), Is.EqualTo((exitCode, "")), shown.Output);
        using var json = JsonDocument.Parse(shown.Output);
        return json
            .RootElement.EnumerateArray()
            .ToDictionary(
                finding => finding.GetProperty("check").GetString()!,
                finding =>
                    (finding.GetProperty("level").GetString()!, finding.GetProperty("text").GetString()!,
                        finding.GetProperty("advice").GetString()));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
