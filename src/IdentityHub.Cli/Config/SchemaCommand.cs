using System.CommandLine;
using IdentityHub.ConfigAsCode;

namespace IdentityHub.Cli.Config;

/// <summary><c>hub config schema</c>: prints the JSON schema of the files.</summary>
internal static class SchemaCommand
{
    private const string Description =
        """
        Prints the JSON schema of the configuration files of this version: every key, its values and its default.

        An editor with a YAML language server completes and checks the files with it. Needs no files, no database and no key.

        Example:
          hub config schema > config/schema.json
        """;

    public static Command Create()
    {
        var command = new Command("schema", Description);
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.Write(ConfigSchema.Generate());
            return ExitCode.Done;
        });
        return command;
    }
}
