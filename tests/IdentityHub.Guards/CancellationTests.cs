using System.Text.RegularExpressions;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>
/// A cancellation that the caller did not ask for is a failure like any other: background work that lets it pass ends, and the host with
/// it. What is caught therefore asks for the token (<c>Cancellation.IsCancellation</c>).
/// </summary>
public partial class CancellationTests
{
    // The library that it calls reaches neither network nor database; the command line ends with its failure.
    private static readonly string[] Allowed = ["PasskeyVerifier.cs", "TailCommand.cs"];

    [Test]
    public void What_catches_failures_asks_whether_a_cancellation_was_asked_for() =>
        Rule.Holds(Violations(Repository.CSharp().Where(file => !Allowed.Any(name => file.Path.EndsWith(name, StringComparison.Ordinal)))));

    [TestCase("catch (Exception failure) when (failure is not OperationCanceledException)")]
    public void Another_filter_is_caught(string code) => Rule.Catches(Violations([new SourceFile("a.cs", code)]), "a.cs:1");

    [TestCase("catch (Exception failure) when (!failure.IsCancellation(stoppingToken))")]
    [TestCase("catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)")]
    public void The_right_filter_is_not(string code) => Rule.Holds(Violations([new SourceFile("a.cs", code)]));

    private static IEnumerable<string> Violations(IEnumerable<SourceFile> files) => files.SelectMany(file => file.Find(Filter()));

    [GeneratedRegex(@"\bis not (Operation|Task)CanceledException\b")]
    private static partial Regex Filter();
}
