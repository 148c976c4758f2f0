using IdentityHub.Storage.Users;
using Spectre.Console;

namespace IdentityHub.Cli.Users.Import;

/// <summary>Shows on a terminal how much of a file is done, and how long the rest takes; shows nothing elsewhere.</summary>
internal static class ImportProgress
{
    /// <summary>Runs the work with the bar on standard error.</summary>
    /// <param name="file">Its position says how much is read.</param>
    /// <param name="work">Is given what it calls after each step.</param>
    public static Task<UserImport> ShowAsync(FileStream file, Func<Action<UserImport>, Task<UserImport>> work)
    {
        if (Console.IsErrorRedirected)
            return work(_ => { });

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var task = progress.AddTask("0 users", maxValue: Math.Max(1, file.Length));
                var import = await work(done =>
                {
                    task.Description = $"{done.Imported} users";
                    task.Value = file.Position;
                });
                task.Value = task.MaxValue;
                return import;
            });
    }
}
