using System.Text;

namespace IdentityHub.Cli.Users;

/// <summary>Reads a password where it leaves no trace: never from an argument, which others on the machine can read.</summary>
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

        var password = Prompt("Password: ");
        if (password.Length == 0)
            throw new CommandException("The password is empty.");
        return Prompt("The same again: ") == password ? password : throw new CommandException("The two passwords differ.");
    }

    // On standard error: standard output is for what the command makes.
    private static string Prompt(string text)
    {
        Console.Error.Write(text);
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
                typed.Length -= Math.Min(typed.Length, 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
