using System.Diagnostics;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Completion;

public class CompletionTests
{
    private readonly HubShell _hub = new();

    [TearDown]
    public void RemoveFolder() => _hub.Dispose();

    [TestCase("hub to", "tokens")]
    [TestCase("hub tokens ", "inspect revoke")]
    [TestCase("hub keys ro", "rotate")]
    [TestCase("hub keys rotate --al", "--algorithm")]
    [TestCase("hub keys rotate --algorithm ", "ES256 RS256")]
    [TestCase("hub  users   ex", "export")]
    [TestCase("hub nothing such", "")]
    public async Task Bash_completes_what_is_typed(string line, string words)
    {
        Assume.That(OperatingSystem.IsWindows(), Is.False);
        var script = await _hub.RunAsync("completion", "bash");
        var program = Path.Combine(AppContext.BaseDirectory, "hub.dll");

        // As bash calls it: the words of the line, and the one that the cursor is in.
        var completed = await RunAsync(
            "bash",
            $$"""
            hub() { dotnet '{{program}}' "$@"; }
            {{script.Output}}
            COMP_LINE='{{line}}'; COMP_POINT=${#COMP_LINE}
            read -r -a COMP_WORDS <<< "$COMP_LINE"
            [[ "$COMP_LINE" == *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
            _hub
            echo "${COMPREPLY[*]}"
            """);

        Assert.That((script.ExitCode, completed.Error), Is.EqualTo((0, "")));
        foreach (var word in words.Split(' '))
            Assert.That(completed.Output.Split(' ', '\n'), Does.Contain(word));
        Assert.That(completed.Output, Does.Not.Contain("migrate"));
    }

    [TestCase("bash", "-n")]
    [TestCase("zsh", "-n")]
    public async Task The_script_is_one_of_its_shell(string shell, string check)
    {
        Assume.That(Path.Exists($"/bin/{shell}") || Path.Exists($"/usr/bin/{shell}"), $"{shell} is not installed here.");
        var script = await _hub.RunAsync("completion", shell);

        var checkedScript = await RunAsync(shell, script.Output, check);

        Assert.That((checkedScript.ExitCode, checkedScript.Error), Is.EqualTo((0, "")));
    }

    [TestCase("zsh", "compdef _hub hub")]
    [TestCase("pwsh", "Register-ArgumentCompleter -Native -CommandName hub")]
    public async Task The_script_registers_itself(string shell, string registration) =>
        Assert.That((await _hub.RunAsync("completion", shell)).Output, Does.Contain(registration));

    private async Task<HubResult> RunAsync(string shell, string script, params string[] options)
    {
        using var process = Process.Start(HubShell.NewStart(_hub.Folder, shell, [.. options, "-s"]))!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(script);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return new HubResult(process.ExitCode, (await output).TrimEnd(), (await error).TrimEnd());
    }
}
