using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.Interop.Support;
using IdentityHub.Protocol.Scim;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Interop;

/// <summary>
/// What a PATCH makes of a user, https://github.com/thomaspoignant/scim-patch makes of it too. Left out is where the two read directories
/// differently: "False" as a boolean, names of members as paths, and parts of a name that an operation without a path leaves out.
/// </summary>
[Spec("RFC 7644", "3.5.2")]
public class ScimPatchTests
{
    private const string Stored =
        """
        {
          "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "1", "userName": "babs",
          "name": { "familyName": "Jensen", "givenName": "Barbara" },
          "emails": [{ "value": "babs@example.com", "type": "work", "primary": true }], "active": true
        }
        """;

    private static readonly string[] Operations =
    [
        """{"op":"add","path":"preferredLanguage","value":"de"}""",
        """{"op":"replace","path":"userName","value":"bj"}""",
        """{"op":"replace","value":{"userName":"bj","active":false}}""",
        """{"op":"remove","path":"name.givenName"}""",
        """{"op":"remove","path":"name"}""",
        """{"op":"replace","path":"name","value":{"givenName":"B"}}""",
        """{"op":"Replace","path":"name.familyName","value":"Updated"}""",
        """{"op":"add","value":{"emails":[{"value":"b@jensen.org","type":"home"}]}}""",
        """{"op":"add","path":"emails","value":[{"value":"b@jensen.org","type":"home"}]}""",
        """{"op":"remove","path":"emails[type eq \"work\"]"}""",
        """{"op":"replace","path":"emails[type eq \"work\"].value","value":"b@x.example"}""",
        """{"op":"replace","path":"emails[type eq \"work\" and value ew \"example.com\"].value","value":"b@x.example"}""",
        """{"op":"replace","path":"emails","value":[{"value":"b@x.example"}]}""",
        """{"op":"Add","path":"phoneNumbers[type eq \"mobile\"].value","value":"+27761234567"}""",
        """{"op":"replace","path":"active","value":false}""",
    ];

    [Test]
    public async Task A_library_that_nobody_here_wrote_makes_the_same_of_a_user()
    {
        var cases = new JsonArray([.. Operations.Select(Applied)]);

        await NodeScript.RunAsync("scim-patch/patch.mjs", cases.ToJsonString());
    }

    private static JsonObject Applied(string operation)
    {
        var resource = (JsonObject)JsonNode.Parse(Stored)!;
        var operations = PatchReader.Read(
            JsonElement.Parse($$"""{"schemas":["{{ScimUrns.PatchOp}}"],"Operations":[{{operation}}]}"""));
        Assert.That(new ResourcePatch(DirectorySchemas.User, resource).Apply(operations.Value!), Is.Null, operation);
        return new JsonObject
        {
            ["resource"] = JsonNode.Parse(Stored),
            ["operation"] = JsonNode.Parse(operation),
            ["result"] = resource,
        };
    }
}
