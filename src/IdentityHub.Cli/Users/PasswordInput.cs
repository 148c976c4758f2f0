using IdentityHub.Cli.Output;

namespace IdentityHub.Cli.Users;

/// <summary>
/// Reads a password or another secret where it leaves no trace: never from an argument, which others on the machine can read.
/// </summary>
internal static class PasswordInput
{
    /// <summary>One line of standard input, or, typed twice and not shown, from the terminal.</summary>
    /// <param name="fromStandardInput">True: standard input even where it is a terminal.</param>
    /// <exception cref="CommandException">There is none, or the two differ.</exception>
    public static string Read(bool fromStandardInput)
    {
        if (fromStandardInput || Console.IsInputRedirected)
            return Console.In.ReadLine() is { Length: > 0 } line
                ? line
                : throw new CommandException("There is no password on standard input.");

        var password = SecretInput.Prompt("Password: ");
        if (password.Length == 0)
            throw new CommandException("The password is empty.");
        return SecretInput.Prompt("The same again: ") == password ? password : throw new CommandException("The two passwords differ.");
    }
}
