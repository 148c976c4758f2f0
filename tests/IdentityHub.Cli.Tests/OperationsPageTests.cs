using System.Text.RegularExpressions;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests;

/// <summary>Every call of <c>hub</c> that <c>docs/operations.md</c> tells an administrator to make is one that there is.</summary>
public partial class OperationsPageTests
{
    private readonly HubShell _hub = new();

    [TearDown]
    public void RemoveFolder() => _hub.Dispose();

    // There is no database in the folder: what is understood fails for that.
    [Test]
    public async Task Every_call_is_understood()
    {
        var page = await File.ReadAllTextAsync(SourceTree.PathOf("docs/operations.md"));
        var calls = Call().Matches(page).Select(match => match.Groups[1].Value.Trim()).Where(call => call.Length > 0).Distinct().ToList();
        var faults = new List<string>();
        foreach (var call in calls)
        {
            if (!await IsUnderstoodAsync(Example(call).Split(' ', StringSplitOptions.RemoveEmptyEntries)))
                faults.Add(call);
        }

        Assert.That(calls, Has.Count.AtLeast(15));
        Assert.That(faults, Is.Empty);
    }

    [TestCase("audit", "query", "--type", "token.refused")]
    [TestCase("doctor", "--everything")]
    public async Task A_call_that_there_is_not_is_found(params string[] call) =>
        Assert.That(await IsUnderstoodAsync(call), Is.False);

    private async Task<bool> IsUnderstoodAsync(string[] call)
    {
        var result = await _hub.RunAsync(call);
        return result.ExitCode != 2 && !result.Error.Contains("Unrecognized command or argument", StringComparison.Ordinal)
            && !result.Error.Contains("Required ", StringComparison.Ordinal);
    }

    private static string Example(string call) => call
        .Replace("TRACE_ID", "0193d2e4-0000-7000-8000-000000000000", StringComparison.Ordinal)
        .Replace("ADDRESS", "203.0.113.7", StringComparison.Ordinal);

    [GeneratedRegex("`hub ([^`]*)`")]
    private static partial Regex Call();
}
