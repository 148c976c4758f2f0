using System.Net.Sockets;
using System.Text;
using IdentityHub.Testing;

namespace IdentityHub.Server.Tests.Support;

/// <summary>Bytes on a socket, for requests that no client library sends.</summary>
internal static class RawHttp
{
    /// <summary>
    /// Sends <paramref name="request"/> (with <c>Connection: close</c> among its headers) and returns the status of the answer.
    /// </summary>
    public static async Task<int> StatusAsync(Hub hub, byte[] request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(hub.Client.BaseAddress!.Host, hub.Client.BaseAddress.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(request);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var line = await reader.ReadLineAsync()
            ?? throw new InvalidOperationException("The server closed the connection without an answer.");
        return int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
