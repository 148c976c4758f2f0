using System.CommandLine;

namespace IdentityHub.Cli.Config;

/// <summary>Arguments that several commands of <c>hub config</c> share.</summary>
internal static class ConfigArguments
{
    /// <summary>The folder of the configuration files; wins over <c>--config</c>.</summary>
    public static Argument<string?> Folder { get; } = new("FOLDER")
    {
        Description = "Folder of the configuration files, in place of --config.",
        Arity = ArgumentArity.ZeroOrOne,
    };
}
