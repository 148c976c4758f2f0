using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace IdentityHub.Interop.Support;

/// <summary>A mail as <c>smtp-server</c> has got it.</summary>
internal sealed record ReceivedMail(string From, IReadOnlyList<string> To, bool Secure, string? User, string Data)
{
    /// <summary>The header of that name, unfolded; null for none.</summary>
    public string? Header(string name) =>
        Headers.LastOrDefault(header => header.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    /// <summary>Every header line, unfolded.</summary>
    public IReadOnlyList<string> Headers =>
        Data.ReplaceLineEndings("\n")
            .Split("\n\n")[0]
            .Replace("\n ", " ", StringComparison.Ordinal)
            .Replace("\n\t", " ", StringComparison.Ordinal)
            .Split('\n');
}

/// <summary>https://github.com/nodemailer/smtp-server as a process of its own: a mail server that nobody here wrote.</summary>
internal sealed class SmtpServer : IDisposable
{
    private static readonly TimeProvider Clock = TimeProvider.System;
    private readonly Process _process;
    private int _connections;

    private SmtpServer(Process process) => _process = process;

    public int Port { get; private set; }

    /// <summary>How often somebody has connected.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>In the order of arrival.</summary>
    public ConcurrentQueue<ReceivedMail> Received { get; } = [];

    /// <summary>Starts a server.</summary>
    /// <param name="mode"><c>plain</c>, <c>starttls</c>, <c>slow</c>, <c>half</c>, <c>no-mailbox</c> or <c>later</c>.</param>
    /// <param name="certificate">With its private key; null where there is no TLS.</param>
    public static async Task<SmtpServer> StartAsync(
        string mode, X509Certificate2? certificate = null, string? user = null, string? password = null)
    {
        var options = JsonSerializer.Serialize(
            new
            {
                mode,
                cert = certificate?.ExportCertificatePem(),
                key = certificate?.GetECDsaPrivateKey()?.ExportPkcs8PrivateKeyPem(),
                user,
                password,
            });
        var start = new ProcessStartInfo("node", [NodeScript.PathOf("smtp-server/listen.mjs"), options])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var server = new SmtpServer(Process.Start(start)!);
        var ready = new TaskCompletionSource();
        server._process.OutputDataReceived += (_, line) => server.Read(line.Data, ready);
        server._process.BeginOutputReadLine();
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(30), Clock);
        return server;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private void Read(string? line, TaskCompletionSource ready)
    {
        if (line is null)
            return;
        var said = JsonElement.Parse(line);
        if (said.TryGetProperty("port", out var port))
        {
            Port = port.GetInt32();
            ready.SetResult();
        }
        else if (said.TryGetProperty("connection", out _))
        {
            Interlocked.Increment(ref _connections);
        }
        else
        {
            Received.Enqueue(said.Deserialize<ReceivedMail>(JsonSerializerOptions.Web)!);
        }
    }
}
