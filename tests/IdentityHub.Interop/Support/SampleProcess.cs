using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using IdentityHub.Testing;

namespace IdentityHub.Interop.Support;

/// <summary>A program of <c>deploy/samples</c>, running.</summary>
internal sealed partial class SampleProcess : IAsyncDisposable
{
    // How long a program takes to start is not what a test is about.
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly string _home = Directory.CreateTempSubdirectory("hub-sample-").FullName;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SampleProcess(string program, string urls, IReadOnlyList<(string Key, string Value)> settings)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, program + ".dll")])
        {
            WorkingDirectory = _home,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = urls;
        start.Environment["HOME"] = _home;
        foreach (var (key, value) in settings)
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        _process = Process.Start(start)!;
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) =>
            _address.TrySetException(new InvalidOperationException($"{program} has ended:{Environment.NewLine}{Output}"));
        _process.OutputDataReceived += (_, line) => Record(line.Data);
        _process.ErrorDataReceived += (_, line) => Record(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Client = HubClient.Create(new Uri("http://localhost"));
    }

    /// <summary>Follows no redirect, keeps no cookie, and has the program as its base address.</summary>
    public HttpClient Client { get; private set; }

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Starts a program and waits until it listens.</summary>
    /// <param name="program">Name of its assembly.</param>
    /// <param name="urls">Where it listens; port 0 for any.</param>
    public static async Task<SampleProcess> StartAsync(
        string program, string urls, params IReadOnlyList<(string Key, string Value)> settings)
    {
        var process = new SampleProcess(program, urls, settings);
        try
        {
            var address = await process._address.Task.WaitAsync(AtMost);
            process.Client.Dispose();
            process.Client = HubClient.Create(address);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_home, recursive: true);
        return ValueTask.CompletedTask;
    }

    private void Record(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
        if (Listening().Match(line ?? "") is { Success: true } match)
            _address.TrySetResult(new Uri(match.Groups[1].Value));
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();
}
