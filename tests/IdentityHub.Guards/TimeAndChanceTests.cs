using System.Text.RegularExpressions;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>Time comes from a <c>TimeProvider</c>, chance from the system's CSPRNG; tests wait for events, not for the clock.</summary>
public partial class TimeAndChanceTests
{
    [Test]
    public void Sources_and_tests_take_time_and_chance_from_where_they_should() =>
        Rule.Holds(Violations([.. Repository.CSharp(), .. Repository.CSharp("tests")]));

    [TestCase("var now = DateTime.Now;")]
    [TestCase("var now = DateTime.UtcNow;")]
    [TestCase("var now = DateTimeOffset.UtcNow;")]
    [TestCase("var random = new Random();")]
    [TestCase("var random = Random.Shared.Next();")]
    [TestCase("Thread.Sleep(5);")]
    [TestCase("await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);")]
    [TestCase("var text = $\"{DateTime.UtcNow}\";")]
    public void Another_source_of_time_or_chance_is_caught(string code) =>
        Rule.Catches(Violations([new SourceFile("a.cs", code)]), "a.cs:1");

    [TestCase("var now = time.GetUtcNow();")]
    [TestCase("await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);")]
    [TestCase("await Task.Delay(TimeSpan.FromMinutes(1), _time);")]
    [TestCase("// DateTime.Now is banned")]
    public void The_right_source_is_not(string code) => Rule.Holds(Violations([new SourceFile("a.cs", code)]));

    private static IEnumerable<string> Violations(IEnumerable<SourceFile> files) => files.SelectMany(file => file.Find(Banned()));

    [GeneratedRegex(
        @"\bDateTime\.(Utc)?Now\b|\bDateTime\.Today\b|\bDateTimeOffset\.(Utc)?Now\b|\bnew "
            + @"Random\(|\bRandom\.Shared\b|\bThread\.Sleep\b|\bTask\.Delay\((?![^;]*\b(?:_?[tT]ime|Clock)\b)[^;]*")]
    private static partial Regex Banned();
}
