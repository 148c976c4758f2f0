using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.Protocol.Scim;
using IdentityHub.Protocol.Vocabulary;
using NUnit.Framework;

namespace IdentityHub.Protocol.Tests.Scim;

public class ResourceTests
{
    [TestCase(
        """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"externalId":"bjensen","userName":"bjensen","name":{"formatted":"Ms. B","familyName":"Jensen","givenName":"Barbara"}}""",
        """{"externalId":"bjensen","userName":"bjensen","name":{"familyName":"Jensen","givenName":"Barbara"}}""", Description = "RFC 7644 §3.3")]
    [TestCase(
        """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"UserName":"a","ACTIVE":"True","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"IT"},"meta":{"resourceType":"User"},"id":"mine","groups":[{"value":"admin"}],"title":"T","organization":"other","roles":[{"value":"admin"}]}""",
        """{"userName":"a","active":true}""", Description = "what only the server sets is dropped")]
    [TestCase(
        """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a","name":{},"emails":[],"externalId":"","password":null,"phoneNumbers":{"value":"0027761234567"}}""",
        """{"userName":"a","phoneNumbers":[{"value":"0027761234567"}]}""", Description = "nothing is no value")]
    public void A_user_is_read(string body, string expected)
    {
        var read = ResourceReader.Read(JsonElement.Parse(body), DirectorySchemas.User);

        Assert.That(read.Error?.Description, Is.Null);
        Assert.That(read.Value!.ToJsonString(), Is.EqualTo(expected));
    }

    [TestCase("""{"userName":"a"}""", Reasons.ScimSyntax)]
    [TestCase("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"userName":"a"}""", Reasons.ScimSyntax)]
    [TestCase("""{"schemas":[5],"userName":"a"}""", Reasons.ScimSyntax)]
    [TestCase("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a","username":"b"}""", Reasons.ScimSyntax)]
    [TestCase("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:example:custom"],"userName":"a"}""", Reasons.ScimValue)]
    [TestCase("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a","urn:example:custom":{"a":1}}""", Reasons.ScimValue)]
    [TestCase("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]}""", Reasons.ScimValue)]
    [TestCase("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":""}""", Reasons.ScimValue)]
    [TestCase("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":["a","b"]}""", Reasons.ScimValue)]
    [TestCase("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a","name":"b"}""", Reasons.ScimValue)]
    [TestCase("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a","active":1}""", Reasons.ScimValue)]
    public void Another_is_not(string body, string reason) =>
        Assert.That(ResourceReader.Read(JsonElement.Parse(body), DirectorySchemas.User).Error?.Reason, Is.EqualTo(reason));

    [TestCase("", "", "schemas id userName name emails")]
    [TestCase("userName", "", "schemas id userName")]
    [TestCase("USERNAME,name.familyName,nothing", "", "schemas id userName name/familyName")]
    [TestCase("emails.value", "", "schemas id emails/value")]
    [TestCase("urn:ietf:params:scim:schemas:core:2.0:User:name", "", "schemas id name")]
    [TestCase("", "emails,id", "schemas id userName name")]
    [TestCase("", "name.givenName", "schemas id userName name/familyName emails")]
    public void An_answer_has_the_attributes_that_were_asked_for(string attributes, string excluded, string expected)
    {
        var resource = (JsonObject)JsonNode.Parse(
            """
            {"schemas":["u"],"id":"1","userName":"a","name":{"familyName":"F","givenName":"G"},"emails":[{"value":"a@b.example","type":"work"}]}
            """)!;
        var projection = Projection.Read(Split(attributes), Split(excluded)).Value!;

        Assert.That(
            string.Join(' ', projection.Apply(resource, DirectorySchemas.User).Select(member => member.Key + Parts(member.Value))),
            Is.EqualTo(expected));

        static string[] Split(string names) => names.Split(',', StringSplitOptions.RemoveEmptyEntries);

        static string Parts(JsonNode? value) =>
            (value is JsonArray list ? list[0] : value) is JsonObject { Count: 1 } one ? $"/{one.Single().Key}" : "";
    }

    [Test]
    public void Both_lists_at_once_are_refused() =>
        Assert.That(Projection.Read(["userName"], ["name"]).Error?.Reason, Is.EqualTo(Reasons.ScimValue));
}
