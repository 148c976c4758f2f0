namespace IdentityHub.Cli;

/// <summary>What a script learns from every command.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Refused or failed; standard error says why.</summary>
    public const int Failed = 1;

    /// <summary>The command line itself is wrong; nothing was tried.</summary>
    public const int Usage = 2;
}
