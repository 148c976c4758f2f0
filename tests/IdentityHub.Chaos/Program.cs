using System.Globalization;
using IdentityHub.Chaos;
using IdentityHub.Chaos.Faults;

return args switch
{
    ["run", .. var options] => await Command.RunFaultsAsync(options),
    ["upgrade", .. var options] => await Command.UpgradeAsync(options),
    ["soak", .. var options] => await Command.SoakAsync(options),
    ["check", var history, var connectionString] => Command.Report(await Checker.CheckAsync(history, connectionString)),
    _ => Command.ShowUsage(),
};

/// <summary>The verbs of the program; README.md describes them.</summary>
internal static class Command
{
    private const int Clients = 3;
    private const int ShortSeconds = 3;
    private const int LongSeconds = 20;

    public static async Task<int> RunFaultsAsync(string[] options)
    {
        var isShort = options.Contains("--short");
        var seconds = Number(options, "--seconds", isShort ? ShortSeconds : LongSeconds);
        var only = Text(options, "--only");
        await using var cluster = await Cluster.StartAsync();
        return await RunAsync(
            cluster, FaultRun.AllFaults(!isShort).Where(fault => only is null || fault.Name == only), seconds, HistoryFile(options));
    }

    public static async Task<int> UpgradeAsync(string[] options)
    {
        if (Text(options, "--from") is not { } reference)
            return ShowUsage();
        using var release = await Release.OpenAsync(reference);
        await using var cluster = await Cluster.StartAsync(release);
        return await RunAsync(cluster, [new Upgrade()], Number(options, "--seconds", LongSeconds), HistoryFile(options));
    }

    public static async Task<int> SoakAsync(string[] options) => Report(await Soak.RunAsync(Number(options, "--minutes", 30), Clients));

    public static int Report(IReadOnlyList<string> lost)
    {
        foreach (var sentence in lost)
            Console.WriteLine(sentence);
        Console.WriteLine(lost.Count == 0 ? "Nothing was lost." : $"{lost.Count} things are not as they should be.");
        return lost.Count == 0 ? 0 : 1;
    }

    private static async Task<int> RunAsync(Cluster cluster, IEnumerable<IFault> faults, int seconds, string file)
    {
        var lost = new List<string>();
        using var history = new History(file);
        Console.WriteLine($"{"fault",-18}{"answers",9}{"503",7}{"lost",7}{"back after",12}  not as it should be");
        foreach (var fault in faults)
        {
            if (fault.Missing is { } missing)
            {
                Console.WriteLine($"{fault.Name,-18}left out: {missing}");
                continue;
            }

            var result = await new FaultRun(cluster, history, TimeSpan.FromSeconds(seconds), Clients).RunAsync(fault);
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{result.Name,-18}{result.Answered,9}{result.Unavailable,7}{result.WithoutAnswer,7}")
                    + string.Create(CultureInfo.InvariantCulture, $"{result.Back.TotalSeconds,10:0.0} s  ")
                    + (result.Lost.Count == 0 ? "nothing" : $"{result.Lost.Count}"));
            lost.AddRange(result.Lost.Select(sentence => $"{result.Name}: {sentence}"));
        }

        Console.WriteLine($"The history has {history.Count} entries: {file}");
        return Report(lost);
    }

    private static string HistoryFile(string[] options) =>
        Text(options, "--history") ?? Path.Combine(Path.GetTempPath(), $"identityhub-chaos-{Environment.ProcessId}.jsonl");

    public static int ShowUsage()
    {
        Console.Error.WriteLine(
            "run [--short] [--seconds N] [--only FAULT] [--history FILE] | upgrade --from REF [--seconds N] [--history FILE] | "
                + "soak [--minutes N] | check FILE CONNECTION_STRING");
        return 2;
    }

    private static string? Text(string[] options, string name) =>
        Array.IndexOf(options, name) is var at and >= 0 && at + 1 < options.Length ? options[at + 1] : null;

    private static int Number(string[] options, string name, int missing) =>
        Text(options, name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : missing;
}
