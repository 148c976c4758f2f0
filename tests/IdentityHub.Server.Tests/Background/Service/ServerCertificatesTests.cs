using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using IdentityHub.Server.Background.Service;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Background.Service;

/// <summary>A TLS certificate is replaced while the server runs, and one that cannot be used changes nothing.</summary>
public class ServerCertificatesTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private string _folder = "";
    private string _certificate = "";
    private string _key = "";
    private readonly RecordedLogs _logs = new();
    private WebApplication _app = null!;
    private ServerCertificates _certificates = null!;
    private Uri _address = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _folder = Directory.CreateTempSubdirectory("hub-tls-").FullName;
        (_certificate, _key) = (Path.Combine(_folder, "tls.crt"), Path.Combine(_folder, "tls.key"));
        Write("first");
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = _folder });
        builder.Logging.ClearProviders().AddProvider(_logs);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddServerCertificates();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Kestrel:Endpoints:Tls:Url"] = "https://127.0.0.1:0",
            ["Kestrel:Endpoints:Tls:Certificate:Path"] = _certificate,
            ["Kestrel:Endpoints:Tls:Certificate:KeyPath"] = _key,
        });
        _app = builder.Build();
        _app.MapGet("/", () => "text");
        await _app.StartAsync();
        _certificates = _app.Services.GetRequiredService<ServerCertificates>();
        _certificates.Reload(onlyChanged: true);
        _address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _app.DisposeAsync();
        _logs.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task New_connections_get_the_new_certificate_and_open_ones_go_on()
    {
        await using var open = await ConnectAsync();
        Assert.That(NameOf(open), Is.EqualTo("CN=first"));

        Write("second");
        Assert.That(NameOfNew(), Is.EqualTo("CN=first"), "not before it is asked for");
        _certificates.Reload(onlyChanged: false);

        Assert.That(NameOfNew(), Is.EqualTo("CN=second"));
        Assert.That(await GetAsync(open), Does.StartWith("HTTP/1.1 200"));
        Assert.That(_logs.ToString(), Does.Contain("CN=second"));
    }

    [Test]
    public async Task One_that_cannot_be_used_changes_nothing_and_the_log_says_why()
    {
        (Action Break, string Why)[] faults =
        [
            (() => Write("late", notAfter: Now.AddDays(-1)), "It has expired at"),
            (() => Write("early", notBefore: Now.AddDays(1)), "It is valid from"),
            (() => File.WriteAllText(_certificate, "no certificate"), "cannot be used"),
            (() => File.Delete(_key), "tls.key"),
        ];
        foreach (var (breakIt, why) in faults)
        {
            breakIt();
            Assert.That(_certificates.Reload(onlyChanged: false), Is.False, why);
            Assert.That(NameOfNew(), Is.EqualTo("CN=first"), why);
            Assert.That(_logs.ToString(), Does.Contain(why));
        }

        // A key of another certificate.
        Write("second");
        var second = await File.ReadAllTextAsync(_certificate);
        Write("third");
        await File.WriteAllTextAsync(_certificate, second);
        _certificates.Reload(onlyChanged: false);
        Assert.That(NameOfNew(), Is.EqualTo("CN=first"));
        Assert.That(_logs.ToString().Split("' is CN="), Has.Length.EqualTo(2), "the first one only");
    }

    [Test]
    public void Files_that_are_as_they_were_are_left_alone_and_a_fault_is_told_once()
    {
        File.WriteAllText(_certificate, "no certificate");

        var looks = new[] { _certificates.Reload(onlyChanged: true), _certificates.Reload(onlyChanged: true) };

        Assert.That(looks, Is.EqualTo(new[] { false, true }));
        Assert.That(_logs.ToString().Split("tls.crt cannot be used"), Has.Length.EqualTo(2));
    }

    [Test]
    public void One_that_has_expired_at_the_start_is_told_loudly_and_a_good_one_needs_no_restart()
    {
        Write("late", notAfter: Now.AddDays(-1));
        using var logging = LoggerFactory.Create(builder => builder.AddProvider(_logs));
        var atStart = new ServerCertificates(
            _app.Services.GetRequiredService<IConfiguration>(), TimeProvider.System, logging.CreateLogger<ServerCertificates>());

        Assert.That(atStart.Reload(onlyChanged: true), Is.False);
        Assert.That(
            _logs.ToString(),
            Does.Match(
                "The certificate 'Tls' of .*tls.crt cannot be used, and there is none that was read before: clients refuse to connect. "
                    + "It has expired at .* Put a good certificate and its key into place; no restart is needed."));
        Assert.That(_logs.ToString(), Does.Not.Contain("the one that was read before stays in use"));

        Write("good");
        Assert.That((atStart.Reload(onlyChanged: true), atStart.Ends().Count()), Is.EqualTo((true, 1)));
    }

    [Test]
    public void The_end_of_the_certificate_is_known() =>
        Assert.That(
            _certificates.Ends().Single().NotAfter,
            Is.EqualTo(Now.AddDays(30)).Within(TimeSpan.FromSeconds(2)));

    private void Write(string name, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(notBefore ?? Now.AddDays(-2), notAfter ?? Now.AddDays(30));
        File.WriteAllText(_certificate, certificate.ExportCertificatePem());
        File.WriteAllText(_key, key.ExportPkcs8PrivateKeyPem());
    }

    private string NameOfNew()
    {
        using var stream = ConnectAsync().GetAwaiter().GetResult();
        return NameOf(stream);
    }

    private static string NameOf(SslStream stream) => stream.RemoteCertificate!.Subject;

    private async Task<SslStream> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(_address.Host, _address.Port);

        // The test looks at the certificate itself.
        var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, shown, _, _) => shown is not null);
        await stream.AuthenticateAsClientAsync("localhost");
        return stream;
    }

    private static async Task<string> GetAsync(SslStream stream)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        var buffer = new byte[4096];
        return Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer));
    }
}
