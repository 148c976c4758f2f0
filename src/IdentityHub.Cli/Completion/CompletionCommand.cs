using System.CommandLine;

namespace IdentityHub.Cli.Completion;

/// <summary><c>hub completion</c>: what a shell needs to complete commands of <c>hub</c>.</summary>
internal static class CompletionCommand
{
    private const string Description =
        """
        Prints a script with which the shell completes commands, options and their values. The shell asks the program itself, so that the script stays
        good with later versions.

        Examples:
          hub completion bash > /etc/bash_completion.d/hub
          hub completion zsh > "${fpath[1]}/_hub"
          hub completion pwsh | Out-String | Invoke-Expression
        """;

    // Position and text are those of what follows the name of the program.
    private const string Bash =
        """
        # Completes commands of hub in bash. Made by: hub completion bash
        _hub() {
            local before="${COMP_LINE:0:COMP_POINT}"
            local line="${before#"${before%%[![:space:]]*}"}"
            line="${line#"${COMP_WORDS[0]}"}"
            line="${line#"${line%%[![:space:]]*}"}"
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _hub hub
        """;

    private const string Zsh =
        """
        #compdef hub
        # Completes commands of hub in zsh. Made by: hub completion zsh
        _hub() {
            local line="${(j: :)words[2,CURRENT]}"
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
            if (( ${#found} && ${#found[1]} )); then
                compadd -- "${found[@]}"
            else
                _files
            fi
        }
        if [ "$funcstack[1]" = "_hub" ]; then
            _hub "$@"
        else
            compdef _hub hub
        fi
        """;

    private const string PowerShell =
        """
        # Completes commands of hub in PowerShell. Made by: hub completion pwsh
        Register-ArgumentCompleter -Native -CommandName hub -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $name = $commandAst.CommandElements[0].Extent.Text
            $text = $commandAst.Extent.Text
            $text = $text.PadRight([Math]::Max($text.Length, $cursorPosition - $commandAst.Extent.StartOffset))
            $line = $text.Substring($name.Length).TrimStart()
            & $name "[suggest:$($line.Length)]" "$line" 2>$null |
                Where-Object { $_ -like "$wordToComplete*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    public static Command Create() => new("completion", Description)
    {
        Of("bash", Bash), Of("zsh", Zsh), Of("pwsh", PowerShell),
    };

    private static Command Of(string shell, string script)
    {
        var command = new Command(shell, $"Prints the script for {shell}.");
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(script));
        return command;
    }
}
