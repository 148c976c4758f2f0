using IdentityHub.Protocol.Vocabulary;
using NUnit.Framework;

namespace IdentityHub.Protocol.Tests;

[Property("Spec", "RFC 6749 3.1, 3.2")]
public class ParametersTests
{
    [Test]
    public void An_empty_value_is_none_and_counts_as_sent()
    {
        var parameters = Of(("scope", ""), ("state", "s"));

        Assert.That((parameters["scope"], parameters["state"], parameters["nonce"]), Is.EqualTo(((string?)null, "s", (string?)null)));
        Assert.That(parameters.Items.Select(item => item.Key), Is.EqualTo(["scope", "state"]));
        Assert.That(parameters.Add("scope", "openid")?.Reason, Is.EqualTo(Reasons.ParameterRepeated));
    }

    [Test]
    public void Names_compare_to_the_letter() =>
        Assert.That(
            (Of(("Scope", "openid"))["scope"], Of(("Scope", "openid"), ("scope", "email"))["scope"]), Is.EqualTo(((string?)null, "email")));

    [TestCase("resource")]
    [TestCase("audience")]
    [Property("Spec", "RFC 8707 2")]
    public void Resource_and_audience_may_be_repeated_in_a_form_and_not_in_JSON(string name)
    {
        var parameters = Of((name, "one"), (name, ""), (name, "two"));

        Assert.That(parameters[name], Is.EqualTo("one"));
        Assert.That(parameters.All(name), Is.EqualTo(["one", "two"]));
        Assert.That(parameters.All("scope"), Is.Empty);
        Assert.That(parameters.AddOnce(name, "three")?.Reason, Is.EqualTo(Reasons.ParameterRepeated));
    }

    [Test]
    public void As_many_as_allowed_are_taken_and_one_more_is_refused()
    {
        var parameters = Of([.. Enumerable.Range(0, Parameters.MaxCount).Select(i => ($"p{i}", "v"))]);

        Assert.That(parameters.Add("more", "v")?.Reason, Is.EqualTo(Reasons.TooManyParameters));
        Assert.That(parameters.Items, Has.Count.EqualTo(Parameters.MaxCount));
    }

    [TestCase('\0', false)]
    [TestCase('\t', false)]
    [TestCase('\x1f', false)]
    [TestCase(' ', true)]
    [TestCase('~', true)]
    [TestCase('\x7f', false)]
    [TestCase('é', true)]
    public void A_value_has_no_control_character_wherever_it_stands(char c, bool isTaken)
    {
        foreach (var value in new[] { $"{c}", $"a{c}", $"{c}a" })
            Assert.That(new Parameters().Add("state", value)?.Reason, Is.EqualTo(isTaken ? null : Reasons.ControlCharacter), value);
    }

    [Test]
    public void A_name_is_repeated_in_a_message_short_and_without_what_could_break_a_line()
    {
        var name = " ~\"\\\r\né" + new string('x', 60);
        var parameters = Of((name, "v"));

        Assert.That(
            parameters.Add(name, "v")!.Description, Is.EqualTo($"Parameter ' ~?????{new string('x', 33)}' is repeated."));
    }

    [Test]
    public void Some_are_left_out_or_picked_in_their_order()
    {
        var parameters = Of(("a", "1"), ("b", "2"), ("c", "3"));

        Assert.That(parameters.Without("b").ToForm(), Is.EqualTo("a=1&c=3"));
        Assert.That(parameters.Only("c", "a").ToForm(), Is.EqualTo("a=1&c=3"));
        Assert.That(parameters.ToForm(), Is.EqualTo("a=1&b=2&c=3"));
    }

    [Test]
    public void A_form_is_encoded_and_no_value_is_printed()
    {
        var parameters = Of(("a&b", "c=d e"));

        Assert.That(parameters.ToForm(), Is.EqualTo("a%26b=c%3Dd%20e"));
        Assert.That($"{parameters}", Does.Not.Contain("c=d"));
    }

    private static Parameters Of(params (string Name, string Value)[] items)
    {
        var parameters = new Parameters();
        foreach (var (name, value) in items)
            Assert.That(parameters.Add(name, value), Is.Null, name);
        return parameters;
    }
}
