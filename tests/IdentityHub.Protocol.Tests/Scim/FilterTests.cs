using System.Text.Json.Nodes;
using IdentityHub.Protocol.Scim;
using IdentityHub.Protocol.Vocabulary;
using NUnit.Framework;

namespace IdentityHub.Protocol.Tests.Scim;

public class FilterTests
{
    private static readonly JsonObject Jensen = (JsonObject)JsonNode.Parse(
        """
        {
          "id": "2819c223-7f76-453a-919d-413861904646",
          "externalId": "Bjensen",
          "userName": "bjensen@example.com",
          "name": { "familyName": "O'Malley \"B\"", "givenName": "Barbara" },
          "emails": [{ "value": "bjensen@example.com", "type": "work", "primary": true }, { "value": "babs@jensen.org", "type": "home" }],
          "active": true,
          "meta": { "lastModified": "2011-05-13T04:42:34Z", "resourceType": "User" }
        }
        """)!;

    // The first are those of RFC 7644 §3.4.2.2, for attributes that the hub has.
    [TestCase("userName eq \"BJensen@example.com\"", true)]
    [TestCase("name.familyName co \"O'Malley\"", true)]
    [TestCase("userName sw \"J\"", false)]
    [TestCase("urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"B\"", true)]
    [TestCase("active pr", true)]
    [TestCase("meta.lastModified gt \"2011-05-13T04:42:34Z\"", false)]
    [TestCase("meta.lastModified ge \"2011-05-13T04:42:34Z\"", true)]
    [TestCase("meta.lastModified lt \"2012-05-13T04:42:34Z\"", true)]
    [TestCase("meta.lastModified le \"2011-05-13T06:42:34+02:00\"", true)]
    [TestCase("active pr and preferredLanguage eq \"en\"", false)]
    [TestCase("active pr or preferredLanguage eq \"en\"", true)]
    [TestCase("active eq true and (emails co \"example.com\" or emails.value co \"example.org\")", true)]
    [TestCase("active ne false and not (emails co \"example.com\" or emails.value co \"example.org\")", false)]
    [TestCase("emails.type eq \"work\"", true)]
    [TestCase("active eq true and emails[type eq \"work\" and value co \"@example.com\"]", true)]
    [TestCase("emails[type eq \"work\" and value co \"@jensen.org\"]", false)]
    [TestCase("emails[type eq \"home\"].value eq \"BABS@jensen.org\"", true, Description = "as Entra ID asks")]
    [TestCase("emails[type eq \"home\"] and emails[type eq \"work\"]", true)]
    [TestCase("EMAILS[TYPE EQ \"home\"]", true, Description = "names and operators have no case")]
    [TestCase("externalId eq \"bjensen\"", false, Description = "an id has case")]
    [TestCase("externalId eq \"Bjensen\"", true)]
    [TestCase("active eq True", true, Description = "as Entra ID writes it")]
    [TestCase("active eq \"true\"", true)]
    [TestCase("active gt true", false)]
    [TestCase("name.givenName eq \"B\\u0061rbara\"", true)]
    [TestCase("name.familyName ew \"\\\"B\\\"\"", true)]
    [TestCase("not (userName pr)", false)]
    [TestCase("preferredLanguage eq null", true)]
    [TestCase("userName ne null", true)]
    [TestCase("userName eq 5", false)]
    [TestCase("nothing eq \"a\"", false)]
    [TestCase("nothing ne \"a\"", false)]
    [TestCase("active eq false or active eq true and userName pr", true, Description = "and binds closer")]
    public void A_filter_matches_as_the_RFC_says(string filter, bool matches)
    {
        var read = FilterReader.Read(filter);

        Assert.That(read.Error?.Description, Is.Null);
        Assert.That(FilterMatch.Matches(read.Value!, Jensen, DirectorySchemas.User), Is.EqualTo(matches));
    }

    [TestCase("")]
    [TestCase("userName")]
    [TestCase("userName eq")]
    [TestCase("userName eq bjensen")]
    [TestCase("userName eq \"a")]
    [TestCase("userName eq \"a\\\"")]
    [TestCase("userName eq \"\\ud800\"")]
    [TestCase("userName is \"a\"")]
    [TestCase("userName eq \"a\" and")]
    [TestCase("userName eq \"a\" userName eq \"b\"")]
    [TestCase("(userName eq \"a\"")]
    [TestCase("userName eq \"a\")")]
    [TestCase("emails[type eq \"work\"")]
    [TestCase("emails[type eq \"work\"].value")]
    [TestCase("not userName eq \"a\"")]
    [TestCase("user\0Name eq \"a\"")]
    [TestCase("a..b eq \"a\"")]
    [TestCase("'; DROP TABLE users; --")]
    public void What_is_no_filter_is_refused(string filter) =>
        Assert.That(FilterReader.Read(filter).Error?.Reason, Is.EqualTo(Reasons.ScimFilter));

    [Test]
    public void Deep_long_and_wide_filters_are_refused()
    {
        var deep = new string('(', 1000) + "a pr" + new string(')', 1000);
        var brackets = string.Concat(Enumerable.Repeat("a[", 1000));
        var wide = string.Join(" or ", Enumerable.Repeat("a pr", FilterReader.MaxComparisons + 1));

        Assert.Multiple(() =>
        {
            foreach (var filter in new[] { deep, brackets, wide, new string('a', FilterReader.MaxLength + 1) })
                Assert.That(FilterReader.Read(filter).Error?.Reason, Is.EqualTo(Reasons.ScimFilter));
            Assert.That(FilterReader.Read(wide[8..]).Succeeded, Is.True);
        });
    }

    [Test]
    public void Random_texts_are_read_or_refused()
    {
        var random = TestContext.CurrentContext.Random;
        string[] pieces =
        [
            "userName", " eq ", "\"a\"", "(", ")", "[", "]", " and ", " or ", "not ", "pr", ".", "\"", "\\", "é", "true", " ", "$ref",
        ];
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            var read = FilterReader.Read(text);
            if (read.Succeeded)
                FilterMatch.Matches(read.Value, Jensen, DirectorySchemas.User);
        }
    }
}
