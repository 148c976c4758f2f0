using System.Net.Sockets;
using System.Text;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Background.Service;

/// <summary>What systemd is told (<c>Type=notify</c>), and what SIGHUP does.</summary>
public class SystemdNoticesTests
{
    private const string First = """
        clients:
          - { client_id: first, grant_types: [client_credentials], client_secrets: [{ value: "plain:first-secret" }] }
        """;

    [Test]
    public async Task Systemd_is_told_of_readiness_life_reload_and_stop()
    {
        var folder = Directory.CreateTempSubdirectory("hub-sd-").FullName;
        try
        {
            var path = Path.Combine(folder, "notify");
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            await using var installation = await Installation.CreateAsync(First, DatabaseKind.Sqlite);
            var node = await installation.StartProcessAsync(("NOTIFY_SOCKET", path), ("WATCHDOG_USEC", "200000"));

            var started = await HeardUntilAsync(socket, "READY=1");
            await HeardUntilAsync(socket, "WATCHDOG=1");
            await HeardUntilAsync(socket, "WATCHDOG=1");
            node.Signal("HUP");
            var reloading = await HeardUntilAsync(socket, "RELOADING=1");
            await HeardUntilAsync(socket, "READY=1");
            var reloaded = await Eventually.GetAsync(
                () => Task.FromResult(node.Output), output => output.Contains("SIGHUP", StringComparison.Ordinal));
            installation.WriteConfig("clients: [{ client_idd: x }]");
            node.Signal("HUP");
            var refused = await Eventually.GetAsync(
                () => Task.FromResult(node.Output), output => output.Contains("client_idd", StringComparison.Ordinal));
            var status = (await node.Client.GetAnswerAsync("/health/ready")).Status;
            node.Terminate();
            await HeardUntilAsync(socket, "STOPPING=1");
            var extended = await HeardUntilAsync(socket, "EXTEND_TIMEOUT_USEC=");

            Assert.Multiple(() =>
            {
                Assert.That(started.Count(state => state.Contains("READY=1", StringComparison.Ordinal)), Is.EqualTo(1));
                Assert.That(reloading[^1], Does.Match("^RELOADING=1\nMONOTONIC_USEC=[1-9][0-9]+$"));
                Assert.That(reloaded, Does.Contain("were read again"));
                Assert.That(refused, Does.Contain("client_id"), "why");
                Assert.That(status, Is.EqualTo(200), "what was in force stays in force");
                Assert.That(extended[^1], Is.EqualTo("EXTEND_TIMEOUT_USEC=30000000"));
            });
            Assert.That(await node.WaitForExitAsync(), Is.Zero, node.Output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<string>> HeardUntilAsync(Socket socket, string state)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var heard = new List<string>();
        var buffer = new byte[4096];
        do
            heard.Add(Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, SocketFlags.None, deadline.Token)));
        while (!heard[^1].StartsWith(state, StringComparison.Ordinal));
        return heard;
    }
}
