using System.CommandLine;

namespace IdentityHub.Cli.Output;

/// <summary>Options that say in which form a command answers.</summary>
internal static class OutputOptions
{
    /// <summary>One JSON document on standard output in place of text for people.</summary>
    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Write JSON to standard output: keys in snake_case, times in UTC (RFC 3339).",
    };
}
