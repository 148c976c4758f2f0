using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests;

/// <summary>Asserts on the faults of one file. <c>«</c> in its text marks the place of the fault, and is removed before reading.</summary>
internal static class Faulty
{
    /// <summary>The file has exactly one fault: at the mark, with this path and message.</summary>
    public static void At(string marked, string pathAndMessage, string stage = ConfigContext.Development)
    {
        var (text, line, column) = Unmark(marked);
        using var folder = new ConfigFolder().With("test.yaml", text);
        Assert.That(
            folder.Load(stage).Faults.Select(fault => fault.ToString()),
            Is.EqualTo([$"config/test.yaml({line},{column}): {pathAndMessage}"]));
    }

    /// <summary>The file has no fault.</summary>
    public static ConfigDocument None(string text, string stage = ConfigContext.Development)
    {
        using var folder = new ConfigFolder().With("test.yaml", text);
        var result = folder.Load(stage);
        Assert.That(result.Faults, Is.Empty);
        return result.Document!;
    }

    private static (string Text, int Line, int Column) Unmark(string marked)
    {
        var at = marked.IndexOf('«', StringComparison.Ordinal);
        var before = marked[..at];
        return (marked.Remove(at, 1), before.Count(c => c == '\n') + 1, at - before.LastIndexOf('\n'));
    }
}
