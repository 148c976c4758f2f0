namespace IdentityHub.Cli;

/// <summary>What a script learns from every command.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Refused or failed; standard error says why.</summary>
    public const int Failed = 1;

    /// <summary>The command line itself is wrong; nothing was tried.</summary>
    public const int Usage = 2;

    /// <summary>
    /// A comparison (<c>hub config plan</c>, <c>hub config diff</c>) found differences. There, a wrong command line is
    /// <see cref="Failed"/>.
    /// </summary>
    public const int Changes = 2;

    /// <summary>
    /// Of <c>hub doctor</c>: nothing is wrong, and something should be looked at. A wrong command line is
    /// <see cref="Failed"/>.
    /// </summary>
    public const int Warnings = 2;

    /// <summary>
    /// Of <c>hub db status</c>: the database is behind the program. A wrong command line is <see cref="Failed"/>.
    /// </summary>
    public const int Behind = 2;
}
