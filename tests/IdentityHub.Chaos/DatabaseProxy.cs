using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace IdentityHub.Chaos;

/// <summary>
/// The network between the nodes and PostgreSQL: a TCP port that leads to the socket of the database, and can be cut. A namespace of its
/// own would need rights that not every machine gives.
/// </summary>
internal sealed class DatabaseProxy : IDisposable
{
    private readonly string _socket;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, byte> _open = [];
    private readonly ManualResetEventSlim _flows = new(initialState: true);
    private volatile bool _refuses;

    public DatabaseProxy(string socket)
    {
        _socket = socket;
        _listener.Start(200);
        _ = AcceptAsync();
    }

    /// <summary>Where nodes connect.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Nothing passes any more, and nobody is told: what a cut cable does.</summary>
    public void Cut() => _flows.Reset();

    /// <summary>Closes every connection, and each new one at once.</summary>
    public void Refuse()
    {
        _refuses = true;
        DropAll();
    }

    /// <summary>As it was. Connections of the time of a cut are gone: the other side has given them up.</summary>
    public void Mend()
    {
        if (!_flows.IsSet)
            DropAll();
        _refuses = false;
        _flows.Set();
    }

    public void Dispose()
    {
        _listener.Dispose();
        DropAll();
        _flows.Set();
    }

    private void DropAll()
    {
        foreach (var socket in _open.Keys)
            socket.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                if (_refuses)
                    client.Dispose();
                else
                    _ = ConnectAsync(client);
            }
        }
        catch (Exception stopped) when (stopped is ObjectDisposedException or SocketException)
        {
        }
    }

    private async Task ConnectAsync(Socket client)
    {
        var database = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            _open[client] = _open[database] = 0;
            client.NoDelay = true;
            await database.ConnectAsync(new UnixDomainSocketEndPoint(_socket));
            await Task.WhenAny(PassAsync(client, database), PassAsync(database, client));
        }
        catch (Exception lost) when (lost is SocketException or ObjectDisposedException)
        {
        }
        finally
        {
            client.Dispose();
            database.Dispose();
            _open.TryRemove(client, out _);
            _open.TryRemove(database, out _);
        }
    }

    private async Task PassAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                if (!_flows.IsSet)
                    await Task.Run(_flows.Wait);
                for (var sent = 0; sent < count;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
            }
        }
        catch (Exception lost) when (lost is SocketException or ObjectDisposedException)
        {
        }
    }
}
