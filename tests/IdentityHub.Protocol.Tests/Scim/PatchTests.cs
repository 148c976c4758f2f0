using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.Protocol.Scim;
using IdentityHub.Protocol.Vocabulary;
using NUnit.Framework;

namespace IdentityHub.Protocol.Tests.Scim;

public class PatchTests
{
    private const string Stored =
        """
        {
          "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
          "id": "1",
          "userName": "babs",
          "name": { "familyName": "Jensen", "givenName": "Barbara" },
          "emails": [{ "value": "babs@example.com", "type": "work", "primary": true }],
          "active": true
        }
        """;

    // What each operation makes of the members that it changes.
    [TestCase("""{"op":"add","path":"preferredLanguage","value":"de"}""", "preferredLanguage", "\"de\"")]
    [TestCase("""{"op":"replace","path":"userName","value":"bj"}""", "userName", "\"bj\"")]
    [TestCase("""{"op":"remove","path":"name.givenName"}""", "name", """{"familyName":"Jensen"}""")]
    [TestCase("""{"op":"replace","path":"name","value":{"givenName":"B"}}""", "name", """{"familyName":"Jensen","givenName":"B"}""")]
    [TestCase("""{"op":"replace","value":{"name":{"givenName":"B"}}}""", "name", """{"familyName":"Jensen","givenName":"B"}""")]
    [TestCase("""{"op":"remove","path":"name"}""", "name", "null")]
    [TestCase(
        """{"op":"add","value":{"emails":[{"value":"b@jensen.org","type":"home"}]}}""", "emails",
        """[{"value":"babs@example.com","type":"work","primary":true},{"value":"b@jensen.org","type":"home"}]""", Description = "RFC 7644 §3.5.2.1")]
    [TestCase(
        """{"op":"add","path":"emails","value":[{"value":"b@jensen.org","primary":true}]}""", "emails",
        """[{"value":"babs@example.com","type":"work"},{"value":"b@jensen.org","primary":true}]""", Description = "one is primary")]
    [TestCase(
        """{"op":"add","path":"emails","value":[{"value":"BABS@example.com","type":"work"}]}""", "emails",
        """[{"value":"BABS@example.com","type":"work","primary":true}]""", Description = "a value is there once")]
    [TestCase("""{"op":"remove","path":"emails[type eq \"work\"]"}""", "emails", "null")]
    [TestCase("""{"op":"remove","path":"emails[type eq \"home\"]"}""", "emails.0.type", "\"work\"")]
    [TestCase("""{"op":"replace","path":"emails[type eq \"work\"].value","value":"b@x.example"}""", "emails.0.value", "\"b@x.example\"")]
    [TestCase("""{"op":"replace","path":"emails","value":[{"value":"b@x.example"}]}""", "emails", """[{"value":"b@x.example"}]""")]
    [TestCase("""{"op":"replace","path":"emails.value","value":"b@x.example"}""", "emails.0.value", "\"b@x.example\"")]
    [TestCase("""{"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:User:userName","value":"bj"}""", "userName", "\"bj\"")]

    // Entra ID.
    [TestCase("""{"op":"Replace","path":"active","value":"False"}""", "active", "false")]
    [TestCase("""{"op":"Replace","path":"active","value":[{"$ref":null,"value":"False"}]}""", "active", "false")]
    [TestCase("""{"op":"Add","path":"phoneNumbers[type eq \"mobile\"].value","value":"0027761234567"}""", "phoneNumbers",
        """[{"type":"mobile","value":"0027761234567"}]""")]
    [TestCase(
        """{"op":"Add","value":{"name.familyName":"J","emails[type eq \"work\"].value":"j@x.example","active":"True"}}""", "emails.0.value",
        "\"j@x.example\"")]
    [TestCase("""{"op":"Replace","path":"emails[type eq \"work\"].value","value":""}""", "emails", "null")]
    [TestCase("""{"op":"Replace","path":"name.givenName","value":null}""", "name", """{"familyName":"Jensen"}""")]
    [TestCase("""{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"IT"}""", "active", "true")]
    [TestCase("""{"op":"Add","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"IT"}}}""", "active", "true")]
    [TestCase("""{"op":"Add","path":"displayName","value":"Babs"}""", "displayName", "null")]
    [TestCase("""{"op":"Add","path":"addresses[type eq \"work\"].country","value":"ZA"}""", "active", "true")]
    [TestCase("""{"op":"Remove","path":"emails","value":[{"value":"babs@example.com"}]}""", "emails", "null")]

    [TestCase("""{"op":"Add","path":"emails[primary eq \"True\"].value","value":"b@x.example"}""", "emails.0.value", "\"b@x.example\"")]
    [TestCase("""{"op":"Add","path":"phoneNumbers[primary eq \"True\" ].value","value":"+27761234567"}""", "phoneNumbers.0.primary", "true")]
    [TestCase("""{"op":"Add","path":"emails","value":[]}""", "emails.0.type", "\"work\"", Description = "to add nothing removes nothing")]
    [TestCase("""{"op":"Add","path":"emails","value":[null]}""", "emails.0.type", "\"work\"")]
    [TestCase("""{"op":"Add","path":"emails","value":""}""", "emails.0.type", "\"work\"")]
    [TestCase("""{"op":"Add","path":"emails[type eq \"work\"].value","value":""}""", "emails.0.value", "\"babs@example.com\"")]
    [TestCase("""{"op":"Add","path":"name.givenName","value":""}""", "name.givenName", "\"Barbara\"")]
    [TestCase("""{"op":"Add","path":"userName","value":""}""", "userName", "\"babs\"")]

    // Okta.
    [TestCase("""{"op":"replace","value":{"active":false}}""", "active", "false")]
    [TestCase("""{"op":"replace","value":{"id":"1","userName":"bj"}}""", "userName", "\"bj\"")]
    public void An_operation_is_applied(string operation, string place, string expected)
    {
        var resource = (JsonObject)JsonNode.Parse(Stored)!;
        var refusal = Apply(resource, operation);

        Assert.That(refusal?.Description, Is.Null);
        JsonNode? node = resource;
        foreach (var step in place.Split('.'))
            node = int.TryParse(step, out var index) ? node![index] : node![step];
        Assert.That(node?.ToJsonString() ?? "null", Is.EqualTo(expected));
    }

    [TestCase("""{"op":"remove","path":"userName"}""", Reasons.ScimMutability)]
    [TestCase("""{"op":"replace","path":"id","value":"2"}""", Reasons.ScimMutability)]
    [TestCase("""{"op":"replace","value":{"id":"2"}}""", Reasons.ScimMutability)]
    [TestCase("""{"op":"replace","path":"meta.created","value":"2011-05-13T04:42:34Z"}""", Reasons.ScimMutability)]
    [TestCase("""{"op":"add","path":"groups","value":[{"value":"1"}]}""", Reasons.ScimMutability)]
    [TestCase("""{"op":"replace","path":"organization","value":"other"}""", Reasons.ScimPath)]
    [TestCase("""{"op":"replace","path":"name.nothing","value":"a"}""", Reasons.ScimPath)]
    [TestCase("""{"op":"replace","path":"name[givenName eq \"a\"]","value":"a"}""", Reasons.ScimPath)]
    [TestCase("""{"op":"replace","path":"emails[","value":"a"}""", Reasons.ScimPath)]
    [TestCase("""{"op":"replace","path":"emails[type eq \"work\"]x","value":"a"}""", Reasons.ScimPath)]
    [TestCase("""{"op":"replace","path":"urn:example:other:userName","value":"a"}""", Reasons.ScimPath)]
    [TestCase("""{"op":"replace","path":5,"value":"a"}""", Reasons.ScimPath)]
    [TestCase("""{"op":"replace","path":"emails[value co \"zz\"].value","value":"a@b.example"}""", Reasons.ScimTarget)]
    [TestCase("""{"op":"add","path":"phoneNumbers[type eq true].value","value":"+27761234567"}""", Reasons.ScimValue)]
    [TestCase("""{"op":"add","path":"emails[value eq true].type","value":"home"}""", Reasons.ScimValue)]
    [TestCase("""{"op":"add","path":"phoneNumbers[primary eq 5].value","value":"+27761234567"}""", Reasons.ScimValue)]
    [TestCase("""{"op":"remove"}""", Reasons.ScimTarget)]
    [TestCase("""{"op":"move","path":"userName","value":"a"}""", Reasons.ScimSyntax)]
    [TestCase("""{"op":"add","value":"a"}""", Reasons.ScimSyntax)]
    [TestCase("""{"op":"replace","path":"active","value":"perhaps"}""", Reasons.ScimValue)]
    [TestCase("""{"op":"replace","path":"userName","value":5}""", Reasons.ScimValue)]
    [TestCase("""{"op":"replace","path":"userName","value":{"a":"b"}}""", Reasons.ScimValue)]
    [TestCase("""{"op":"replace","path":"userName","value":"a\u0000b"}""", Reasons.ScimValue)]
    [TestCase("""{"op":"replace","path":"emails","value":[[["a"]]]}""", Reasons.ScimValue)]
    public void Another_is_refused(string operation, string reason) =>
        Assert.That(Apply((JsonObject)JsonNode.Parse(Stored)!, operation)?.Reason, Is.EqualTo(reason));

    [TestCase("""{"Operations":[]}""")]
    [TestCase("""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"]}""")]
    [TestCase("""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":{}}""")]
    [TestCase("""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[5]}""")]
    [TestCase("""{"schemas":"urn:ietf:params:scim:api:messages:2.0:PatchOp","Operations":[{"op":"remove","path":"name"}]}""")]
    public void What_is_no_patch_is_refused(string body) =>
        Assert.That(PatchReader.Read(JsonElement.Parse(body)).Error?.Reason, Is.EqualTo(Reasons.ScimSyntax));

    [Test]
    public void Too_many_operations_are_refused()
    {
        var many = string.Join(',', Enumerable.Range(0, 101).Select(n => $"\"a{n}\":1"));

        Assert.Multiple(() =>
        {
            Assert.That(Apply([], $$$"""{"op":"add","value":{{{{many}}}}}""")?.Reason, Is.EqualTo(Reasons.ScimTooMany));
            Assert.That(
                Apply([], string.Join(',', Enumerable.Repeat("""{"op":"remove","path":"name"}""", 101)))?.Reason,
                Is.EqualTo(Reasons.ScimTooMany));
        });
    }

    private static Refusal? Apply(JsonObject resource, string operations)
    {
        var read = PatchReader.Read(
            JsonElement.Parse($$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{operations}}]}"""));
        return read.Succeeded ? new ResourcePatch(DirectorySchemas.User, resource).Apply(read.Value) : read.Error;
    }
}
