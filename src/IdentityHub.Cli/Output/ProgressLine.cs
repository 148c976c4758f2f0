using Spectre.Console;

namespace IdentityHub.Cli.Output;

/// <summary>Shows on a terminal how much of a long work is done, and how long the rest takes; shows nothing elsewhere.</summary>
internal static class ProgressLine
{
    /// <summary>Runs the work with a bar on standard error.</summary>
    /// <param name="total">The value at which all is done; null where it is not known.</param>
    /// <param name="work">Is given what it calls after each step: what was done, and the value that was reached.</param>
    /// <param name="isQuiet">True: nothing is shown, as where the answer is JSON.</param>
    public static Task<T> ShowAsync<T>(double? total, Func<Action<string, double>, Task<T>> work, bool isQuiet = false)
    {
        if (isQuiet || Console.IsErrorRedirected)
            return work((_, _) => { });

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var task = progress.AddTask("0 users", maxValue: Math.Max(1, total ?? 1));
                task.IsIndeterminate = total is null;
                var result = await work((done, value) =>
                {
                    task.Description = done;
                    task.Value = total is null ? 0 : value;
                });
                task.IsIndeterminate = false;
                task.Value = task.MaxValue;
                return result;
            });
    }
}
