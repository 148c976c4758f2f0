using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IdentityHub.Testing;

/// <summary>The server as a process of its own, for what a process must survive: being killed, and another node beside it.</summary>
public sealed class HubProcess : IAsyncDisposable
{
    private const int FirstPort = 20_000;
    private const int PortCount = 12_000;

    // Test processes run side by side: each begins elsewhere.
    private static int _ports = Environment.ProcessId * 97 % PortCount;

    private readonly Dictionary<string, string> _settings;
    private readonly StringBuilder _output = new();
    private readonly Uri _address = new($"http://127.0.0.1:{FreePort()}");
    private Process? _process;

    internal HubProcess(Installation installation, IReadOnlyList<(string Key, string Value)> settings, bool issuerIsAddress = false)
    {
        _settings = installation.Settings(settings);
        if (issuerIsAddress)
        {
            _address = new Uri($"http://localhost:{_address.Port}");
            _settings["IdentityHub:Issuer"] = _address.GetLeftPart(UriPartial.Authority);
        }

        Client = HubClient.Create(_address);
    }

    /// <summary>The server that is started: the one of these tests, unless it is another version.</summary>
    public string Program { get; init; } = Path.Combine(AppContext.BaseDirectory, "IdentityHub.Server.dll");

    /// <summary>Settings that the version does not have, or groups of them: they are left out.</summary>
    public IReadOnlyCollection<string> Without { get; init; } = [];

    /// <summary>The <c>iss</c> of its tokens.</summary>
    public string Issuer => _settings["IdentityHub:Issuer"];

    /// <summary>Follows no redirect, keeps no cookie, and has the process as its base address; survives a restart.</summary>
    public HttpClient Client { get; }

    /// <summary>What the process wrote so far, over all its lives.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>How it ended by itself, with all that it wrote; <c>null</c> while it runs.</summary>
    public string? Ended =>
        _process is { HasExited: true } ended
            ? $"The server has ended with exit code {ended.ExitCode}:{Environment.NewLine}{Output}"
            : null;

    /// <summary>Of the process that runs.</summary>
    public int ProcessId => _process!.Id;

    /// <summary>Starts the process, again after <see cref="Kill"/>, at the same address.</summary>
    public void Start()
    {
        // A shell without job control, or nohup, lets what it starts ignore signals, and so do their children.
        string[] program = ["dotnet", Program];
        if (OperatingSystem.IsLinux())
            program = ["env", "--default-signal=HUP,INT,TERM", .. program];
        var start = new ProcessStartInfo(program[0], program[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = _address.ToString();

        // It lives for seconds: profiling its methods in order to compile them better costs more than it saves.
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (key, value) in _settings.Where(known => !Without.Any(name => known.Key.StartsWith(name, StringComparison.Ordinal))))
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Record(line.Data);
        _process.ErrorDataReceived += (_, line) => Record(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Waits for <c>/health/ready</c>.</summary>
    /// <exception cref="InvalidOperationException">The process ended, or is not ready in time; carries its output.</exception>
    public async Task WaitUntilReadyAsync(TimeSpan? atMost = null)
    {
        using var deadline = new CancellationTokenSource(atMost ?? TimeSpan.FromSeconds(60));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (!await IsReadyAsync(deadline.Token))
            {
                if (_process is null or { HasExited: true })
                    throw await EndedAsync(deadline.Token);
                await tick.WaitForNextTickAsync(deadline.Token);
            }
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException($"The server is not ready in time:{Environment.NewLine}{Output}");
        }
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public void Kill()
    {
        if (_process is not { } process)
            return;
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        _process = null;
    }

    /// <summary>SIGTERM: how a service manager, or Kubernetes, tells a process to stop.</summary>
    public void Terminate() => Signal("TERM");

    /// <summary>Sends a signal, such as <c>HUP</c>.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process!.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end of the process after <see cref="Terminate"/>.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitForExitAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process!.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        Client.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A TCP port of the loopback address that nothing listens on.</summary>
    public static int FreePort()
    {
        // Not one that the system gives out: until the process listens, another connection would get it, and a test would talk to the
        // server of another one.
        while (true)
        {
            var port = FirstPort + ((Interlocked.Increment(ref _ports) & int.MaxValue) % PortCount);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await Client.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    // A process can be gone before its last lines are read: only this wait covers both pipes to their end.
    private async Task<InvalidOperationException> EndedAsync(CancellationToken cancellationToken)
    {
        if (_process is { } process)
            await process.WaitForExitAsync(cancellationToken);
        return new InvalidOperationException($"The server has ended:{Environment.NewLine}{Output}");
    }

    private void Record(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }
}
