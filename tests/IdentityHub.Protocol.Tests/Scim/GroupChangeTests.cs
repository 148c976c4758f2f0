using System.Text.Json;
using IdentityHub.Protocol.Scim;
using IdentityHub.Protocol.Vocabulary;
using NUnit.Framework;

namespace IdentityHub.Protocol.Tests.Scim;

public class GroupChangeTests
{
    [TestCase("""{"op":"Add","path":"members","value":[{"value":"u1"},{"value":"u2"}]}""", "Add u1 u2", Description = "Entra ID")]
    [TestCase("""{"op":"add","value":{"members":[{"value":"u1"}]}}""", "Add u1")]
    [TestCase("""{"op":"Remove","path":"members","value":[{"value":"u1"}]}""", "Remove u1", Description = "Entra ID")]
    [TestCase("""{"op":"remove","path":"members[value eq \"u1\"]"}""", "Remove u1", Description = "Okta")]
    [TestCase("""{"op":"remove","path":"members[value eq \"u1\" or value eq \"u2\"]"}""", "Remove u1 u2")]
    [TestCase("""{"op":"remove","path":"members"}""", "Replace ")]
    [TestCase("""{"op":"replace","path":"members","value":[{"value":"u1","display":"a"}]}""", "Replace u1", Description = "Okta")]
    [TestCase("""{"op":"replace","path":"members","value":[]}""", "Replace ")]
    [TestCase("""{"op":"replace","value":{"id":"g","displayName":"readers"}}""", "", Description = "Okta")]
    [TestCase("""{"op":"add","path":"externalId","value":"x"}""", "")]
    public void Members_are_edits(string operation, string expected)
    {
        var read = Read(operation);

        Assert.That(read.Error?.Description, Is.Null);
        Assert.That(
            string.Join(';', read.Value!.Members.Select(edit => $"{edit.Verb} {string.Join(' ', edit.Users)}")), Is.EqualTo(expected));
    }

    [TestCase("""{"op":"replace","path":"id","value":"h"}""", Reasons.ScimMutability)]
    [TestCase("""{"op":"remove","path":"displayName"}""", Reasons.ScimMutability)]
    [TestCase("""{"op":"add","path":"members[value eq \"u1\"]","value":"a"}""", Reasons.ScimPath)]
    [TestCase("""{"op":"remove","path":"members[display eq \"u1\"]"}""", Reasons.ScimPath)]
    [TestCase("""{"op":"remove","path":"members[not (value eq \"u1\")]"}""", Reasons.ScimPath)]
    [TestCase("""{"op":"replace","path":"members.value","value":"u1"}""", Reasons.ScimPath)]
    [TestCase("""{"op":"replace","path":"permissions","value":"all"}""", Reasons.ScimPath)]
    [TestCase("""{"op":"add","path":"members","value":5}""", Reasons.ScimValue)]
    public void Another_change_is_refused(string operation, string reason) =>
        Assert.That(Read(operation).Error?.Reason, Is.EqualTo(reason));

    private static Outcome<GroupChange> Read(string operation)
    {
        var operations = PatchReader.Read(
            JsonElement.Parse($$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{operation}}]}"""));
        return operations.Succeeded ? GroupChange.OfPatch(operations.Value, "g") : operations.Error;
    }
}
