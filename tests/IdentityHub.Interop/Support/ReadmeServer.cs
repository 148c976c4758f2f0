using System.Diagnostics;
using System.Text;
using IdentityHub.Testing;

namespace IdentityHub.Interop.Support;

/// <summary>
/// The server as a newcomer starts it: by the command of the README, with a copy of the shipped <c>config/</c> and no database yet.
/// Only the port and the folders are others, and the build of the tests is used.
/// </summary>
internal sealed class ReadmeServer : IAsyncDisposable
{
    /// <summary>The address that the pages name.</summary>
    public const string Documented = "http://localhost:5080";

    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(2);
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-readme-").FullName;
    private readonly StringBuilder _output = new();
    private readonly Process _process;

    private ReadmeServer(string project)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "config"));
        foreach (var file in Directory.GetFiles(SourceTree.PathOf("config")))
            File.Copy(file, Path.Combine(_folder, "config", Path.GetFileName(file)));

        Address = $"http://localhost:{HubProcess.FreePort()}";
        var start = Start("dotnet", [.. SourceTree.RunArguments(project), "--", "--urls", Address]);
        start.Environment["IdentityHub__Issuer"] = Address;
        start.Environment["IdentityHub__ConfigDirectory"] = Path.Combine(_folder, "config");
        start.Environment["IdentityHub__KeyProtection__KeyFile"] = Path.Combine(_folder, "data", "hub.key");
        start.Environment["ConnectionStrings__IdentityHub"] = $"Data Source={Path.Combine(_folder, "data", "identityhub.db")}";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Record(line.Data);
        _process.ErrorDataReceived += (_, line) => Record(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Client = HubClient.Create(new Uri(Address));
    }

    public string Address { get; }

    public HttpClient Client { get; }

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <param name="project">What the README names after <c>--project</c>.</param>
    public static async Task<ReadmeServer> StartAsync(string project)
    {
        var server = new ReadmeServer(project);
        var ready = await Eventually.GetAsync(server.IsReadyAsync, ready => ready || server._process.HasExited);
        if (ready)
            return server;
        var output = server.Output;
        await server.DisposeAsync();
        throw new InvalidOperationException($"The server does not start:{Environment.NewLine}{output}");
    }

    public void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder, file), text);

    /// <summary>Runs commands in the folder of the server; a call that is refused fails.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(string commands)
    {
        var script = $$"""
            set -euo pipefail
            curl() { command curl --fail-with-body "$@"; }
            {{commands.Replace(Documented, Address, StringComparison.Ordinal)}}
            """;
        using var shell = Process.Start(Start("bash", ["-c", script]))!;
        shell.StandardInput.Close();
        var errors = shell.StandardError.ReadToEndAsync();
        var output = await shell.StandardOutput.ReadToEndAsync().WaitAsync(AtMost);
        await shell.WaitForExitAsync();
        return (shell.ExitCode, output + await errors);
    }

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private ProcessStartInfo Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // A newcomer's shell has set none of these.
        foreach (var name in new[] { "DOTNET_ENVIRONMENT", "ASPNETCORE_URLS" })
            start.Environment.Remove(name);

        // Without any setting dotnet run is Development by itself; this server needs settings for its folders.
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        return start;
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Record(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }
}
