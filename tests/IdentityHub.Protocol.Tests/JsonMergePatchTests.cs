using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace IdentityHub.Protocol.Tests;

/// <summary>The test cases of RFC 7396 appendix A.</summary>
public class JsonMergePatchTests
{
    [TestCase("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [TestCase("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [TestCase("""{"a":"b"}""", """{"a":null}""", "{}")]
    [TestCase("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [TestCase("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [TestCase("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [TestCase("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [TestCase("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [TestCase("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [TestCase("""{"a":"b"}""", """["c"]""", """["c"]""")]
    [TestCase("""{"a":"foo"}""", "null", "null")]
    [TestCase("""{"a":"foo"}""", "\"bar\"", "\"bar\"")]
    [TestCase("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [TestCase("[1,2]", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [TestCase("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void A_patch_gives_what_the_RFC_says(string target, string patch, string expected) =>
        Assert.That(JsonMergePatch.Apply(JsonNode.Parse(target), JsonElement.Parse(patch))?.ToJsonString() ?? "null", Is.EqualTo(expected));

    [Test]
    public void Numbers_stay_as_they_were_written() =>
        Assert.That(
            JsonMergePatch.Apply(null, JsonElement.Parse("""{"a":1.50,"b":1e400}"""))!.ToJsonString(),
            Is.EqualTo("""{"a":1.50,"b":1e400}"""));
}
