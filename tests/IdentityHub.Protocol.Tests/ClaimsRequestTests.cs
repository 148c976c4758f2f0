using IdentityHub.Protocol.Vocabulary;
using NUnit.Framework;

namespace IdentityHub.Protocol.Tests;

[Property("Spec", "OpenID Connect Core 5.5")]
public class ClaimsRequestTests
{
    [TestCase("{}", "|")]
    [TestCase("""{"id_token":null,"userinfo":null}""", "|")]
    [TestCase("""{"id_token":{"email":null,"name":{}}}""", "email name|")]
    [TestCase("""{"userinfo":{"email":{"essential":true}},"other":1}""", "|email")]
    [TestCase("""{"id_token":{"a":null,"a":null},"userinfo":{"b":null}}""", "a|b")]
    [TestCase("""{"id_token":{"":null,"a b":null,"a|b":null,"https://x/y-z_1.2":null}}""", "https://x/y-z_1.2|")]
    public void Names_are_read_each_once(string json, string stored)
    {
        var request = ClaimsRequest.Parse(json).Value!;

        Assert.That(request.ToString(), Is.EqualTo(stored));
        Assert.That(ClaimsRequest.Restore(stored)!.ToString(), Is.EqualTo(stored));
    }

    [TestCase("""{"id_token":1}""", "must hold objects in 'id_token' and 'userinfo'")]
    [TestCase("""{"userinfo":[]}""", "must hold objects in 'id_token' and 'userinfo'")]
    [TestCase("""{"id_token":{"email":true}}""", "must hold an object or null for each claim")]
    [TestCase("""{"userinfo":{"email":"x"}}""", "must hold an object or null for each claim")]
    [TestCase("[]", "must be one JSON object")]
    [TestCase("null", "must be one JSON object")]
    [TestCase("{", "is not valid JSON")]
    [TestCase("", "is not valid JSON")]
    [TestCase("{} {}", "is not valid JSON")]
    [TestCase("""{"id_token":{"\ud800":null}}""", "is not valid JSON")]
    public void What_is_no_request_is_refused_with_what_is_wrong(string json, string what)
    {
        var refused = ClaimsRequest.Parse(json).Error!;

        Assert.That((refused.Description, refused.Reason), Is.EqualTo(($"Parameter 'claims' {what}.", Reasons.ClaimsMalformed)));
    }

    [Test]
    public void The_longest_is_read_and_one_more_character_is_refused()
    {
        var longest = """{"id_token":{"a":null}}""".PadRight(ClaimsRequest.MaxLength);

        Assert.That(ClaimsRequest.Parse(longest).Value!.IdToken, Is.EqualTo(["a"]));
        Assert.That(
            ClaimsRequest.Parse(longest + " ").Error!.Description, Does.Contain($"longer than {ClaimsRequest.MaxLength} characters"));
    }

    [Test]
    public void A_name_has_128_characters_at_most_and_64_are_kept()
    {
        var name = new string('n', 128);

        Assert.That(Names(Asking(name)), Is.EqualTo([name]));
        Assert.That(Names(Asking(name + "n")), Is.Empty);
        Assert.That(
            Names(Asking([.. Enumerable.Range(0, 70).Select(i => $"c{i}")])),
            Is.EqualTo(Enumerable.Range(0, 64).Select(i => $"c{i}")));

        static string Asking(params string[] names) => $$$"""{"id_token":{{{{string.Join(',', names.Select(one => $"\"{one}\":null"))}}}}}""";
        static IReadOnlyList<string> Names(string json) => ClaimsRequest.Parse(json).Value!.IdToken;
    }

    [TestCase("""{"id_token":{"sub":{"value":"alice"}}}""", "alice")]
    [TestCase("""{"userinfo":{"sub":{"value":"alice"}}}""", "alice")]
    [TestCase("""{"id_token":{"sub":{"values":["alice","bob"]}}}""", "alice")]
    [TestCase("""{"id_token":{"sub":{"value":1,"values":[2,"bob"]}}}""", "bob")]
    [TestCase("""{"id_token":{"sub":{"values":"bob"}}}""", null)]
    [TestCase("""{"id_token":{"sub":null}}""", null)]
    [TestCase("""{"id_token":{"name":{"value":"alice"}}}""", null)]
    [Property("Spec", "OpenID Connect Core 5.5.1")]
    public void The_one_user_who_will_do_is_read_from_either(string json, string? subject) =>
        Assert.That(ClaimsRequest.Parse(json).Value!.Subject, Is.EqualTo(subject));

    [TestCase("""{"id_token":{"acr":{"essential":true,"values":["1","2"]}}}""", "1 2")]
    [TestCase("""{"id_token":{"acr":{"essential":true,"value":"1"}}}""", "1")]
    [TestCase("""{"id_token":{"acr":{"essential":false,"values":["1"]}}}""", "")]
    [TestCase("""{"id_token":{"acr":{"essential":"true","values":["1"]}}}""", "")]
    [TestCase("""{"id_token":{"acr":{"values":["1"]}}}""", "")]
    [TestCase("""{"id_token":{"acr":null}}""", "")]
    [TestCase("""{"id_token":{"name":{"essential":true,"values":["1"]}}}""", "")]
    [TestCase("""{"userinfo":{"acr":{"essential":true,"values":["1"]}}}""", "")]
    [Property("Spec", "OpenID Connect Core 5.5.1.1")]
    public void Only_an_essential_acr_of_the_id_token_must_be_reached(string json, string classes) =>
        Assert.That(string.Join(' ', ClaimsRequest.Parse(json).Value!.EssentialContextClasses), Is.EqualTo(classes));

    [Test]
    public void What_was_not_stored_so_cannot_be_restored()
    {
        Assert.That(ClaimsRequest.Restore(null), Is.Null);
        Assert.That(() => ClaimsRequest.Restore("a"), Throws.TypeOf<FormatException>().With.Message.Contains("stored form"));
        Assert.That(() => ClaimsRequest.Restore("a|b|c"), Throws.TypeOf<FormatException>());
    }
}
