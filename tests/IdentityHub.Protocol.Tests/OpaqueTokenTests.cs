using System.Text;
using FsCheck.Fluent;
using NUnit.Framework;

namespace IdentityHub.Protocol.Tests;

[Property("Spec", "ASSURANCE C7")]
public class OpaqueTokenTests
{
    private static readonly OpaqueTokenType[] Types = Enum.GetValues<OpaqueTokenType>();

    [TestCaseSource(nameof(Types))]
    public void A_fresh_value_has_the_form_of_its_type(OpaqueTokenType type)
    {
        var token = OpaqueToken.Create(type);

        Assert.That(token, Has.Length.EqualTo(OpaqueToken.Length).And.StartsWith($"ih{(char)type}_"));
        Assert.That(token, Does.Match("^[A-Za-z0-9_-]+$"));
        Assert.That(OpaqueToken.IsWellFormed(token, type));
    }

    [Test]
    public void A_value_is_refused_as_every_other_type([ValueSource(nameof(Types))] OpaqueTokenType type)
    {
        var token = OpaqueToken.Create(type);

        Assert.That(Types.Where(other => OpaqueToken.IsWellFormed(token, other)), Is.EqualTo(new[] { type }));
        // Not even with the letter changed: the checksum covers it.
        foreach (var other in Types.Where(other => other != type))
            Assert.That(OpaqueToken.IsWellFormed($"ih{(char)other}_{token[4..]}", other), Is.False);
    }

    [Test]
    public void Any_one_changed_character_is_refused()
    {
        var token = OpaqueToken.Create(OpaqueTokenType.RefreshToken);
        var changes =
            from index in Gen.Choose(0, OpaqueToken.Length - 1)
            from character in Gen.Elements("AZaz09-_.~ é\0".ToCharArray())
            select (index, character);

        Always.Holds(changes, change =>
        {
            var forged = new StringBuilder(token) { [change.index] = change.character }.ToString();
            return forged == token || !OpaqueToken.IsWellFormed(forged, OpaqueTokenType.RefreshToken);
        }, cases: 2_000);
    }

    [Test]
    public void A_value_that_is_longer_or_shorter_is_refused()
    {
        var token = OpaqueToken.Create(OpaqueTokenType.AuthorizationCode);

        foreach (var wrong in new[] { token[..^1], token[1..], token + "A", "A" + token, token + " ", "" })
            Assert.That(OpaqueToken.IsWellFormed(wrong, OpaqueTokenType.AuthorizationCode), Is.False, wrong);
    }

    [Test]
    public void Arbitrary_text_is_refused_and_never_throws() =>
        Always.Holds<string?>(text => !OpaqueToken.IsWellFormed(text, OpaqueTokenType.Session), cases: 1_000);

    [Test]
    public void The_same_secret_gives_the_same_value_and_another_secret_another()
    {
        var secrets = Gen.ArrayOf(Gen.Choose(0, 255).Select(value => (byte)value), 32);

        Always.Holds(Gen.Zip(secrets, secrets), pair =>
        {
            var (left, right) = (
                OpaqueToken.Format(OpaqueTokenType.ApiKey, pair.Item1), OpaqueToken.Format(OpaqueTokenType.ApiKey, pair.Item2));
            return OpaqueToken.IsWellFormed(left, OpaqueTokenType.ApiKey) && (left == right) == pair.Item1.SequenceEqual(pair.Item2);
        });
    }

    [TestCase(0)]
    [TestCase(31)]
    [TestCase(33)]
    public void A_secret_of_another_length_than_32_bytes_is_a_bug_of_the_caller(int length) =>
        Assert.That(() => OpaqueToken.Format(OpaqueTokenType.ApiKey, new byte[length]), Throws.ArgumentException);

    [Test]
    public void Fresh_values_do_not_repeat() =>
        Assert.That(Enumerable.Range(0, 1_000).Select(_ => OpaqueToken.Create(OpaqueTokenType.Session)), Is.Unique);
}
