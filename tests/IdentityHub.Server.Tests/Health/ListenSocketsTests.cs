using System.Net;
using System.Net.Sockets;
using IdentityHub.Server.Health;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Health;

/// <summary>A node that stops makes no new connection, and loses none that was made.</summary>
[Platform("Linux")]
public class ListenSocketsTests
{
    [Test]
    public async Task A_connection_that_was_made_is_served_and_a_later_one_is_refused()
    {
        var sockets = new ListenSockets();
        using var listener = sockets.Open(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var early = new TcpClient();
        using var late = new TcpClient();
        await early.ConnectAsync((IPEndPoint)listener.LocalEndPoint!);

        Assert.That(sockets.TryTurnAway(), Is.True);
        var connecting = late.ConnectAsync((IPEndPoint)listener.LocalEndPoint!);
        using (var accepted = await listener.AcceptAsync())
        {
            await early.GetStream().WriteAsync("a"u8.ToArray());
            Assert.That(await accepted.ReceiveAsync(new byte[1]), Is.EqualTo(1));
        }

        listener.Close();
        Assert.That(async () => await connecting, Throws.TypeOf<SocketException>());
    }
}
