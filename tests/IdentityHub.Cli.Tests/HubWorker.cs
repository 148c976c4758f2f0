using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests;

/// <summary>
/// A process that calls <c>hub</c> again and again, each time with the folder, the settings and the input of one call. Most of the time of
/// a call of its own process is the compilation of the code that it runs; here that is done once.
/// </summary>
internal sealed class HubWorker : IDisposable
{
    private static readonly ConcurrentBag<HubWorker> Idle = [];
    private readonly Process _process;

    private HubWorker()
    {
        var start = HubShell.NewStart(AppContext.BaseDirectory, "dotnet", [typeof(HubWorker).Assembly.Location]);
        _process = Process.Start(start)!;
        _ = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Runs one call to its end, in a worker that nobody else uses meanwhile.</summary>
    public static async Task<HubResult> RunAsync(HubCall call)
    {
        if (!Idle.TryTake(out var worker))
            worker = new HubWorker();
        await worker._process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(call));
        await worker._process.StandardInput.FlushAsync();
        var answer = await worker._process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("The process that calls hub has ended.");
        Idle.Add(worker);
        return JsonSerializer.Deserialize<HubResult>(answer)!;
    }

    /// <summary>Ends the workers that nobody uses.</summary>
    public static void EndAll()
    {
        while (Idle.TryTake(out var worker))
            worker.Dispose();
    }

    /// <summary>
    /// The work of such a process: answers each line of <paramref name="calls"/> with one of <paramref name="answers"/>, until there is
    /// none.
    /// </summary>
    public static void Serve(TextReader calls, TextWriter answers)
    {
        while (calls.ReadLine() is { } line)
        {
            answers.WriteLine(JsonSerializer.Serialize(Run(JsonSerializer.Deserialize<HubCall>(line)!)));
            answers.Flush();
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static HubResult Run(HubCall call)
    {
        using var input = new StringReader(call.Input);
        using var output = new StringWriter();
        using var error = new StringWriter();
        Console.SetIn(input);
        Console.SetOut(output);
        Console.SetError(error);
        Environment.CurrentDirectory = call.Folder;
        foreach (var (variable, value) in call.Settings)
            Environment.SetEnvironmentVariable(variable, value);
        var exitCode = Run(call.Arguments, error);
        foreach (var variable in call.Settings.Keys)
            Environment.SetEnvironmentVariable(variable, null);

        // The end of a process closes them.
        SqliteConnection.ClearAllPools();
        NpgsqlConnection.ClearAllPools();
        return new HubResult(exitCode, output.ToString().TrimEnd(), error.ToString().TrimEnd());
    }

    private static int Run(string[] arguments, StringWriter error)
    {
        try
        {
            return (int)Assembly.Load("hub").EntryPoint!.Invoke(null, [arguments])!;
        }
        catch (TargetInvocationException crash)
        {
            error.Write($"Unhandled exception. {crash.InnerException}");
            return HubShell.Crashed;
        }
    }
}

/// <summary>What one call of <c>hub</c> is given.</summary>
/// <param name="Folder">The working directory.</param>
/// <param name="Settings">Environment variables.</param>
/// <param name="Input">Standard input.</param>
internal sealed record HubCall(string Folder, IReadOnlyDictionary<string, string> Settings, string Input, string[] Arguments);

/// <summary>Ends the workers with the tests.</summary>
[SetUpFixture]
public class HubWorkers
{
    [OneTimeTearDown]
    public void End() => HubWorker.EndAll();
}
