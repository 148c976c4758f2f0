namespace IdentityHub.Cli;

/// <summary>The command cannot continue for a reason outside the program.</summary>
/// <param name="message">One sentence for standard error: what is wrong and what to do. Never a secret.</param>
internal sealed class CommandException(string message, Exception? cause = null) : Exception(message, cause);
