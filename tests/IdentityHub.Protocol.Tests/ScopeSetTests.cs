using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace IdentityHub.Protocol.Tests;

[Property("Spec", "RFC 6749 3.3")]
public class ScopeSetTests
{
    private static readonly char[] ScopeCharacters =
        [.. Enumerable.Range(0x21, 0x7e - 0x21 + 1).Select(code => (char)code).Where(c => c is not ('"' or '\\'))];

    private static readonly Gen<string> Names = Gen.Elements(ScopeCharacters)
        .NonEmptyListOf()
        .Where(list => list.Count <= ScopeSet.MaxNameLength)
        .Select(list => string.Concat(list));

    [Test]
    public void Well_formed_names_come_back_in_order_and_once() =>
        Always.Holds(Names.ListOf(), names =>
            ScopeSet.Parse(ScopeSet.Format(names)) is { } parsed && parsed.SequenceEqual(names.Distinct(StringComparer.Ordinal)));

    [Test]
    public void What_was_read_is_written_and_read_the_same() =>
        Always.Holds<string?>(
            text => ScopeSet.Parse(text) is not { } names || ScopeSet.Parse(ScopeSet.Format(names))!.SequenceEqual(names), cases: 1_000);

    [TestCase(null)]
    [TestCase("")]
    [TestCase(" ")]
    [TestCase("   ")]
    public void Nothing_is_the_empty_list(string? scope) => Assert.That(ScopeSet.Parse(scope), Is.Empty);

    [TestCase("openid\tprofile")]
    [TestCase("openid\nprofile")]
    [TestCase("openid \"profile\"")]
    [TestCase("a\\b")]
    [TestCase("é")]
    [TestCase("open\0id")]
    [TestCase("\u00a0")]
    [TestCase("\u007f")]
    public void A_character_outside_the_grammar_refuses_the_whole_list(string scope) => Assert.That(ScopeSet.Parse(scope), Is.Null);

    [Test]
    public void Names_differ_by_case() => Assert.That(ScopeSet.Parse("Read read READ"), Is.EqualTo(new[] { "Read", "read", "READ" }));

    [Test]
    public void A_name_may_have_128_characters_and_no_more()
    {
        Assert.That(ScopeSet.Parse(new string('a', ScopeSet.MaxNameLength)), Has.Count.EqualTo(1));
        Assert.That(ScopeSet.Parse(new string('a', ScopeSet.MaxNameLength + 1)), Is.Null);
    }

    [Test]
    public void A_list_may_have_128_names_and_no_more()
    {
        var names = Enumerable.Range(0, ScopeSet.MaxCount).Select(i => $"scope{i}").ToList();

        Assert.That(ScopeSet.Parse(ScopeSet.Format(names)), Has.Count.EqualTo(ScopeSet.MaxCount));
        Assert.That(ScopeSet.Parse(ScopeSet.Format([.. names, names[0]])), Has.Count.EqualTo(ScopeSet.MaxCount), "a repeat does not count");
        Assert.That(ScopeSet.Parse(ScopeSet.Format([.. names, "one-more"])), Is.Null);
    }
}
