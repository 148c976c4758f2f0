using System.Text;

namespace IdentityHub.Cli.Output;

/// <summary>Asks for what others must not see, and for a yes.</summary>
internal static class SecretInput
{
    /// <summary>The first line of standard input, or what is typed and not shown on a terminal; without blanks around it.</summary>
    /// <param name="name">What it is, such as <c>token</c>.</param>
    /// <exception cref="CommandException">There is none.</exception>
    public static string Read(string name)
    {
        var given = (Console.IsInputRedirected ? Console.In.ReadLine() : Prompt($"The {name}: "))?.Trim();
        return string.IsNullOrEmpty(given) ? throw new CommandException($"There is no {name} on standard input.") : given;
    }

    /// <summary>Asks on the terminal whether to go on.</summary>
    /// <param name="question">Without its question mark.</param>
    /// <exception cref="CommandException">The answer is not yes, or standard input is no terminal.</exception>
    public static void Confirm(string question)
    {
        if (Console.IsInputRedirected)
            throw new CommandException("Nothing was done: standard input is no terminal, so that no one can confirm it. Give --yes.");
        Console.Error.Write($"{question}? [y/N] ");
        if (Console.In.ReadLine()?.Trim() is not ("y" or "Y" or "yes"))
            throw new CommandException("Nothing was done.");
    }

    /// <summary>What is typed after <paramref name="text"/>, without showing it.</summary>
    // On standard error: standard output is for what the command makes.
    public static string Prompt(string text)
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
