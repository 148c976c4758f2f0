using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace IdentityHub.Chaos;

/// <summary>A mail server that keeps the newest code for each recipient, and can hang.</summary>
internal sealed partial class MailServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, string> _codes = new(StringComparer.OrdinalIgnoreCase);

    public MailServer()
    {
        _listener.Start(200);
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>True: connections are accepted, and nothing is said.</summary>
    public volatile bool Hangs;

    /// <summary>The code that was sent to an address last; null before it has arrived.</summary>
    public string? CodeFor(string address) => _codes.GetValueOrDefault(address);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception stopped) when (stopped is ObjectDisposedException or SocketException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                using var stream = new StreamReader(client.GetStream(), Encoding.UTF8);
                await SayAsync(client, "220 chaos ESMTP");
                var recipient = "";
                while (await stream.ReadLineAsync() is { } line)
                {
                    if (line.StartsWith("RCPT TO:", StringComparison.OrdinalIgnoreCase))
                        recipient = Address().Match(line).Groups[1].Value;
                    if (line.Equals("DATA", StringComparison.OrdinalIgnoreCase))
                    {
                        await SayAsync(client, "354 go");
                        var mail = new StringBuilder();
                        while (await stream.ReadLineAsync() is { } content and not ".")
                            mail.Append(content).Append('\n');
                        if (Code().Match(mail.ToString()) is { Success: true } code)
                            _codes[recipient] = code.Groups[1].Value;
                    }

                    await SayAsync(client, line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase) ? "221 bye" : "250 ok");
                }
            }
            catch (Exception lost) when (lost is IOException or ObjectDisposedException)
            {
            }
        }
    }

    private async Task SayAsync(TcpClient client, string text)
    {
        if (!Hangs)
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text + "\r\n"));
    }

    [GeneratedRegex("<([^>]+)>")]
    private static partial Regex Address();

    // The code stands alone in its line, or before a sentence about it: six digits that belong to no longer number.
    [GeneratedRegex(@"(?m)(?<![\w#=.-])(\d{6})(?![\w.-])")]
    private static partial Regex Code();
}
