using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace IdentityHub.Server.Health;

/// <summary>
/// The sockets that this node listens on. A socket that is closed resets connections that were made and not yet accepted, and a load
/// balancer must not send such a request to another node where it is not idempotent. So before the end no new connection is made: on Linux
/// a filter drops the first packet of each, socket(7). Its sender tries again a second later, is refused then, and goes to another node.
/// </summary>
internal sealed class ListenSockets
{
    private const int SocketLevel = 1;
    private const int AttachFilter = 26;

    // Classic BPF: load the flags of the TCP header; with SYN drop the packet, without it keep it. The last packet of a handshake that
    // has begun has no SYN.
    private static readonly Instruction[] DropsSyn = [new(0x30, 0, 0, 13), new(0x45, 0, 1, 2), new(0x06, 0, 0, 0), new(0x06, 0, 0, ~0u)];

    private readonly ConcurrentBag<Socket> _sockets = [];

    /// <summary>Opens a socket as the web server does, and remembers it. One that systemd holds stays as it is.</summary>
    public Socket Open(EndPoint endPoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
        if (endPoint is IPEndPoint)
            _sockets.Add(socket);
        return socket;
    }

    /// <summary>From now on no connection is made; those that were made are accepted as before.</summary>
    /// <returns>False where that is not possible.</returns>
    public bool TryTurnAway()
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
            return false;
        try
        {
            foreach (var socket in _sockets)
                Attach(socket);
            return !_sockets.IsEmpty;
        }
        catch (Exception refused) when (refused is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static unsafe void Attach(Socket socket)
    {
        fixed (Instruction* instructions = DropsSyn)
        {
            var program = new FilterProgram((ushort)DropsSyn.Length, (nint)instructions);
            socket.SetRawSocketOption(SocketLevel, AttachFilter, MemoryMarshal.AsBytes(new ReadOnlySpan<FilterProgram>(in program)));
        }
    }

    // struct sock_filter and struct sock_fprog of linux/filter.h.
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct FilterProgram(ushort Length, nint Instructions);
}
