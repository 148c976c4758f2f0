using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace IdentityHub.Server.Tests.Support;

/// <summary>What a mail server of a test offers.</summary>
/// <param name="Implicit">TLS from the first byte.</param>
/// <param name="StartTls">Whether STARTTLS is offered; authentication is offered after it only.</param>
/// <param name="Mechanisms">Behind <c>AUTH</c>; the others are refused with 504, mail without authentication with 530. Empty: no
/// authentication.</param>
/// <param name="SmtpUtf8">Whether addresses may have letters beyond ASCII.</param>
internal sealed record MailMode(bool Implicit, bool StartTls, string Mechanisms, bool SmtpUtf8);

/// <summary>
/// A mail server at a free loopback port that writes down what it is told. It knows the user <c>mailer</c>, by a password and by an access
/// token.
/// </summary>
internal sealed class MailListener : IDisposable
{
    public const string User = "mailer", Password = "Mail-Pass-1", Token = "ya29.token";
    private readonly MailMode _mode;
    private readonly X509Certificate2 _certificate;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public MailListener(MailMode mode, X509Certificate2 certificate)
    {
        (_mode, _certificate) = (mode, certificate);
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Lines of clients, but for mails.</summary>
    public ConcurrentQueue<string> Commands { get; } = [];

    /// <summary>Mails with their headers, as they came.</summary>
    public ConcurrentQueue<string> Mails { get; } = [];

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
                Stream stream = client.GetStream();
                if (_mode.Implicit)
                    stream = await SecureAsync(stream);
                await SayAsync(stream, "220 test ESMTP");
                if (await TalkAsync(stream, _mode.Implicit))
                    await TalkAsync(await SecureAsync(stream), true);
            }
            catch (Exception broken)
                when (broken is IOException or System.Security.Authentication.AuthenticationException or ObjectDisposedException)
            {
            }
        }
    }

    private async Task<Stream> SecureAsync(Stream stream)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(_certificate);
        return tls;
    }

    // True when the client has asked for TLS.
    private async Task<bool> TalkAsync(Stream stream, bool secure)
    {
        var authenticated = _mode.Mechanisms.Length == 0;
        while (await ReadAsync(stream) is { } line)
        {
            Commands.Enqueue(line);
            var verb = line.Split(' ')[0].ToUpperInvariant();
            switch (verb)
            {
                case "EHLO":
                    string[] offers =
                    [
                        "SIZE 20480000",
                        "8BITMIME",
                        .. _mode.SmtpUtf8 ? ["SMTPUTF8"] : Array.Empty<string>(),
                        .. _mode.StartTls && !secure ? ["STARTTLS"] : Array.Empty<string>(),
                        .. (secure || !_mode.StartTls) && _mode.Mechanisms.Length > 0
                            ? [$"AUTH {_mode.Mechanisms}"]
                            : Array.Empty<string>(),
                    ];
                    await SayAsync(stream, string.Concat(offers.Prepend("test").Select(offer => $"250-{offer}\r\n")) + "250 HELP");
                    break;
                case "STARTTLS":
                    await SayAsync(stream, "220 go");
                    return true;
                case "AUTH":
                    authenticated = await AuthenticateAsync(stream, line.Split(' '));
                    break;
                case "MAIL" when !authenticated:
                    await SayAsync(stream, "530 5.7.0 Authentication required");
                    break;
                case "RCPT" when !_mode.SmtpUtf8 && line.Any(c => c > 127):
                    await SayAsync(stream, "553 5.6.7 non-ASCII address without SMTPUTF8");
                    break;
                case "DATA":
                    await SayAsync(stream, "354 go");
                    var mail = new StringBuilder();
                    while (await ReadAsync(stream) is { } content and not ".")
                        mail.Append(content).Append('\n');
                    Mails.Enqueue(mail.ToString());
                    await SayAsync(stream, "250 2.0.0 queued");
                    break;
                case "QUIT":
                    await SayAsync(stream, "221 bye");
                    return false;
                default:
                    await SayAsync(stream, "250 ok");
                    break;
            }
        }

        return false;
    }

    private async Task<bool> AuthenticateAsync(Stream stream, string[] command)
    {
        var mechanism = command[1];
        if (!_mode.Mechanisms.Split(' ').Contains(mechanism))
        {
            await SayAsync(stream, "504 5.5.4 unrecognized authentication type");
            return false;
        }

        var given = command.ElementAtOrDefault(2);
        var right = mechanism switch
        {
            "PLAIN" => Decode(given ?? await AskAsync(stream, "")) == $"\0{User}\0{Password}",
            "XOAUTH2" => Decode(given ?? await AskAsync(stream, "")) == $"user={User}\u0001auth=Bearer {Token}\u0001\u0001",
            _ => Decode(given ?? await AskAsync(stream, "Username:")) == User & Decode(await AskAsync(stream, "Password:")) == Password,
        };
        await SayAsync(stream, right ? "235 2.7.0 ok" : "535 5.7.8 wrong");
        return right;
    }

    private static async Task<string> AskAsync(Stream stream, string prompt)
    {
        await SayAsync(stream, $"334 {Convert.ToBase64String(Encoding.ASCII.GetBytes(prompt))}");
        return await ReadAsync(stream) ?? "";
    }

    private static string Decode(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));

    private static async Task SayAsync(Stream stream, string text) => await stream.WriteAsync(Encoding.UTF8.GetBytes(text + "\r\n"));

    private static async Task<string?> ReadAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1)
        {
            if (one[0] == '\n')
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }

        return null;
    }
}
