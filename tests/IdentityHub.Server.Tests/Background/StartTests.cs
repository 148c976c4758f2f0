using System.Net;
using System.Net.Sockets;
using IdentityHub.Server.Background;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Background;

/// <summary>A server that cannot start says why, in a sentence of its own for each cause, and what to change.</summary>
[NonParallelizable]
public class StartTests
{
    private string _folder = "";
    private TextWriter _errors = Console.Error;

    [SetUp]
    public void Catch()
    {
        _folder = Directory.CreateTempSubdirectory("hub-start-").FullName;
        _errors = Console.Error;
    }

    [TearDown]
    public void Release()
    {
        Console.SetError(_errors);
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task A_port_in_use()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";

        Assert.That(
            await RefusedAsync(("urls", address)),
            Does.StartWith("The server cannot listen:").And.Contain(address).And.Contain("ASPNETCORE_URLS"));
    }

    [Test]
    public async Task An_address_that_this_machine_does_not_have() =>
        Assert.That(await RefusedAsync(("urls", "http://192.0.2.1:5080")), Does.StartWith("The server cannot listen:"));

    [Test]
    public async Task A_certificate_that_is_none()
    {
        var file = Path.Combine(_folder, "hub.pfx");
        await File.WriteAllTextAsync(file, "not a certificate");

        Assert.That(
            await RefusedAsync(("Kestrel:Endpoints:Https:Url", "https://127.0.0.1:0"), ("Kestrel:Endpoints:Https:Certificate:Path", file)),
            Does.StartWith("The certificate of the server cannot be read:").And.Contain("Kestrel:Certificates"));
    }

    [Test]
    public async Task A_certificate_that_is_missing()
    {
        var file = Path.Combine(_folder, "missing.pfx");

        Assert.That(
            await RefusedAsync(("Kestrel:Endpoints:Https:Url", "https://127.0.0.1:0"), ("Kestrel:Endpoints:Https:Certificate:Path", file)),
            Does.StartWith("A file cannot be used:").And.Contain(file));
    }

    [Test]
    public async Task A_key_file_that_is_a_folder_or_may_not_be_read() =>
        Assert.That(
            await RefusedAsync(() => throw new UnauthorizedAccessException($"Access to the path '{_folder}' is denied.")),
            Does.StartWith("A file cannot be used:").And.Contain(_folder));

    [TestCase("127.0.0.1")]
    [TestCase("no-such-host.invalid")]
    public async Task A_database_that_does_not_answer_or_whose_name_no_DNS_knows(string host)
    {
        await using var database = Storage.Postgres.PostgresDatabase.Open(
            $"Host={host};Port={HubProcess.FreePort()};Username=hub;Database=hub");

        var text = await RefusedAsync(() =>
        {
            database.BeginAsync(CancellationToken.None).GetAwaiter().GetResult();
            throw new InvalidOperationException("It answers.");
        });

        Assert.That(text, Does.StartWith("The database cannot be used:").And.Contain("ConnectionStrings:IdentityHub"));
    }

    private Task<string> RefusedAsync(params (string Key, string Value)[] settings) => RefusedAsync(() =>
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = _folder });
        builder.Configuration.AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, settings.FirstOrDefault(pair => pair.Key == "urls").Value);
        return builder.Build();
    });

    private static async Task<string> RefusedAsync(Func<WebApplication> build)
    {
        await using var errors = new StringWriter();
        Console.SetError(errors);
        Assert.That(await Start.RunAsync(build), Is.EqualTo(1));
        return errors.ToString();
    }
}
