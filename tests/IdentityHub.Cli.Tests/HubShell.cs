using System.Diagnostics;

namespace IdentityHub.Cli.Tests;

/// <summary>What one call of <c>hub</c> left behind.</summary>
/// <param name="Output">Standard output without the last line feed.</param>
/// <param name="Error">Standard error without the last line feed.</param>
internal sealed record HubResult(int ExitCode, string Output, string Error);

/// <summary>Calls <c>hub</c> as a shell does: in a folder of its own, with nothing of the caller's settings.</summary>
internal sealed class HubShell : IDisposable
{
    /// <summary>The exit code of a process that ends with an unhandled exception.</summary>
    public const int Crashed = 134;

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "hub.dll");
    private static readonly string[] Foreign = ["ConnectionStrings__", "IdentityHub__", "ASPNETCORE_", "DOTNET_ENVIRONMENT"];
    private readonly Dictionary<string, string> _settings = [];

    /// <summary>The working directory; removed when disposed.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("hub-cli-").FullName;

    /// <summary>Sets an environment variable of later calls.</summary>
    public HubShell With(string variable, string value)
    {
        _settings[variable] = value;
        return this;
    }

    /// <summary>Writes a file below the working directory.</summary>
    public HubShell WithFile(string path, string text)
    {
        var file = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return this;
    }

    public bool Has(string path) => Path.Exists(Path.Combine(Folder, path));

    /// <summary>True for a file that nobody but its owner may read or write; on Windows rights are those of the folder.</summary>
    public bool IsPrivate(string path) =>
        OperatingSystem.IsWindows()
        || File.GetUnixFileMode(Path.Combine(Folder, path)) == (UnixFileMode.UserRead | UnixFileMode.UserWrite);

    /// <summary>Runs to the end with nothing on standard input.</summary>
    public Task<HubResult> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);

    /// <summary>Runs to the end.</summary>
    public Task<HubResult> RunWithInputAsync(string input, params string[] arguments) =>
        HubWorker.RunAsync(new HubCall(Folder, _settings, input, arguments));

    /// <summary>Runs to the end, in a process that nothing else runs in, with nothing on standard input.</summary>
    public Task<HubResult> RunAloneAsync(params string[] arguments) => RunProgramAsync("", "dotnet", [Program, .. arguments]);

    /// <summary>
    /// Runs to the end as a user whom the rights of files bind. Root loses the capabilities with which it reads every file
    /// (<c>setpriv</c> of util-linux).
    /// </summary>
    public Task<HubResult> RunBoundByRightsAsync(params string[] arguments) =>
        Environment.IsPrivilegedProcess
            ? RunProgramAsync(
                "", "setpriv",
                [
                    "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search", "dotnet", Program,
                    .. arguments,
                ])
            : RunAloneAsync(arguments);

    /// <summary>
    /// Runs on a terminal (<c>script</c> of util-linux makes one) on which <paramref name="typed"/> is typed; both outputs are one.
    /// </summary>
    public Task<HubResult> RunOnTerminalAsync(string typed, string arguments) =>
        RunProgramAsync(
            typed, "script", ["--quiet", "--return", "--echo", "never", "--command", $"dotnet '{Program}' {arguments}", "/dev/null"]);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>
    /// Starts a call, with nothing on standard input, and lets it run. It receives SIGINT as in a terminal: a shell without job control
    /// lets its background processes, such as the ones that run these tests, ignore that signal, and so does all that they start.
    /// </summary>
    public Process Start(params string[] arguments)
    {
        var process = Process.Start(NewStartHere("env", ["--default-signal=INT", "dotnet", Program, .. arguments]))!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>
    /// How a process is started that has nothing of the caller's settings, with its input and outputs in the hands of the caller.
    /// </summary>
    internal static ProcessStartInfo NewStart(string folder, string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var variable in start
                .Environment.Keys.Where(name => Foreign.Any(foreign => name.StartsWith(foreign, StringComparison.OrdinalIgnoreCase)))
                .ToList())
            start.Environment.Remove(variable);
        return start;
    }

    private async Task<HubResult> RunProgramAsync(string input, string program, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(NewStartHere(program, arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await WriteAsync(process, input);
        await process.WaitForExitAsync();
        return new HubResult(process.ExitCode, (await output).TrimEnd(), (await error).TrimEnd());
    }

    private ProcessStartInfo NewStartHere(string program, IReadOnlyList<string> arguments)
    {
        var start = NewStart(Folder, program, arguments);
        foreach (var (variable, value) in _settings)
            start.Environment[variable] = value;
        return start;
    }

    private static async Task WriteAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The process ended without reading: what it says is the answer.
        }
    }
}
