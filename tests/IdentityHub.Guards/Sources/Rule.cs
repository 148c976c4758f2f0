using NUnit.Framework;

namespace IdentityHub.Guards.Sources;

/// <summary>How a guard speaks: each violation a line, and none is right.</summary>
internal static class Rule
{
    public static void Holds(IEnumerable<string> violations)
    {
        var found = violations.ToList();
        Assert.That(found, Is.Empty, string.Join(Environment.NewLine, found));
    }

    /// <summary>Proves that a guard can fail: one violation in the sample, which names <paramref name="expected"/>.</summary>
    public static void Catches(IEnumerable<string> violations, string expected) =>
        Assert.That(violations.ToList(), Has.Count.EqualTo(1).And.Some.Contains(expected));
}
