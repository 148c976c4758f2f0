using IdentityHub.Server.Health;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Health;

/// <summary>What a container asks of the server in it.</summary>
public class ProbeTests(DatabaseKind kind) : HubFixture(kind, "")
{
    [Test]
    public async Task A_server_that_is_ready_is_told_from_one_that_is_not()
    {
        var ready = await RunAsync([], "http://*:1", "--probe", $"{Client.BaseAddress}health/ready");
        var missing = await RunAsync([], null, "--probe", $"{Client.BaseAddress}health/missing");
        var silent = await RunAsync([], null, "--probe", $"http://127.0.0.1:{HubProcess.FreePort()}/health/ready");

        Assert.That((ready.Code, missing.Code, silent.Code), Is.EqualTo(((int?)0, (int?)1, (int?)1)));
        Assert.That(ready.Output, Does.StartWith("200 {\"status\":\"ready\""));
        Assert.That(silent.Output, Does.Contain("does not answer"));
    }

    [TestCase("http://*:{0}", null)]
    [TestCase("https://*:1;http://0.0.0.0:{0}", null)]
    [TestCase(null, "{0}")]
    public async Task Without_an_address_it_asks_where_the_server_was_told_to_listen(string? urls, string? ports)
    {
        var port = $"{Client.BaseAddress!.Port}";

        var (code, _) = await RunAsync(
            [("ASPNETCORE_HTTP_PORTS", ports?.Replace("{0}", port, StringComparison.Ordinal))],
            urls?.Replace("{0}", port, StringComparison.Ordinal), "--probe");

        Assert.That(code, Is.Zero);
    }

    [TestCase("--probe", "health/ready")]
    [TestCase("--probe", "ftp://127.0.0.1/")]
    [TestCase("--probe", "http://127.0.0.1/", "more")]
    [TestCase("--probe")]
    public async Task What_is_no_address_is_refused(params string[] args)
    {
        var (code, output) = await RunAsync([], null, args);

        Assert.That(code, Is.EqualTo(2));
        Assert.That(output, Does.Contain("--probe http://"));
    }

    [TestCase]
    [TestCase("--urls", "http://127.0.0.1:5000")]
    public async Task Other_arguments_are_none_of_its_business(params string[] args) =>
        Assert.That((await RunAsync([], null, args)).Code, Is.Null);

    private static async Task<(int? Code, string Output)> RunAsync(
        IReadOnlyList<(string Name, string? Value)> environment, string? urls, params string[] args)
    {
        await using var output = new StringWriter();
        var code = await Probe.RunAsync(
            args, name => name == "ASPNETCORE_URLS" ? urls : environment.FirstOrDefault(pair => pair.Name == name).Value, output);
        return (code, output.ToString());
    }
}
